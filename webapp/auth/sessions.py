"""Login sessions in the database. The cookie holds a random token, the database its SHA-256."""

import json
import logging
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, update

from ..autotunes.services import Services
from ..store import LoginSession, StoreError
from . import pending_forms, targets
from .permissions import User

log = logging.getLogger(__name__)

KEEP_ENDED_SECONDS = 7 * 24 * 3600.0  # to know whose form arrives after its session has ended


@dataclass(frozen=True)
class StoredSession:
    """A session that once was valid; `active` tells whether it still is."""

    user: User
    active: bool


class Sessions:
    def __init__(self, services: Services) -> None:
        self.services = services
        self.idle_seconds = services.settings.session_idle_minutes * 60.0
        self.max_seconds = services.settings.session_hours * 3600.0

    def start(self, user: User, previous_token: str | None) -> str:
        """Ends the previous session of this browser, and returns the token of the new one."""
        now, token = self.services.clock(), secrets.token_urlsafe(32)
        row = LoginSession(
            id=_hash(token),
            email=user.email,
            name=user.name,
            groups=json.dumps(sorted(user.groups)),
            began_at=now,
            seen_at=now,
        )
        with self.services.store.write() as db:
            targets.delete_expired(db, now)
            pending_forms.delete_expired(db, now)
            db.execute(delete(LoginSession).where(LoginSession.began_at < now - self.max_seconds - KEEP_ENDED_SECONDS))
            if previous_token:
                db.execute(delete(LoginSession).where(LoginSession.id == _hash(previous_token)))
            db.add(row)
        return token

    def find(self, token: str | None, counts_as_use: bool) -> StoredSession | None:
        if not token:
            return None
        with self.services.store.read() as db:
            row = db.get(LoginSession, _hash(token))
        if row is None:
            return None
        now = self.services.clock()
        active = now - row.seen_at < self.idle_seconds and now - row.began_at < self.max_seconds
        if active and counts_as_use and row.seen_at != now:
            self._update_seen_at(row.id, now)
        return StoredSession(User(row.name, row.email, frozenset(json.loads(row.groups))), active)

    def _update_seen_at(self, session_id: str, now: float) -> None:
        try:
            with self.services.store.write() as db:
                db.execute(update(LoginSession).where(LoginSession.id == session_id).values(seen_at=now))
        except StoreError as error:  # a read-only database must not lock users out
            log.warning("the last use of a session was not stored", extra={"error": type(error).__name__})

    def end(self, token: str) -> None:
        with self.services.store.write() as db:
            db.execute(delete(LoginSession).where(LoginSession.id == _hash(token)))


def end_sessions(services: Services, email: str | None) -> int:
    """Ends the sessions of one user, or all of them; returns how many there were."""
    condition = [] if email is None else [LoginSession.email == email]
    with services.store.write() as db:
        result: Any = db.execute(delete(LoginSession).where(*condition))
        return int(result.rowcount)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
