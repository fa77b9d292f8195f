"""What Statsig has of created autotunes: see `LiveState`."""

from collections.abc import Collection, Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, defer, load_only

from . import claims
from .listing import CREATED
from .models import AutotuneRecord, LiveState

_SHOWN = (
    LiveState.started_at,
    LiveState.not_started_at,
    LiveState.explores_until,
    LiveState.winner,
    LiveState.deleted_at,
    LiveState.differs,
    LiveState.checked_at,
)


def claim(session: Session, record_id: str, now: float, until: float) -> bool:
    """Whether the caller, and nobody else, checks the autotune now: no other claim succeeds before `until`."""
    row = LiveState(autotune_id=record_id, next_check_at=until)
    return claims.claim(session, row, LiveState.next_check_at, now)


def of_records(session: Session, ids: Collection[str]) -> dict[str, LiveState]:
    """What a list shows, by the ID of the autotune."""
    columns = load_only(*_SHOWN, raiseload=True)
    rows = session.scalars(select(LiveState).where(LiveState.autotune_id.in_(ids)).options(columns))
    return {row.autotune_id: row for row in rows}


def created(session: Session, project: str, statsig_ids: Collection[str]) -> Sequence[AutotuneRecord]:
    """The autotunes of a project that were created from here under these IDs."""
    query = select(AutotuneRecord).where(AutotuneRecord.project == project, AutotuneRecord.statsig_id.in_(statsig_ids))
    return session.scalars(query.where(AutotuneRecord.state == CREATED)).all()


def has_phase(session: Session, project: str, phase: str) -> bool:
    query = select(AutotuneRecord.id).where(AutotuneRecord.project == project, AutotuneRecord.phase == phase)
    return session.scalar(query.limit(1)) is not None


def count_compared(session: Session) -> tuple[int, int]:
    """How many have ended with a forecast of the same settings, and how many of them within its band."""
    within = func.coalesce(func.sum(case((LiveState.is_in_band.is_(True), 1), else_=0)), 0)
    row = session.execute(select(func.count(), within).where(LiveState.is_in_band.is_not(None))).one()
    return row[0], row[1]


def ended(session: Session, limit: int) -> list[tuple[AutotuneRecord, LiveState]]:
    """Those with a winner, the last first."""
    columns = load_only(AutotuneRecord.name, AutotuneRecord.created_by, raiseload=True)
    query = select(AutotuneRecord, LiveState).join(LiveState, LiveState.autotune_id == AutotuneRecord.id)
    query = query.where(LiveState.ended_at.is_not(None)).order_by(LiveState.ended_at.desc(), AutotuneRecord.id)
    rows = session.execute(query.options(columns, defer(LiveState.data)).limit(limit))
    return [(record, row) for record, row in rows]


def unseen(session: Session, project: str, phase: str, since: float, limit: int) -> Sequence[AutotuneRecord]:
    """Those in a phase that no check has found since then."""
    joined = select(AutotuneRecord).join(LiveState, LiveState.autotune_id == AutotuneRecord.id)
    conditions = AutotuneRecord.project == project, AutotuneRecord.phase == phase, LiveState.checked_at < since
    return session.scalars(joined.where(*conditions).limit(limit)).all()
