"""What was last read from Statsig, for every copy of the desk: see `CachedRead`."""

from collections.abc import Collection

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from . import claims
from .system_models import CachedRead

UNUSED_SECONDS = 30 * 86_400.0  # after which a read that nobody repeats is deleted


def find(session: Session, project: str, names: Collection[str]) -> dict[str, CachedRead]:
    """By name."""
    query = select(CachedRead).where(CachedRead.project == project, CachedRead.name.in_(names))
    return {row.name: row for row in session.scalars(query)}


def due(session: Session, project: str, names: Collection[str], now: float, max_age: float) -> list[str]:
    """Those of the names that were not read for `max_age` seconds and may be read now."""
    own = CachedRead.project == project, CachedRead.name.in_(names)
    is_new = or_(CachedRead.next_read_at > now, CachedRead.fetched_at > now - max_age)
    later = set(session.scalars(select(CachedRead.name).where(*own, is_new)))
    return [name for name in names if name not in later]


def claim(session: Session, project: str, names: Collection[str], now: float, until: float) -> list[str]:
    """Those of the names that the caller, and nobody else, reads now: no other claim succeeds before `until`."""
    session.execute(delete(CachedRead).where(CachedRead.next_read_at < now - UNUSED_SECONDS))
    rows = (CachedRead(project=project, name=name, next_read_at=until) for name in names)
    return [row.name for row in rows if claims.claim(session, row, CachedRead.next_read_at, now)]


def save(session: Session, project: str, name: str, **values: object) -> None:
    """Of a row that was claimed."""
    session.execute(update(CachedRead).where(CachedRead.project == project, CachedRead.name == name).values(**values))
