"""Queries on autotunes and their history. What must not happen twice is one conditional UPDATE: `change`."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union_all, update
from sqlalchemy.orm import Session, load_only

from ..contract.ids import expected_id, reservation_key
from .folding import SEARCHED, name_key, search_text
from .models import AutotuneRecord, Event

MAX_NAMESAKES = 100
_SHOWN = (
    AutotuneRecord.project,
    AutotuneRecord.name,
    AutotuneRecord.state,
    AutotuneRecord.statsig_id,
    AutotuneRecord.changed_by,
)
_SEARCHED = tuple(getattr(AutotuneRecord, name) for name in SEARCHED)


def get(session: Session, record_id: str, locked: bool = False) -> AutotuneRecord | None:
    """`locked`: nobody else changes it before the end of the transaction."""
    return session.get(AutotuneRecord, record_id, with_for_update=locked)


def by_token(session: Session, token: str, locked: bool = False) -> AutotuneRecord | None:
    found = select(AutotuneRecord).where(AutotuneRecord.form_token == token)
    return session.scalar(found.with_for_update() if locked else found)


def add(session: Session, record: AutotuneRecord) -> None:
    session.add(record)
    session.flush()


def update_if(session: Session, record_id: str, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Changes the row if it still meets the conditions; whether it did."""
    changed = _update(session, values, AutotuneRecord.id == record_id, *conditions)
    if changed and not values.keys().isdisjoint(SEARCHED):
        row = session.execute(select(*_SEARCHED).where(AutotuneRecord.id == record_id)).mappings().one()
        _update(session, {"search_text": search_text({**row})}, AutotuneRecord.id == record_id)
    return changed


def _update(session: Session, values: dict[str, Any], *conditions: ColumnElement[bool]) -> bool:
    statement = update(AutotuneRecord).where(*conditions).values(values).execution_options(synchronize_session=False)
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def find_reservation(session: Session, project: str, held: str) -> AutotuneRecord | None:
    """The autotune of this desk that holds this, as `contract.held_as` gives it, or has it for an id in Statsig."""
    found = select(AutotuneRecord).where(AutotuneRecord.project == project).limit(1)
    return next(_having(session, found, (AutotuneRecord.reserved_id, held), (AutotuneRecord.statsig_id, held)), None)


def find_same_name(session: Session, project: str, name: str) -> Sequence[AutotuneRecord]:
    """The autotunes of a project that have this name, or have or would get its id in Statsig; who holds it comes first.

    At most 100 of each kind, and of each only what a page says of it.
    """
    autotune_id = expected_id(name)
    wanted = (
        (AutotuneRecord.reserved_id, reservation_key(name)),
        (AutotuneRecord.statsig_id, autotune_id),
        (AutotuneRecord.name_key, name_key(name)),
        (AutotuneRecord.expected_id, autotune_id),
    )
    shown = load_only(*_SHOWN, raiseload=True)
    found = select(AutotuneRecord).options(shown).where(AutotuneRecord.project == project).limit(MAX_NAMESAKES)
    return list(dict.fromkeys(_having(session, found, *wanted)))


def _having(session: Session, found: Select[AutotuneRecord], *wanted: tuple[Any, str]) -> Iterator[AutotuneRecord]:
    """Whatever has one of some values. One query a column: SQLite reads the whole table for an OR of them."""
    for column, value in wanted:
        if value:
            yield from session.scalars(found.where(column == value))


def free_number(session: Session, project: str, name: Callable[[int], str]) -> int:
    """A number from 1 on for which no autotune of a project has the name, nor its id in Statsig.

    Up to 32 it is the first one. Beyond, it is one whose predecessor is taken: a few queries find that among any
    number of copies.
    """
    last, probes = 0, [*range(1, 33), *(2**power for power in range(6, 25))]
    while True:
        taken = _taken(session, project, {name(number) for number in probes})
        free: int = next(number for number in probes if name(number) not in taken)
        last = max((number for number in probes if number < free), default=last)
        if free == last + 1:
            return free
        step = (free - last + 32) // 33
        probes = [*range(last + step, free, step), free]


def _taken(session: Session, project: str, names: set[str]) -> set[str]:
    """Those of some names that an autotune of a project has, or whose id."""
    keys, ids = {name: name_key(name) for name in names}, {name: expected_id(name) for name in names}
    wanted = ((AutotuneRecord.name_key, keys), (AutotuneRecord.expected_id, ids), (AutotuneRecord.statsig_id, ids))
    own = [
        select(column).distinct().where(AutotuneRecord.project == project, column.in_(values.values()))
        for column, values in wanted
    ]
    found = set(session.scalars(union_all(*own))) - {""}
    return {name for name in names if keys[name] in found or ids[name] in found}


def in_states(session: Session, states: Collection[str]) -> Sequence[AutotuneRecord]:
    return session.scalars(
        select(AutotuneRecord).where(AutotuneRecord.state.in_(states)).order_by(AutotuneRecord.created_at)
    ).all()


def add_event(session: Session, record_id: str, created_at: float, actor: str, message: str) -> None:
    """Adds a line to the history."""
    session.add(Event(autotune_id=record_id, created_at=created_at, actor=actor, message=message))


def history(session: Session, record_id: str) -> Sequence[Event]:
    """Oldest first."""
    return session.scalars(select(Event).where(Event.autotune_id == record_id).order_by(Event.id)).all()
