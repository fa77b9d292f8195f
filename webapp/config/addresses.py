"""Web addresses as settings give them."""

import re
from urllib.parse import SplitResult, urlsplit

from .setting import LOOPBACK

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")  # a name or a number; the second without its brackets


def web_address(text: str, example: str) -> SplitResult:
    """An http address as its parts allow it; plain http on this machine only. Raises ValueError with what to do."""
    url = _split(text)
    if url is None or url.query or url.fragment or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(f"give an address such as {example}")
    if url.scheme == "http" and url.hostname not in LOOPBACK:
        raise ValueError("use https (plain http is for this machine only)")
    return url


def _split(text: str) -> SplitResult | None:
    """None for what has no host, a port that is none, or a user."""
    try:
        url = urlsplit(text)
        known = url.scheme in _PORTS and url.port != 0
    except ValueError:
        return None
    good = known and "@" not in url.netloc and not url.netloc.endswith(":")
    return url if good and _HOST.fullmatch(url.hostname or "") else None


def origin(url: SplitResult) -> str:
    """Scheme, host and port as browsers write them."""
    host = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
    return f"{url.scheme}://{host_and_port(url.scheme, f'{host}:{url.port or _PORTS[url.scheme]}')}"


def host_and_port(scheme: str, netloc: str) -> str:
    """In small letters, and without the port that goes without saying."""
    return netloc.lower().removesuffix(f":{_PORTS[scheme]}")
