"""Where a person was going who has to log in first: an endpoint and its values, never an address from a request."""

import secrets
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import flash, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from ..autotunes.services import Services
from ..store import LoginLink
from ..store import sessions as rows

MAX_QUERY = 8 * 1024  # bytes
MAX_VALUES = 100  # characters; what is longer is no address of an autotune
KEPT_SECONDS = 600.0
MAX_LINKS = 1000
ASCII = "".join(map(chr, range(33, 127)))
OLD_ENDPOINTS = {  # of version 0.1, in cookies and in the state of a login that is under way
    "pages.show": "detail.show",
    "plans.show": "forecast.show",
    "held.bring_back": "restore.restore",
}
LOST = "What the link fills in was not kept during the login. Open the link again."


class Target(NamedTuple):
    """`link` names the row that keeps the query; blank without one."""

    endpoint: str = "listing.index"
    values: dict[str, Any] = {}  # noqa: RUF012
    link: str = ""


class LinkTooLong(Exception):
    """The query is longer than what is kept during a login."""


class Targets:
    def __init__(self, services: Services) -> None:
        self.services = services
        keys = (*services.settings.secret_key_fallbacks, services.settings.secret_key)  # the last one signs
        self._signer = URLSafeSerializer([key.reveal() for key in keys], salt="login target")

    def keep(self, endpoint: str, values: dict[str, Any], query: bytes = b"") -> Target:
        """Raises LinkTooLong."""
        if len(query) > MAX_QUERY:
            raise LinkTooLong
        if len(str(values)) > MAX_VALUES:
            return Target()
        return Target(endpoint, values, self._keep_query(quote(query, safe=ASCII)) if query else "")

    def _keep_query(self, query: str) -> str:
        link = LoginLink(token=secrets.token_urlsafe(16), query=query, created_at=self.services.clock())
        with self.services.store.write() as session:
            rows.keep_link(session, link, link.created_at - KEPT_SECONDS, MAX_LINKS)
        return link.token

    def as_state(self, target: Target) -> str:
        """Nobody can guess or make up a state: it begins with 128 random bits, and is signed."""
        return str(self._signer.dumps([secrets.token_urlsafe(16), *target]))

    def from_state(self, state: str) -> Target:
        try:
            _, *target = self._signer.loads(state)
        except BadSignature:
            return Target()
        return Target(*target)

    def url(self, target: Target) -> str:
        address = url_for(OLD_ENDPOINTS.get(target.endpoint, target.endpoint), **target.values)
        query = self._query(target.link) if target.link else ""
        return f"{address}?{query}" if query else address

    def _query(self, token: str) -> str:
        with self.services.store.read() as session:
            query = rows.kept_query(session, token, self.services.clock() - KEPT_SECONDS)
        if query is None:
            flash(LOST)
        return query or ""
