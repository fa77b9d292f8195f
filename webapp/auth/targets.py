"""Where users go after logging in: an endpoint and its values, never an address from a request."""

import secrets
from typing import Any, NamedTuple
from urllib.parse import quote

from flask import flash, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..autotunes.services import Services
from ..store import LoginLink

MAX_QUERY = 8 * 1024  # bytes
KEEP_SECONDS = 600.0
MAX_LINKS = 1000
ASCII = "".join(map(chr, range(33, 127)))
OLD_ENDPOINTS = {  # of version 0.1, in cookies and in the state of pending logins
    "pages.show": "detail.show",
    "plans.show": "forecast.show",
    "held.bring_back": "restore.restore",
}
QUERY_LOST = "The values in the link were not kept during the login. Open the link again."


class Target(NamedTuple):
    """`link` is the token of the `LoginLink` with the query; blank without a query."""

    endpoint: str = "listing.index"
    values: dict[str, Any] = {}  # noqa: RUF012
    link: str = ""


class LoginTargets:
    def __init__(self, services: Services) -> None:
        self.services = services
        keys = (*services.settings.secret_key_fallbacks, services.settings.secret_key)  # the last one signs
        self._serializer = URLSafeSerializer([key.reveal() for key in keys], salt="login target")

    def create(self, endpoint: str, values: dict[str, Any], query: bytes = b"") -> Target:
        return Target(endpoint, values, self._store_query(quote(query, safe=ASCII)) if query else "")

    def _store_query(self, query: str) -> str:
        """The oldest links make room for new ones."""
        now, token = self.services.clock(), secrets.token_urlsafe(16)
        newest = select(LoginLink.token).order_by(LoginLink.created_at.desc()).limit(MAX_LINKS - 1)
        with self.services.store.write() as db:
            delete_expired(db, now)
            db.execute(delete(LoginLink).where(LoginLink.token.not_in(newest)))
            db.add(LoginLink(token=token, query=query, created_at=now))
        return token

    def to_state(self, target: Target) -> str:
        """Signed, and starts with 128 random bits, so that nobody can guess or forge it."""
        return str(self._serializer.dumps([secrets.token_urlsafe(16), *target]))

    def from_state(self, state: str) -> Target:
        try:
            _, *target = self._serializer.loads(state)
        except BadSignature:
            return Target()
        return Target(*target)

    def url(self, target: Target) -> str:
        address = url_for(OLD_ENDPOINTS.get(target.endpoint, target.endpoint), **target.values)
        query = self._query(target.link) if target.link else ""
        return f"{address}?{query}" if query else address

    def _query(self, token: str) -> str:
        oldest = self.services.clock() - KEEP_SECONDS
        with self.services.store.read() as db:
            query = db.scalar(select(LoginLink.query).where(LoginLink.token == token, LoginLink.created_at >= oldest))
        if query is None:
            flash(QUERY_LOST)
        return query or ""


def delete_expired(db: Session, now: float) -> None:
    db.execute(delete(LoginLink).where(LoginLink.created_at < now - KEEP_SECONDS))
