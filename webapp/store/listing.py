"""Pages of the list: each begins where another ended, so that a late page costs as little as the first."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, load_only

from .folding import needles
from .models import ACTIVE, AutotuneRecord
from .search import candidates, contains

PAGE = 50  # autotunes on one page
MAX_SORTED = 3_000  # autotunes that a search sorts itself
MAX_COUNT = 1_000  # beyond this the list only says that there are more
MAX_CHOICES = 2_000  # people or projects to choose from
DISCARDED, ARCHIVED = "discarded", "archived"
CREATED, PHASES = "created", ("running", "ended")
_LOADED = (
    AutotuneRecord.name,
    AutotuneRecord.state,
    AutotuneRecord.phase,
    AutotuneRecord.project,
    AutotuneRecord.sandbox,
    AutotuneRecord.statsig_id,
    AutotuneRecord.expected_id,
    AutotuneRecord.success_event,
    AutotuneRecord.variant_names,
    AutotuneRecord.created_by,
    AutotuneRecord.changed_at,
    AutotuneRecord.discarded_at,
    AutotuneRecord.archived_at,
)
_CURSOR = re.compile(r"([0-9]{1,12}\.[0-9]{1,17})-([0-9A-Za-z]{1,32})")


class Cursor(NamedTuple):
    """The position of an autotune in the list, the newest first."""

    at: float
    id: str

    @property
    def text(self) -> str:
        """The cursor as a URL parameter."""
        return f"{self.at!r}-{self.id}"

    @property
    def rank(self) -> tuple[float, str]:
        return -self.at, self.id


def parse_cursor(text: str) -> Cursor | None:
    match = _CURSOR.fullmatch(text)
    return Cursor(float(match[1]), match[2]) if match else None


@dataclass(frozen=True)
class ListQuery:
    """`search` is what somebody typed; `older` and `newer` select the page beyond a position.

    `state` is DISCARDED, ARCHIVED, or a state or phase of the autotunes that are neither; blank for all of these.
    """

    search: str = ""
    state: str = ""
    person: str = ""
    project: str = ""
    older: Cursor | None = None
    newer: Cursor | None = None


@dataclass(frozen=True)
class Page:
    """`older` and `newer` are where the neighboring pages begin.

    `counts`: how many match in each state, at most MAX_COUNT + 1; empty if that would take too long.
    """

    records: Sequence[AutotuneRecord]
    counts: Mapping[str, int]
    older: Cursor | None
    newer: Cursor | None


def page(session: Session, query: ListQuery, states: Sequence[str]) -> Page:
    """`states` are those to count.

    Falls back to the first page if nothing is older, or if less than a page is newer.
    """
    found = _search(session, query)
    rows = _walk(session, query) if found is None else _slice(found[query.state], query)
    if (query.newer and len(rows) <= PAGE) or (query.older and not rows):
        return page(session, replace(query, older=None, newer=None), states)
    shown = rows[-PAGE:] if query.newer else rows[:PAGE]
    beyond = len(rows) > PAGE
    older = shown[-1] if shown and (beyond or query.newer) else None
    newer = shown[0] if shown and (query.older or (query.newer and beyond)) else None
    count = counts(session, query, states) if found is None else {state: len(found[state]) for state in states}
    return Page(_load(session, shown), count, older, newer)


def people(session: Session) -> list[str]:
    """Whose autotunes are in the list."""
    return _distinct(session, AutotuneRecord.created_by)


def projects(session: Session) -> list[str]:
    return _distinct(session, AutotuneRecord.project)


def _distinct(session: Session, column: InstrumentedAttribute[str]) -> list[str]:
    """The values of an indexed column: one step for each, however many rows have it."""
    smallest = select(func.min(column).label("value")).where(ACTIVE)
    found = smallest.cte("found", recursive=True)
    following = smallest.where(column > found.c.value).scalar_subquery()
    found = found.union_all(select(following).where(found.c.value.is_not(None)))
    return list(session.scalars(select(found.c.value).where(found.c.value != "").limit(MAX_CHOICES)))


def _search(session: Session, query: ListQuery) -> defaultdict[str, list[Cursor]] | None:
    """All matches by the search index, sorted, by their state; None without a search, or for more than MAX_SORTED."""
    words = needles(query.search)
    if not words:
        return None
    ids = candidates(session, words, MAX_SORTED + 1)
    if (session.scalar(select(func.count()).select_from(ids)) or 0) > MAX_SORTED:
        return None
    conditions = AutotuneRecord.id.in_(select(ids.c.id)), contains(session, words), *_filters(query, query.state)
    columns = select(_SORTED_AT, AutotuneRecord.id, _SHOWN_STATE).where(*conditions)
    found: defaultdict[str, list[Cursor]] = defaultdict(list)
    for at, row_id, state in sorted(session.execute(columns), key=lambda row: (-row[0], row[1])):
        for tab in (state,) if state in _REMOVED_AT else (state, ""):
            found[tab].append(Cursor(at, row_id))
    return found


# When each row was put where it is; the others are listed by their last change.
_REMOVED_AT = {DISCARDED: AutotuneRecord.discarded_at, ARCHIVED: AutotuneRecord.archived_at}
_SORTED_AT = func.coalesce(*_REMOVED_AT.values(), AutotuneRecord.changed_at)
_SHOWN_STATE = case(
    (AutotuneRecord.discarded_at.is_not(None), DISCARDED),
    (AutotuneRecord.archived_at.is_not(None), ARCHIVED),
    (AutotuneRecord.phase != "", AutotuneRecord.phase),
    else_=AutotuneRecord.state,
)


def _slice(matches: list[Cursor], query: ListQuery) -> list[Cursor]:
    """One page of all matches, with one row more if there is one."""
    if query.older:
        return [row for row in matches if row.rank > query.older.rank][: PAGE + 1]
    if query.newer:
        return [row for row in matches if row.rank < query.newer.rank][-PAGE - 1 :]
    return matches[: PAGE + 1]


def _walk(session: Session, query: ListQuery) -> list[Cursor]:
    """One page without the search index: so many rows match that reading them in order soon fills it."""
    at: Any = _REMOVED_AT.get(query.state, AutotuneRecord.changed_at)
    row_id = AutotuneRecord.id
    conditions = contains(session, needles(query.search)), _in_state(query.state), *_filters(query, query.state)
    statement = select(at, row_id).where(*conditions).order_by(at.desc(), row_id)
    if cursor := query.older:
        statement = statement.where(at <= cursor.at, or_(at < cursor.at, row_id > cursor.id))
    if cursor := query.newer:
        statement = statement.where(at >= cursor.at, or_(at > cursor.at, row_id < cursor.id))
        statement = statement.order_by(None).order_by(at, row_id.desc())
    rows = [Cursor(*row) for row in session.execute(statement.limit(PAGE + 1))]
    return rows[::-1] if query.newer else rows


def counts(session: Session, query: ListQuery, states: Sequence[str]) -> Mapping[str, int]:
    """How many match in each state, at most MAX_COUNT + 1. Empty for a search, which would have to read every row."""
    if query.search:
        return {}
    columns = []
    for state in states:
        rows = (
            select(AutotuneRecord.id).where(_in_state(state), *_filters(query, state)).limit(MAX_COUNT + 1).subquery()
        )
        columns.append(select(func.count()).select_from(rows).scalar_subquery())
    return dict(zip(states, session.execute(select(*columns)).one(), strict=True))


def _in_state(state: str) -> ColumnElement[bool]:
    if state in _REMOVED_AT:
        return _REMOVED_AT[state].is_not(None)
    if state in PHASES:
        return and_(ACTIVE, AutotuneRecord.state == CREATED, AutotuneRecord.phase == state)
    return and_(ACTIVE, AutotuneRecord.state == state, AutotuneRecord.phase == "") if state else ACTIVE


def _filters(query: ListQuery, state: str) -> list[ColumnElement[bool]]:
    wanted = {AutotuneRecord.created_by: query.person, AutotuneRecord.project: query.project}
    # Few are discarded or archived; as a bare column, the project would be looked up in an index of all autotunes.
    is_removed = state in _REMOVED_AT
    return [(column + "" if is_removed else column) == value for column, value in wanted.items() if value]


def _load(session: Session, rows: Sequence[Cursor]) -> list[AutotuneRecord]:
    columns = load_only(*_LOADED, raiseload=True)  # the others may be megabytes
    position = {row.id: number for number, row in enumerate(rows)}
    records = session.scalars(select(AutotuneRecord).options(columns).where(AutotuneRecord.id.in_(position))).all()
    return sorted(records, key=lambda record: position[record.id])
