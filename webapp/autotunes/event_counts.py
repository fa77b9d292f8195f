"""How often the success event was logged on the last days."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy.orm import Session

from ..statsig import Project
from ..statsig.traffic import EventCounts, event_counts
from .cached_reads import CachedValue
from .services import Services

INTERVAL = 3600.0  # seconds between two reads: the counts of a day are complete some hours after it
DAYS = 7


class Counted(NamedTuple):
    """Counts by day, the newest first; `is_pending`: they are still to be read for the first time."""

    days: EventCounts
    is_pending: bool


def load_counts(services: Services, session: Session, project: str, event: str) -> Counted:
    name = _name(event)
    reads = services.cached_reads.values(session, project, [name])
    counts: EventCounts = reads.get(name, CachedValue()).value or {}
    days = {day: counts[day] for day in _last_days(services) if day in counts}
    return Counted(days, services.cached_reads.is_pending(reads, [name]))


def refresh_counts(services: Services, project: Project, event: str, known: EventCounts) -> None:
    read = partial(event_counts, event=event, days=_last_days(services), known=known)
    services.cached_reads.refresh(project, {_name(event): read}, INTERVAL)


def _name(event: str) -> str:
    return f"counts {event}"


def _last_days(services: Services) -> list[str]:
    """ISO dates in UTC: yesterday and the six days before."""
    today = datetime.fromtimestamp(services.clock(), UTC).date()
    return [(today - timedelta(days=ago)).isoformat() for ago in range(1, DAYS + 1)]
