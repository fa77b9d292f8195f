"""Queries on autotunes and their history. What must not happen twice is one conditional UPDATE: `change`."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session, load_only

from ..contract import foreseen_id
from .tables import Event, Record

PAGE = 50  # autotunes on one page of the list
_SHOWN = (Record.name, Record.state, Record.sandbox, Record.changed_at, Record.changed_by)


def get(session: Session, record_id: str, locked: bool = False) -> Record | None:
    """`locked`: nobody else changes it before the end of the transaction."""
    return session.get(Record, record_id, with_for_update=locked)


def by_token(session: Session, token: str, locked: bool = False) -> Record | None:
    found = select(Record).where(Record.token == token)
    return session.scalar(found.with_for_update() if locked else found)


def add(session: Session, record: Record) -> None:
    session.add(record)
    session.flush()


def change(session: Session, record_id: str, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Changes the row if it still meets the conditions; whether it did."""
    statement = update(Record).where(Record.id == record_id, *conditions).values(**values)
    return bool(session.execute(statement.execution_options(synchronize_session=False)).rowcount)  # type: ignore[attr-defined]


def holder(session: Session, project: str, held: str) -> Record | None:
    """The autotune of this desk that holds this, as `contract.held_as` gives it, or has it for an id in Statsig."""
    same = or_(Record.held_id == held, Record.statsig_id == held)
    return session.scalar(select(Record).where(Record.project == project, same))


def namesakes(session: Session, project: str, name: str) -> Sequence[Record]:
    """The autotunes of a project that have this name, or have or would get its id in Statsig."""
    same, autotune_id = func.lower(Record.name) == name.lower(), foreseen_id(name)
    if autotune_id:
        same = or_(same, Record.foreseen_id == autotune_id, Record.statsig_id == autotune_id)
    return session.scalars(select(Record).where(Record.project == project, same)).all()


def in_states(session: Session, states: Collection[str]) -> Sequence[Record]:
    return session.scalars(select(Record).where(Record.state.in_(states)).order_by(Record.created_at)).all()


def listing(session: Session, search: str, state: str, page: int) -> tuple[Sequence[Record], int]:
    """One page of the list, newest change first, and how many there are in all."""
    wanted = [Record.name.icontains(search, autoescape=True)] if search else []
    wanted += [Record.state == state] if state else []
    shown = load_only(*_SHOWN, raiseload=True)  # the rest may be megabytes
    found = select(Record).options(shown).where(*wanted).order_by(Record.changed_at.desc(), Record.id)
    total = session.scalar(select(func.count()).select_from(Record).where(*wanted)) or 0
    return session.scalars(found.limit(PAGE).offset(PAGE * (page - 1))).all(), total


def say(session: Session, record_id: str, at: float, who: str, what: str) -> None:
    """Adds a line to the history."""
    session.add(Event(autotune_id=record_id, at=at, who=who, what=what))


def history(session: Session, record_id: str) -> Sequence[Event]:
    """Oldest first."""
    return session.scalars(select(Event).where(Event.autotune_id == record_id).order_by(Event.id)).all()
