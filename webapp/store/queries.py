"""Queries on autotunes and their history. What must not happen twice is one conditional UPDATE: `change`."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union_all, update
from sqlalchemy.orm import Session, load_only

from ..contract.ids import foreseen_id, held_as
from .folding import SEARCHED, name_key, search_text
from .models import Event, Record

MAX_NAMESAKES = 100
_SHOWN = (Record.project, Record.name, Record.state, Record.statsig_id, Record.changed_by)
_SEARCHED = tuple(getattr(Record, name) for name in SEARCHED)


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
    changed = _update(session, values, Record.id == record_id, *conditions)
    if changed and not values.keys().isdisjoint(SEARCHED):
        row = session.execute(select(*_SEARCHED).where(Record.id == record_id)).mappings().one()
        _update(session, {"search_text": search_text({**row})}, Record.id == record_id)
    return changed


def _update(session: Session, values: dict[str, Any], *conditions: ColumnElement[bool]) -> bool:
    statement = update(Record).where(*conditions).values(values).execution_options(synchronize_session=False)
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def holder(session: Session, project: str, held: str) -> Record | None:
    """The autotune of this desk that holds this, as `contract.held_as` gives it, or has it for an id in Statsig."""
    found = select(Record).where(Record.project == project).limit(1)
    return next(_having(session, found, (Record.held_id, held), (Record.statsig_id, held)), None)


def namesakes(session: Session, project: str, name: str) -> Sequence[Record]:
    """The autotunes of a project that have this name, or have or would get its id in Statsig; who holds it comes first.

    At most 100 of each kind, and of each only what a page says of it.
    """
    autotune_id = foreseen_id(name)
    wanted = (
        (Record.held_id, held_as(name)),
        (Record.statsig_id, autotune_id),
        (Record.name_key, name_key(name)),
        (Record.foreseen_id, autotune_id),
    )
    shown = load_only(*_SHOWN, raiseload=True)
    found = select(Record).options(shown).where(Record.project == project).limit(MAX_NAMESAKES)
    return list(dict.fromkeys(_having(session, found, *wanted)))


def _having(session: Session, found: Select[Record], *wanted: tuple[Any, str]) -> Iterator[Record]:
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
    keys, ids = {name: name_key(name) for name in names}, {name: foreseen_id(name) for name in names}
    wanted = ((Record.name_key, keys), (Record.foreseen_id, ids), (Record.statsig_id, ids))
    own = [
        select(column).distinct().where(Record.project == project, column.in_(values.values()))
        for column, values in wanted
    ]
    found = set(session.scalars(union_all(*own))) - {""}
    return {name for name in names if keys[name] in found or ids[name] in found}


def in_states(session: Session, states: Collection[str]) -> Sequence[Record]:
    return session.scalars(select(Record).where(Record.state.in_(states)).order_by(Record.created_at)).all()


def say(session: Session, record_id: str, at: float, who: str, what: str) -> None:
    """Adds a line to the history."""
    session.add(Event(autotune_id=record_id, at=at, who=who, what=what))


def history(session: Session, record_id: str) -> Sequence[Event]:
    """Oldest first."""
    return session.scalars(select(Event).where(Event.autotune_id == record_id).order_by(Event.id)).all()
