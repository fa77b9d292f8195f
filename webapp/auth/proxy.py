"""A login by a proxy in front, which names the person in a header and proves itself by a shared secret."""

from secrets import compare_digest

from flask import request

from ..config import Settings
from ..config.values import PROOF_HEADER
from . import address
from .doors import Answer
from .people import Person, Right, clean_email, right_of
from .refusals import Refused


class ProxyDoor:
    footer = ""
    can_log_out = False  # that is for the proxy

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.secret = settings.proxy_secret.reveal().encode() if settings.proxy_secret else b""

    def check_address(self) -> None:
        address.want_host(self.settings.public_url)

    def origin(self) -> str:
        return self.settings.public_url

    def person(self) -> Person | None:
        """Raises Refused without the right secret: then nobody knows who wrote the headers."""
        given = request.headers.get(PROOF_HEADER, "").encode("utf-8", "surrogateescape")
        if not self.secret or not compare_digest(given, self.secret):
            raise _not_the_proxy("a wrong proxy secret" if given else "no proxy secret")
        email = clean_email(request.headers.get(self.settings.proxy_user_header))
        return Person(email, email, self._groups()) if email else None

    def _groups(self) -> frozenset[str]:
        header = self.settings.proxy_groups_header
        listed = request.headers.get(header, "") if header else ""
        return frozenset(part.strip() for part in listed.split(",") if part.strip())

    def right(self, person: Person) -> Right:
        return right_of(self.settings, person)

    def ask(self) -> Answer:
        raise Refused(
            "the proxy named nobody", "You are not logged in", "Log in where you came from, then try again.", 401
        )


def _not_the_proxy(what: str) -> Refused:
    return Refused(what, "The desk is reached another way", "Use the address that you were given.")
