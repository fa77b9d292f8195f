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
    StatsigClient,
    StatsigError,
    Unauthorized,
    Unreachable,
)
from ..store import BudgetExhausted, CachedRead, Store, StoreError, cached_reads
from .executor import BoundedExecutor

log = logging.getLogger(__name__)

READ_TIMEOUT = 15.0  # seconds for each read
CLAIM_SECONDS = 180.0  # after which another copy reads what a killed one has claimed
RETRY_SECONDS = 60.0  # after a read that failed: as long as a busy Statsig may ask for
READERS = 2  # rounds at the same time
BUDGET_SPENT = "The desk has sent many requests to this project: it reads again in some minutes."

# What is read: a client and a deadline in, JSON out.
Reads = Mapping[str, Callable[[StatsigClient, Deadline], Any]]


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

    def refresh(self, session: Session, project: Project, reads: Reads, interval: float) -> None:
        """Reads in a thread what was not read for `interval` seconds, if a thread is free."""
        due = cached_reads.due(session, project.name, reads.keys(), self._clock()) if self._enabled else []
        if due and self._executor.acquire():
            with suppress(RuntimeError):  # the server is shutting down
                self._executor.run(lambda: self._read_due(project, {name: reads[name] for name in due}, interval))

    def _read_due(self, project: Project, reads: Reads, interval: float) -> None:
        with suppress(StoreError):  # what cannot be kept is read again later
            now = self._clock()
            with self._store.write() as session:
                claimed = cached_reads.claim(session, project.name, reads.keys(), now, now + CLAIM_SECONDS)
            self._read_claimed(project, {name: reads[name] for name in claimed}, interval)

    def _read_claimed(self, project: Project, reads: Reads, interval: float) -> None:
        """One after the other; after an error that concerns the others too, these are not tried."""
        client, error = self._open_client(project), None
        for name, read in reads.items():
            if self._closing.is_set():
                return
            if error is None or not _concerns_others(error):
                error = self._read_one(project, client, name, read, interval)
            if error:
                self._save_error(project, name, error, interval)

    def _read_one(
        self, project: Project, client: StatsigClient, name: str, read: Any, interval: float
    ) -> Exception | None:
        try:
            value = read(client, Deadline(READ_TIMEOUT))
        except (StatsigError, BudgetExhausted) as error:
            log.warning("not read from Statsig", extra={"read": name, "error": type(error).__name__})
            return error
        now = self._clock()
        with self._store.write() as session:
            cached_reads.save(
                session,
                project.name,
                name,
                value=json.dumps(value),
                error="",
                fetched_at=now,
                next_read_at=now + interval,
            )
        return None

    def _save_error(self, project: Project, name: str, error: Exception, interval: float) -> None:
        message = BUDGET_SPENT if isinstance(error, BudgetExhausted) else str(error)
        next_read_at = self._clock() + (interval if isinstance(error, Unauthorized) else RETRY_SECONDS)
        with self._store.write() as session:
            cached_reads.save(session, project.name, name, error=message, next_read_at=next_read_at)

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
