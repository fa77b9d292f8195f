"""A login by a proxy in front, which names the person in a header and proves itself by a shared secret."""

from secrets import compare_digest

from flask import request

from ...config import Settings, split_list
from ...config.values import PROOF_HEADER
from .. import origin_checks
from ..errors import Refused
from ..permissions import Person, Right, clean_email, email_problem, right_of
from .base import Answer

IAP_PREFIX = "accounts.google.com:"  # Google's Identity-Aware Proxy puts it before the address


class ProxyDoor:
    footer = ""
    can_log_out = False  # that is for the proxy

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.secret = settings.proxy_secret.reveal().encode() if settings.proxy_secret else b""

    def check_address(self) -> None:
        origin_checks.want_host(self.settings.public_url)

    def origin(self) -> str:
        return self.settings.public_url

    def person(self) -> Person | None:
        """Raises Refused without the right secret: then nobody knows who wrote the headers."""
        self._check_secret()
        given = _decoded(self.settings.proxy_user_header).strip()
        email = clean_email(given.removeprefix(IAP_PREFIX))
        if given and not email:
            title = "Your e-mail address cannot be used here"
            raise Refused("an unusable e-mail address", title, email_problem(given), 401)
        return Person(email, email, self._groups()) if email else None

    def _check_secret(self) -> None:
        given = request.headers.get(PROOF_HEADER, "").encode("utf-8", "surrogateescape")
        if not self.secret or not compare_digest(given, self.secret):
            raise _not_the_proxy("a wrong proxy secret" if given else "no proxy secret")

    def _groups(self) -> frozenset[str]:
        header = self.settings.proxy_groups_header
        return frozenset(split_list(_decoded(header) if header else "", self.settings.groups_separator))

    def right(self, person: Person) -> Right:
        return right_of(self.settings, person)

    def ask(self) -> Answer:
        raise Refused(
            "the proxy named nobody", "You are not logged in", "Log in where you came from, then try again.", 401
        )


def _not_the_proxy(what: str) -> Refused:
    return Refused(what, "The desk is reached another way", "Use the address that you were given.")


def _decoded(header: str) -> str:
    """WSGI hands over each byte as one character; proxies send UTF-8. Raises Refused for anything else."""
    try:
        return request.headers.get(header, "").encode("latin-1").decode("utf-8")
    except UnicodeError:
        todo = f"The proxy in front sends {header} in another encoding than UTF-8. Ask whoever looks after this desk."
        raise Refused(f"{header} is not UTF-8", "You are not logged in", todo, 401) from None
