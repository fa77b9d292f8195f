"""Whether a request came to the desk's own address, and from its own pages."""

from urllib.parse import urlsplit

from flask import request

from ..config.urls import host_and_port
from .errors import Refused

FROM_OUR_PAGES = ("same-origin", "none")  # none: no page asked for it, the person did
SAFE = ("GET", "HEAD", "OPTIONS")
UNADDRESSED = ("listing.healthz",)  # what balances loads asks by number, and is told nothing


def host() -> str:
    """As the request says it; blank when it says none."""
    return str(request.environ.get("HTTP_HOST", ""))


def want_host(public_url: str) -> None:
    """Raises Refused unless the request names the one host of PUBLIC_URL."""
    url = urlsplit(public_url)
    if request.endpoint in UNADDRESSED:
        return
    if host_and_port(url.scheme, host()) != url.netloc:
        raise Refused(
            "foreign host", "This is not the address of the desk", "Use the address that you were given.", 400
        )


def want_own_origin(own: str) -> None:
    """Raises Refused for what another site makes a browser send. Older browsers say less: the CSRF token stays."""
    if request.method in SAFE:
        return
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site.lower() not in FROM_OUR_PAGES:
        raise _foreign("Sec-Fetch-Site")
    if origin is not None and _normal(origin) != own:
        raise _foreign("Origin")


def _normal(origin: str) -> str:
    scheme, sign, netloc = origin.partition("://")
    return (
        f"{scheme.lower()}://{host_and_port(scheme.lower(), netloc)}"
        if sign and scheme.lower() in ("http", "https")
        else ""
    )


def _foreign(header: str) -> Refused:
    return Refused(
        f"from another site by {header}",
        "This came from another site",
        "Nothing was done. Open the desk itself, and use the buttons there.",
        way_out="list",
    )
