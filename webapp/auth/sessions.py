"""Logins as rows on the server: the cookie holds a random id, the database its SHA-256."""

import json
import logging
import secrets
from dataclasses import dataclass
from hashlib import sha256

from ..autotunes.services import Services
from ..contract.characters import visible
from ..store import LoginSession, PendingForm, StoreError
from ..store import sessions as rows
from .permissions import Person
from .targets import KEPT_SECONDS

log = logging.getLogger(__name__)

KEPT = 7 * 24 * 3600.0  # seconds that an ended session is known, and a held form waits
MOST_HELD = 20  # forms that wait for one person


@dataclass(frozen=True)
class Found:
    """A session that is known; `alive` tells whether it still lets anybody in."""

    id: str
    person: Person
    alive: bool


class Sessions:
    def __init__(self, services: Services) -> None:
        self.services = services
        self.idle = services.settings.session_idle_minutes * 60.0
        self.longest = services.settings.session_hours * 3600.0

    def begin(self, person: Person, before: str | None) -> str:
        """Ends the session that was before, and gives what the cookie holds of the new one."""
        now, token = self.services.clock(), secrets.token_urlsafe(32)
        groups = json.dumps(sorted(person.groups))
        row = LoginSession(
            id=_hash(token), email=person.email, name=person.name, groups=groups, began_at=now, seen_at=now
        )
        with self.services.store.write() as session:
            rows.forget(session, now - self.longest - KEPT, now - KEPT, now - KEPT_SECONDS)
            if before:
                rows.end(session, _hash(before))
            rows.add(session, row)
        return token

    def find(self, token: str | None, attended: bool) -> Found | None:
        """An `attended` request counts as use."""
        if not token:
            return None
        with self.services.store.read() as session:
            row = rows.get(session, _hash(token))
        if row is None:
            return None
        alive = self._is_alive(row)
        if alive and attended and row.seen_at != self.services.clock():
            self._touch(row.id)
        return Found(row.id, Person(row.name, row.email, frozenset(json.loads(row.groups))), alive)

    def _is_alive(self, row: LoginSession) -> bool:
        now = self.services.clock()
        return now - row.seen_at < self.idle and now - row.began_at < self.longest

    def _touch(self, session_id: str) -> None:
        try:
            with self.services.store.write() as session:
                rows.touch(session, session_id, self.services.clock())
        except StoreError as error:  # a database that only reads must not turn people away
            log.warning("the use of a session was not noted", extra={"error": type(error).__name__})

    def end(self, token: str) -> None:
        with self.services.store.write() as session:
            rows.end(session, _hash(token))

    def hold(self, person: Person, token: str, autotune_id: str | None, fields: list[tuple[str, str]]) -> bool:
        """Keeps a form until its person has logged in again; whether it is kept."""
        at = self.services.clock()
        form = PendingForm(
            email=person.email,
            form_token=visible(token)[:64],
            autotune_id=autotune_id,
            fields=json.dumps(fields),
            created_at=at,
        )
        try:
            with self.services.store.write() as session:
                return rows.hold(session, form, MOST_HELD)
        except StoreError:
            return False

    def holds_for(self, person: Person) -> bool:
        with self.services.store.read() as session:
            return bool(rows.held(session, person.email))


def end_sessions(services: Services, email: str | None) -> int:
    """Ends the logins of one person, or of everybody; how many there were."""
    with services.store.write() as session:
        return rows.end_of(session, email)


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
