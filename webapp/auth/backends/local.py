"""No login: one local user, and nobody from anywhere else."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import request

from ...config.urls import LOOPBACK
from .. import origin_checks
from ..errors import Refused
from ..permissions import Person, Right
from .base import Answer

LOCAL = Person("local user")
# What proxies add. Browsers and curl write none of it, nor do they speak HTTP/1.0, as nginx does by default.
BY_PROXIES = {"forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip"}
BEGUN_BY_PROXIES = ("x-forwarded", "x-original-", "x-envoy-", "x-amzn-", "x-amz-cf-", "cf-", "true-client-", "fastly-")


class LocalDoor:
    footer = "Nobody has to log in: the desk answers on this machine only."
    can_log_out = False

    def check_address(self) -> None:
        """A proxy on this machine, or a page that points its own name here, would let everybody in."""
        if not _is_loopback_host(origin_checks.host(), request.environ.get("SERVER_PORT", "")):
            raise _elsewhere("not by a name of this machine", 400)
        if request.environ.get("SERVER_PROTOCOL") != "HTTP/1.1" or _names_a_proxy():
            raise _elsewhere("through a proxy", 403)
        if not _is_loopback_address(request.remote_addr):
            raise _elsewhere("from another machine", 403)

    def origin(self) -> str:
        return f"http://{origin_checks.host().lower().removesuffix(':80')}"

    def person(self) -> Person:
        return LOCAL

    def right(self, person: Person) -> Right:
        return Right.CREATE

    def ask(self) -> Answer:
        raise AssertionError("the local user is always known")  # pragma: no cover


def _is_loopback_host(host: str, port: str) -> bool:
    try:
        parts = urlsplit(f"//{host.lower()}")
        named = str(parts.port or 80)
    except ValueError:
        return False
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    whole = host.lower() in (name, f"{name}:{named}")  # nothing else in it, such as a user
    return whole and parts.hostname in LOOPBACK and named == port


def _names_a_proxy() -> bool:
    names = {name.lower() for name, _ in request.headers}
    return not names.isdisjoint(BY_PROXIES) or any(name.startswith(BEGUN_BY_PROXIES) for name in names)


def _is_loopback_address(remote: str | None) -> bool:
    try:
        return ip_address(remote or "").is_loopback
    except ValueError:
        return False


def _elsewhere(what: str, status: int) -> Refused:
    return Refused(
        what,
        "The desk answers on this machine only",
        "Nobody has to log in here, so requests from elsewhere, or through a proxy, are refused. "
        "Open it by 127.0.0.1 or localhost and its port; or have a login set up and PUBLIC_URL set.",
        status,
    )
