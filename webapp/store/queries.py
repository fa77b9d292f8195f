"""Queries of autotunes, their history and their forecasts.

What must not happen twice is one conditional UPDATE: `update_if`.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, select, union_all, update
from sqlalchemy.orm import Session, load_only

from ..contract.ids import expected_id, reservation_key
from .derived import DERIVED, SOURCES, derive
from .folding import name_key
from .models import ACTIVE, AutotuneRecord, Event, ForecastRecord, Version

MAX_SAME = 100
MAX_COMPARED = 20  # of the newest autotunes with the same event, or the same parameters
_LOADED = (
    AutotuneRecord.project,
    AutotuneRecord.name,
    AutotuneRecord.state,
    AutotuneRecord.phase,
    AutotuneRecord.statsig_id,
    AutotuneRecord.changed_by,
    AutotuneRecord.discarded_at,
    AutotuneRecord.archived_at,
)
_COMPARED = (
    *_LOADED,
    AutotuneRecord.created_by,
    AutotuneRecord.success_event,
    AutotuneRecord.parameters,
    AutotuneRecord.changed_at,
)
_SOURCES = tuple(getattr(AutotuneRecord, name) for name in SOURCES)


def get(session: Session, record_id: str, locked: bool = False) -> AutotuneRecord | None:
    """`locked` keeps other transactions from changing it until this one ends."""
    return session.get(AutotuneRecord, record_id, with_for_update=locked)


def find_by_token(session: Session, token: str, locked: bool = False) -> AutotuneRecord | None:
    query = select(AutotuneRecord).where(AutotuneRecord.form_token == token)
    return session.scalar(query.with_for_update() if locked else query)


def update_if(session: Session, record_id: str, *conditions: ColumnElement[bool], **values: Any) -> bool:
    """Changes the row if it meets the conditions. Returns whether it did."""
    changed = _update(session, values, AutotuneRecord.id == record_id, *conditions)
    if changed and not values.keys().isdisjoint(SOURCES):
        row = session.execute(select(*_SOURCES).where(AutotuneRecord.id == record_id)).mappings().one()
        _update(session, derive({**row}, DERIVED), AutotuneRecord.id == record_id)
    return changed


def _update(session: Session, values: dict[str, Any], *conditions: ColumnElement[bool]) -> bool:
    statement = update(AutotuneRecord).where(*conditions).values(values).execution_options(synchronize_session=False)
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]


def find_reservation(session: Session, project: str, key: str) -> AutotuneRecord | None:
    """The autotune that reserves a key of `reservation_key`, or has it as its ID in Statsig."""
    query = select(AutotuneRecord).where(AutotuneRecord.project == project).limit(1)
    return next(_union(session, query, (AutotuneRecord.reserved_id, key), (AutotuneRecord.statsig_id, key)), None)


def find_same_name(session: Session, project: str, name: str) -> Sequence[AutotuneRecord]:
    """The autotunes of a project that have this name, or its ID in Statsig; first the one that reserves it.

    At most 100 by name and 100 by ID, with the columns that a page shows.
    """
    autotune_id = expected_id(name)
    columns = (
        (AutotuneRecord.reserved_id, reservation_key(name)),
        (AutotuneRecord.statsig_id, autotune_id),
        (AutotuneRecord.name_key, name_key(name)),
        (AutotuneRecord.expected_id, autotune_id),
    )
    query = select(AutotuneRecord).options(load_only(*_LOADED, raiseload=True))
    return list(
        dict.fromkeys(_union(session, query.where(AutotuneRecord.project == project).limit(MAX_SAME), *columns))
    )


def _union(session: Session, query: Select[AutotuneRecord], *columns: tuple[Any, str]) -> Iterator[AutotuneRecord]:
    """One query for each column, without blank values: SQLite reads the whole table for an OR of them."""
    for column, value in columns:
        if value:
            yield from session.scalars(query.where(column == value))


def free_number(session: Session, project: str, name: Callable[[int], str]) -> int:
    """The lowest number from 1 for which no autotune of a project has the name, or its ID in Statsig."""
    first = 1
    while True:
        names = {number: name(number) for number in range(first, first + 100)}
        taken = _taken(session, project, set(names.values()))
        free = next((number for number in names if names[number] not in taken), None)
        if free:
            return free
        first += 100


def _taken(session: Session, project: str, names: set[str]) -> set[str]:
    keys, ids = {name: name_key(name) for name in names}, {name: expected_id(name) for name in names}
    columns = ((AutotuneRecord.name_key, keys), (AutotuneRecord.expected_id, ids), (AutotuneRecord.statsig_id, ids))
    queries = [
        select(column).where(AutotuneRecord.project == project, column.in_(values.values()))
        for column, values in columns
    ]
    taken = set(session.scalars(union_all(*queries))) - {""}
    return {name for name in names if keys[name] in taken or ids[name] in taken}


def created_ids(session: Session, project: str, ids: Collection[str]) -> set[str | None]:
    """Those of these IDs in Statsig that were created from here."""
    query = select(AutotuneRecord.statsig_id).where(AutotuneRecord.project == project)
    return set(session.scalars(query.where(AutotuneRecord.statsig_id.in_(ids))))


class Similar(NamedTuple):
    """An autotune, and what it has in common with another."""

    record: AutotuneRecord
    same_event: bool
    same_parameters: bool


def find_similar(session: Session, event: str, parameters: str, own_id: str) -> list[Similar]:
    """Autotunes with the same event or the same parameters; those with both first, then the newest.

    Of the MAX_COMPARED newest with each, without those that were discarded.
    """
    found: dict[str, AutotuneRecord] = {}
    for column, value in ((AutotuneRecord.success_event, event), (AutotuneRecord.parameters, parameters)):
        if value:
            query = select(AutotuneRecord).options(load_only(*_COMPARED, raiseload=True))
            query = query.where(column == value, AutotuneRecord.discarded_at.is_(None), AutotuneRecord.id != own_id)
            newest = query.order_by(AutotuneRecord.changed_at.desc(), AutotuneRecord.id).limit(MAX_COMPARED)
            found |= {record.id: record for record in session.scalars(newest)}
    similar = [
        Similar(record, "" != event == record.success_event, "" != parameters == record.parameters)
        for record in found.values()
    ]
    return sorted(similar, key=lambda one: (one.same_event + one.same_parameters, one.record.changed_at), reverse=True)


def in_states(session: Session, states: Collection[str]) -> Sequence[AutotuneRecord]:
    """Those that are neither discarded nor archived."""
    query = select(AutotuneRecord).where(AutotuneRecord.state.in_(states), ACTIVE)
    return session.scalars(query.order_by(AutotuneRecord.created_at)).all()


def add_event(
    session: Session, record_id: str, created_at: float, actor: str, message: str, version: int | None = None
) -> None:
    session.add(Event(autotune_id=record_id, created_at=created_at, actor=actor, message=message, version=version))


def version(session: Session, record_id: str, number: int) -> Version | None:
    return session.get(Version, (record_id, number))


def saved_version(session: Session, record_id: str, number: int) -> Version | None:
    """What this version has: a create or a rejection makes one without content of its own. None if it is not known."""
    return version_before(session, record_id, number + 1)


def version_before(session: Session, record_id: str, number: int, is_ready: bool | None = None) -> Version | None:
    """The last one that was saved before; with `is_ready`, the last such one."""
    query = select(Version).where(Version.autotune_id == record_id, Version.version < number)
    query = query if is_ready is None else query.where(Version.is_ready == is_ready)
    return session.scalar(query.order_by(Version.version.desc()).limit(1))


def history(session: Session, record_id: str) -> Sequence[Event]:
    """Oldest first."""
    return session.scalars(select(Event).where(Event.autotune_id == record_id).order_by(Event.id)).all()


def forecast(session: Session, record_id: str) -> ForecastRecord | None:
    return session.get(ForecastRecord, record_id)


def replace_forecast(session: Session, forecast: ForecastRecord) -> None:
    """The transaction must hold the autotune's row locked: two inserts at once would fail."""
    session.merge(forecast)
