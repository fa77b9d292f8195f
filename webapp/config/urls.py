"""Parses and builds the URLs in settings."""

import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from sqlalchemy import URL

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PORTS = {"http": 80, "https": 443}
_HTTP_URL = re.compile(r"https?://([A-Z0-9._-]+|\[[A-F0-9:.]+\])(:[0-9]{1,5})?(/[^\s?#]*)?", re.IGNORECASE | re.ASCII)


def parse_http_url(text: str) -> SplitResult:
    """Raises ValueError with what to do. Plain http is allowed for this machine only."""
    if not _HTTP_URL.fullmatch(text):
        raise ValueError("use an address such as https://host.example.com")
    url = urlsplit(text)
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise ValueError("use https (plain http is for this machine only)")
    return url


def http_origin(scheme: str, host: str, port: int | None) -> str:
    """Scheme, host and port as browsers write them: IPv6 in brackets, no default port."""
    bracketed = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host_and_port(scheme, f'{bracketed}:{port or _PORTS[scheme]}')}"


def host_and_port(scheme: str, netloc: str) -> str:
    """Lowercase, without the default port."""
    return netloc.lower().removesuffix(f":{_PORTS[scheme]}")


def sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite database; None for other databases."""
    if url.get_backend_name() == "sqlite" and url.database:
        return Path(url.database).absolute()
    return None
