"""Queries of starts and decisions. What must not happen twice is one conditional UPDATE: `update_if`."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from .action_models import ActionRecord


def get(session: Session, autotune_id: str, number: int) -> ActionRecord | None:
    return session.get(ActionRecord, (autotune_id, number))


def last(session: Session, autotune_id: str) -> ActionRecord | None:
    query = select(ActionRecord).where(ActionRecord.autotune_id == autotune_id)
    return session.scalar(query.order_by(ActionRecord.number.desc()).limit(1))


def in_states(session: Session, states: Collection[str]) -> Sequence[ActionRecord]:
    query = select(ActionRecord).where(ActionRecord.state.in_(states))
    return session.scalars(query.order_by(ActionRecord.requested_at)).all()


def open_of(session: Session, ids: Collection[str]) -> dict[str, ActionRecord]:
    """The open action of each of these autotunes that has one."""
    rows = session.scalars(select(ActionRecord).where(ActionRecord.open_autotune_id.in_(ids)))
    return {row.autotune_id: row for row in rows}


def update_if(session: Session, action: ActionRecord, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Changes the row if it meets the conditions. Returns whether it did."""
    key = ActionRecord.autotune_id == action.autotune_id, ActionRecord.number == action.number
    statement = update(ActionRecord).where(*key, *conditions).values(values)
    result = session.execute(statement.execution_options(synchronize_session=False))
    return bool(result.rowcount)  # type: ignore[attr-defined]
