"""Reads Statsig in the background, for all copies of the desk together, and keeps what it returned.

No page waits for it. When Statsig is slow, forbids a read or is down, what was read before stays.
"""

import json
import logging
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from ..statsig import (
    Deadline,
    OutcomeUnknown,
    Project,
    RateLimited,
    ReadFailed,
    StatsigClient,
    StatsigError,
    Unauthorized,
    Unreachable,
)
from ..store import BudgetExhausted, CachedRead, Store, cached_reads
from .executor import BoundedExecutor

log = logging.getLogger(__name__)

READ_TIMEOUT = 15.0  # seconds for each read
CLAIM_SECONDS = 180.0  # after which another copy reads what a killed one has claimed
PAUSE_SECONDS = 60.0  # at most between two reads of the same, and after an error: a busy Statsig asks for no more
FORBIDDEN_SECONDS = 900.0  # after a read for which the key has no permission
READERS = 4  # at the same time
BUDGET_SPENT = "The desk has sent many requests to this project: it reads again in some minutes."

# What is read: a client and a deadline in, JSON out.
Reads = dict[str, Callable[[StatsigClient, Deadline], Any]]


@dataclass(frozen=True)
class CachedValue:
    """`fetched_at` is None until the first read has succeeded; `error` is why the last one did not."""

    value: Any = None
    fetched_at: float | None = None
    error: str = ""


class CachedReads:
    """`open_client` gives the client of a project, whose requests are counted in the budget."""

    def __init__(
        self, store: Store, clock: Callable[[], float], open_client: Callable[[Project], StatsigClient], enabled: bool
    ) -> None:
        self._store, self._clock, self._open_client, self._enabled = store, clock, open_client, enabled
        self._executor = BoundedExecutor(READERS, "background read")
        self._closing = threading.Event()

    def refresh(self, session: Session, project: Project, reads: Reads, max_age: float) -> None:
        """Reads in a thread what was not read for `max_age` seconds, if a thread is free."""
        due = self._due(session, project, reads, max_age)
        if due:
            self.run(lambda: self._claim_and_read(project, due, min(max_age, PAUSE_SECONDS)))

    def run(self, work: Callable[[], None]) -> None:
        """Runs work that reads Statsig in the background, if a thread is free."""
        if self._enabled and self._executor.acquire():
            with suppress(RuntimeError):  # the server is shutting down
                self._executor.run(lambda: _logged(work))

    def refresh_now(self, project: Project, reads: Reads, max_age: float) -> None:
        """Like `refresh`, in the thread of the caller."""
        with self._store.read() as session:
            due = self._due(session, project, reads, max_age)
        if due:
            self._claim_and_read(project, due, min(max_age, PAUSE_SECONDS))

    def _due(self, session: Session, project: Project, reads: Reads, max_age: float) -> Reads:
        names = cached_reads.due(session, project.name, reads.keys(), self._clock(), max_age) if self._enabled else ()
        return {name: reads[name] for name in names}

    def _claim_and_read(self, project: Project, reads: Reads, pause: float) -> None:
        """`pause`: seconds before any of them is read again."""
        now = self._clock()
        with self._store.write() as session:
            claimed = cached_reads.claim(session, project.name, reads.keys(), now, now + CLAIM_SECONDS)
        self._read_claimed(project, {name: reads[name] for name in claimed}, pause)

    def _read_claimed(self, project: Project, reads: Reads, pause: float) -> None:
        """One after the other; after an error that concerns the others too, these are not tried."""
        client, error = self._open_client(project), None
        for name, read in reads.items():
            if self._closing.is_set():
                return
            if error is None or not _concerns_others(error):
                error = self._read_one(project, client, name, read, pause)
            if error:
                self._save_error(project, name, error)

    def _read_one(
        self, project: Project, client: StatsigClient, name: str, read: Any, pause: float
    ) -> Exception | None:
        try:
            value = read(client, Deadline(READ_TIMEOUT))
        except (StatsigError, BudgetExhausted) as error:
            log.warning("not read from Statsig", extra={"read": name, "error": type(error).__name__})
            return error
        except Exception as error:  # noqa: BLE001  # whatever Statsig returned, the other reads go on
            log.error("a read failed unexpectedly", extra={"read": name, "error": type(error).__name__})
            return ReadFailed("Statsig’s response could not be used.")
        now = self._clock()
        with self._store.write() as session:
            cached_reads.save(
                session,
                project.name,
                name,
                value=json.dumps(value),
                error="",
                fetched_at=now,
                next_read_at=now + pause,
            )
        return None

    def _save_error(self, project: Project, name: str, error: Exception) -> None:
        next_read_at = self._clock() + (FORBIDDEN_SECONDS if isinstance(error, Unauthorized) else PAUSE_SECONDS)
        with self._store.write() as session:
            cached_reads.save(session, project.name, name, error=error_message(error), next_read_at=next_read_at)

    def values(self, session: Session, project: str, names: Collection[str]) -> dict[str, CachedValue]:
        """What was read, by name."""
        return {name: _cached_value(row) for name, row in cached_reads.find(session, project, names).items()}

    def is_pending(self, values: Mapping[str, CachedValue], names: Collection[str]) -> bool:
        """Whether any of these is still to be read for the first time."""
        return self._enabled and any(values.get(name, CachedValue()) == CachedValue() for name in names)

    def close(self) -> None:
        """Waits for the running request."""
        self._closing.set()
        self._executor.close()


def _logged(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception as error:  # noqa: BLE001  # it is read again later
        log.error("a background read failed", extra={"error": type(error).__name__})


def error_message(error: Exception) -> str:
    return BUDGET_SPENT if isinstance(error, BudgetExhausted) else str(error)


def _concerns_others(error: Exception) -> bool:
    """Not if the key lacks a permission, or one response could not be used."""
    if isinstance(error, Unauthorized):
        return error.status == 401
    return isinstance(error, BudgetExhausted | RateLimited | Unreachable | OutcomeUnknown)


def _cached_value(row: CachedRead) -> CachedValue:
    return CachedValue(_parsed(row.value) if row.value else None, row.fetched_at, row.error)


@lru_cache(maxsize=64)
def _parsed(text: str) -> Any:
    """Shared by all who read it: nobody may change it."""
    return json.loads(text)
