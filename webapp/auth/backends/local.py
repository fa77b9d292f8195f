"""No login: one local user, and requests from this machine only."""

from urllib.parse import urlsplit

from flask import request

from ...config.urls import LOOPBACK
from ..errors import AccessDenied
from ..permissions import Permission, User
from .base import AuthBackend

LOCAL_USER = User("local user")
# Headers that proxies add. Browsers and curl send none of them, nor HTTP/1.0, as nginx does by default.
PROXY_HEADERS = {"forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip"}
PROXY_PREFIXES = ("x-forwarded", "x-original-", "x-envoy-", "x-amzn-", "x-amz-cf-", "cf-", "true-client-", "fastly-")


class LocalBackend(AuthBackend):
    footer = "Local mode, no login."

    def check_request(self) -> None:
        """A proxy on this machine, or a foreign host name that resolves to it, would let everybody in."""
        if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
            raise _denied("not by a name of this machine", 400)
        if request.environ.get("SERVER_PROTOCOL") != "HTTP/1.1" or _has_proxy_header():
            raise _denied("through a proxy", 403)
        if request.remote_addr != "::1" and not (request.remote_addr or "").startswith("127."):
            raise _denied("from another machine", 403)

    def authenticate(self) -> User:
        return LOCAL_USER

    def permission(self, user: User) -> Permission:
        return Permission.START


def _has_proxy_header() -> bool:
    names = {name.lower() for name, _ in request.headers}
    return not names.isdisjoint(PROXY_HEADERS) or any(name.startswith(PROXY_PREFIXES) for name in names)


def _denied(reason: str, status: int) -> AccessDenied:
    return AccessDenied(
        reason,
        "Only available on this machine",
        "Without a login, requests from other machines or through a proxy are denied. Open it at 127.0.0.1 or "
        "localhost with its port, or ask your administrator to set up a login and PUBLIC_URL.",
        status,
    )
