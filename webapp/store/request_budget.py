"""Counts the requests to each Statsig project, of all copies of the desk together."""

from collections.abc import Callable

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from .database import Store
from .system_models import SentRequest

WINDOW_SECONDS = 900.0  # Statsig limits the attempts of 15 minutes


class BudgetExhausted(Exception):
    """Enough was sent to the project in the last 15 minutes."""


class RequestBudget:
    """`limit`: requests in 15 minutes, of all kinds, after which nothing is read in the background."""

    def __init__(self, store: Store, clock: Callable[[], float], limit: int) -> None:
        self._store, self._clock, self.limit = store, clock, limit

    def count(self, project: str) -> None:
        """Counts a request that is sent whatever the budget."""
        with self._store.write() as session:
            self._add(session, project)

    def spend(self, project: str) -> None:
        """Counts a request that has to wait if the budget is spent. Raises BudgetExhausted."""
        with self._store.write() as session:
            self._add(session, project)
            if (session.scalar(select(func.count()).where(SentRequest.project == project)) or 0) > self.limit:
                raise BudgetExhausted

    def _add(self, session: Session, project: str) -> None:
        now = self._clock()
        session.execute(
            delete(SentRequest).where(SentRequest.project == project, SentRequest.sent_at <= now - WINDOW_SECONDS)
        )
        session.add(SentRequest(project=project, sent_at=now))
        session.flush()
