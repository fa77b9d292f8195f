"""Rows that say when something may be done again: the caller that moves the time does it, and nobody else."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session


def claim(session: Session, new: Any, due_at: InstrumentedAttribute[float], now: float) -> bool:
    """Whether the caller has its turn: no other claim succeeds before the time in `new`.

    `new` is the row that is added if there is none with its primary key, and `due_at` the column of its time.
    """
    model = type(new)
    own = [column == getattr(new, column.key) for column in model.__table__.primary_key]
    until = getattr(new, due_at.key)
    moved = session.execute(update(model).where(*own, due_at <= now).values({due_at.key: until}))
    if moved.rowcount:  # type: ignore[attr-defined]
        return True
    if session.scalar(select(due_at).where(*own)) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:  # another copy claimed it first
        return False
    return True
