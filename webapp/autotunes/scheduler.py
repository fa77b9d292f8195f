"""What each copy of the desk does without anybody opening a page: one copy at a time, by claims in the database."""

import logging
import threading

from ..store import AutotuneRecord, cached_reads, queries
from .action_settling import settle_actions
from .live import refresh_running
from .reconcile import check_statsig, expire_claim
from .services import Services
from .states import RECHECK_SECONDS, State

log = logging.getLogger(__name__)

PAUSE = 10.0  # seconds between two rounds
LEASE_SECONDS = 120.0  # after which another copy takes over from one that was killed in a round
MAX_CHECKED = 4  # unconfirmed autotunes that are looked up in one round
SLOWDOWN = 0.1  # what is unconfirmed for ten minutes is looked up each minute
NO_PROJECT, RECONCILER = "", "reconciler"


class Scheduler:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._stop = threading.Event()
        self._checked_at: dict[str, float] = {}

    def start(self) -> None:
        threading.Thread(target=self._run, name="scheduler", daemon=True).start()

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            try:
                self.run_once()
            except Exception as error:  # noqa: BLE001  # the next round may succeed
                log.error("a background round failed", extra={"error": type(error).__name__})

    def run_once(self) -> None:
        """Settles what was sent without an outcome, and follows what runs."""
        self._reconcile()
        settle_actions(self._services, SLOWDOWN)
        for project in self._services.projects.all():
            refresh_running(self._services, project)

    def _reconcile(self) -> None:
        store, now = self._services.store, self._services.clock()
        with store.write() as session:
            if not cached_reads.claim(session, NO_PROJECT, [RECONCILER], now, now + LEASE_SECONDS):
                return
        for record in self._in_state(State.SENDING):
            expire_claim(self._services, record)
        unknown = [record for record in self._in_state(State.UNKNOWN) if self._is_due(record, now)]
        for record in unknown[:MAX_CHECKED]:
            self._checked_at[record.id] = now
            check_statsig(self._services, record.id)
        with store.write() as session:
            cached_reads.save(session, NO_PROJECT, RECONCILER, next_read_at=self._services.clock())

    def _in_state(self, state: State) -> list[AutotuneRecord]:
        with self._services.store.read() as session:
            return list(queries.in_states(session, [state]))

    def _is_due(self, record: AutotuneRecord, now: float) -> bool:
        """The longer it has been unconfirmed, the less often."""
        age = now - (record.claimed_at or now)
        return now - self._checked_at.get(record.id, 0.0) >= max(RECHECK_SECONDS, SLOWDOWN * age)

    def close(self) -> None:
        self._stop.set()
