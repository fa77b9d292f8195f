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


def load_counts(services: Services, session: Session, project: Project, event: str) -> Counted:
    """What is missing is read in the background."""
    name, days = f"counts {event}", _last_days(services)
    reads = services.cached_reads.values(session, project.name, [name])
    counts: EventCounts = reads.get(name, CachedValue()).value or {}
    read = partial(event_counts, event=event, days=days, known=counts)
    services.cached_reads.refresh(session, project, {name: read}, INTERVAL)
    return Counted({day: counts[day] for day in days if day in counts}, services.cached_reads.is_pending(reads, [name]))


def _last_days(services: Services) -> list[str]:
    """ISO dates in UTC: yesterday and the six days before."""
    today = datetime.fromtimestamp(services.clock(), UTC).date()
    return [(today - timedelta(days=ago)).isoformat() for ago in range(1, DAYS + 1)]
