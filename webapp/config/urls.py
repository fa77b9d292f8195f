"""Parses and builds the URLs in settings."""

import re
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from sqlalchemy import URL

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")  # a name, an IPv4 address, or an IPv6 address without brackets


def parse_http_url(text: str, example: str) -> SplitResult:
    """Raises ValueError with what to do. Plain http is allowed for this machine only."""
    url = _split(text)
    if url is None or url.query or url.fragment or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(f"use an address such as {example}")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise ValueError("use https (plain http is for this machine only)")
    return url


def _split(text: str) -> SplitResult | None:
    """None without a valid host and port, or with a user name."""
    try:
        url = urlsplit(text)
        valid = url.scheme in _PORTS and url.port != 0 and "@" not in url.netloc and not url.netloc.endswith(":")
    except ValueError:
        return None
    return url if valid and _HOST.fullmatch(url.hostname or "") else None


def http_origin(scheme: str, host: str, port: int | None) -> str:
    """Scheme, host and port as browsers write them: IPv6 in brackets, no default port."""
    bracketed = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"{scheme}://{host_and_port(scheme, f'{bracketed}:{port or _PORTS[scheme]}')}"


def host_and_port(scheme: str, netloc: str) -> str:
    """Lowercase, without the default port."""
    return netloc.lower().removesuffix(f":{_PORTS[scheme]}")


def sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite database; None for other databases."""
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    if "uri" in url.query:  # SQLite itself decodes such a name
        return Path(unquote(url.database.removeprefix("file:").partition("?")[0])).absolute()
    return Path(url.database).absolute()
