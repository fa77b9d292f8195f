"""Copies of the desk that share a database must accept each other's sessions."""

import secrets
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256

from sqlalchemy import delete, select

from ..config import Secret
from .database import Store, StoreError
from .system_models import RunningCopyRow

REPORT_SECONDS, STALE_SECONDS = 20.0, 60.0


class OtherSecretKey(Exception):
    def __init__(self, seconds_ago: float) -> None:
        wait = max(1, round(STALE_SECONDS - seconds_ago))
        super().__init__(
            "SECRET_KEY: another running copy of the desk uses this database with a different key, so each would "
            "refuse the other's logins and forms. Give all copies the same SECRET_KEY. To replace it, start with the "
            f"new key and list the old one in SECRET_KEY_FALLBACKS. If the other was killed, start again in {wait} s."
        )


class RunningCopy:
    """`secret_keys` are the key of this copy and the older ones that it accepts."""

    def __init__(self, store: Store, clock: Callable[[], float], secret_keys: Sequence[Secret]) -> None:
        self._store, self._clock = store, clock
        self._fingerprints = [_fingerprint(key) for key in secret_keys]
        self._id = secrets.token_hex(16)
        self._stop = threading.Event()

    def start(self) -> None:
        """Raises OtherSecretKey if a copy is running whose sessions this one would reject."""
        self.report()  # first, so that of two copies starting at the same time at least one sees the other
        if (seen_at := self._last_seen_other()) is not None:
            self.close()
            raise OtherSecretKey(self._clock() - seen_at)
        threading.Thread(target=self._keep_reporting, name="running copy", daemon=True).start()

    def report(self) -> None:
        now = self._clock()
        with self._store.write() as session:
            session.execute(delete(RunningCopyRow).where(RunningCopyRow.seen_at <= now - STALE_SECONDS))
            session.merge(RunningCopyRow(id=self._id, key_fingerprint=self._fingerprints[0], seen_at=now))

    def _last_seen_other(self) -> float | None:
        other_keys = RunningCopyRow.key_fingerprint.not_in(self._fingerprints)
        with self._store.read() as session:
            return session.scalar(
                select(RunningCopyRow.seen_at).where(other_keys).order_by(RunningCopyRow.seen_at.desc())
            )

    def _keep_reporting(self) -> None:
        while not self._stop.wait(REPORT_SECONDS):
            with suppress(StoreError):  # the next report may succeed
                self.report()

    def close(self) -> None:
        self._stop.set()
        with suppress(StoreError), self._store.write() as session:
            session.execute(delete(RunningCopyRow).where(RunningCopyRow.id == self._id))


def _fingerprint(key: Secret) -> str:
    return sha256(b"running copy " + key.reveal().encode()).hexdigest()[:16]
