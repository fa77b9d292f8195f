"""Pages of the list: each begins where another ended, so that a late page costs as little as the first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import Session, load_only

from .folding import needle
from .models import AutotuneRecord
from .search import candidates, contains

PAGE = 50  # autotunes on one page
MAX_SORTED = 3_000  # autotunes that a search sorts itself
MAX_COUNT = 1_000  # beyond this the list only says that there are more
_LOADED = (
    AutotuneRecord.name,
    AutotuneRecord.state,
    AutotuneRecord.project,
    AutotuneRecord.sandbox,
    AutotuneRecord.changed_at,
    AutotuneRecord.changed_by,
)
_CURSOR = re.compile(r"([0-9]{1,12}\.[0-9]{1,17})-([0-9A-Za-z]{1,32})")


class Cursor(NamedTuple):
    """The position of an autotune in the list: newest change first."""

    changed_at: float
    id: str

    @property
    def text(self) -> str:
        """The cursor as a URL parameter."""
        return f"{self.changed_at!r}-{self.id}"

    @property
    def rank(self) -> tuple[float, str]:
        return -self.changed_at, self.id


def parse_cursor(text: str) -> Cursor | None:
    match = _CURSOR.fullmatch(text)
    return Cursor(float(match[1]), match[2]) if match else None


@dataclass(frozen=True)
class ListQuery:
    """`search` is what somebody typed; `older` and `newer` select the page beyond a position."""

    search: str = ""
    state: str = ""
    older: Cursor | None = None
    newer: Cursor | None = None


@dataclass(frozen=True)
class Page:
    """`older` and `newer` are where the neighboring pages begin. `more`: there are more than `total`."""

    records: Sequence[AutotuneRecord]
    total: int
    more: bool
    older: Cursor | None
    newer: Cursor | None


def page(session: Session, query: ListQuery) -> Page:
    """Falls back to the first page if nothing is older, or if less than a page is newer."""
    matches = _search(session, query)
    rows = _walk(session, query) if matches is None else _slice(matches, query)
    if (query.newer and len(rows) <= PAGE) or (query.older and not rows):
        return page(session, replace(query, older=None, newer=None))
    shown = rows[-PAGE:] if query.newer else rows[:PAGE]
    beyond = len(rows) > PAGE
    older = shown[-1] if shown and (beyond or query.newer) else None
    newer = shown[0] if shown and (query.older or (query.newer and beyond)) else None
    count = _count(session, query) if matches is None else len(matches)
    if count is None:
        return Page(_load(session, shown), len(shown), bool(older or newer), older, newer)
    return Page(_load(session, shown), min(count, MAX_COUNT), count > MAX_COUNT, older, newer)


def _search(session: Session, query: ListQuery) -> list[Cursor] | None:
    """All matches by the search index, sorted; None without a search, or for more than MAX_SORTED."""
    text = needle(query.search)
    if not text:
        return None
    ids = candidates(session, text, MAX_SORTED + 1)
    if (session.scalar(select(func.count()).select_from(ids)) or 0) > MAX_SORTED:
        return None
    columns = select(AutotuneRecord.changed_at, AutotuneRecord.id, AutotuneRecord.state)
    rows = session.execute(columns.where(AutotuneRecord.id.in_(select(ids.c.id)), contains(session, text)))
    matches = (Cursor(changed_at, row_id) for changed_at, row_id, state in rows if query.state in ("", state))
    return sorted(matches, key=attrgetter("rank"))


def _slice(matches: list[Cursor], query: ListQuery) -> list[Cursor]:
    """One page of all matches, with one row more if there is one."""
    if query.older:
        return [row for row in matches if row.rank > query.older.rank][: PAGE + 1]
    if query.newer:
        return [row for row in matches if row.rank < query.newer.rank][-PAGE - 1 :]
    return matches[: PAGE + 1]


def _walk(session: Session, query: ListQuery) -> list[Cursor]:
    """One page without the search index: so many rows match that reading them in order soon fills it."""
    statement = _ordered(session, query)
    changed_at, row_id = AutotuneRecord.changed_at, AutotuneRecord.id
    if cursor := query.older:
        beyond = or_(changed_at < cursor.changed_at, row_id > cursor.id)
        statement = statement.where(changed_at <= cursor.changed_at, beyond)
    if cursor := query.newer:
        beyond = or_(changed_at > cursor.changed_at, row_id < cursor.id)
        statement = statement.where(changed_at >= cursor.changed_at, beyond)
        statement = statement.order_by(None).order_by(changed_at, row_id.desc())
    rows = [Cursor(row.changed_at, row.id) for row in session.execute(statement.limit(PAGE + 1))]
    return rows[::-1] if query.newer else rows


def _ordered(session: Session, query: ListQuery) -> Select[float, str]:
    text = needle(query.search)
    match = contains(session, text) if text else true()
    columns = select(AutotuneRecord.changed_at, AutotuneRecord.id).where(match, _in_state(query))
    return columns.order_by(AutotuneRecord.changed_at.desc(), AutotuneRecord.id)


def _count(session: Session, query: ListQuery) -> int | None:
    """At most MAX_COUNT + 1; None for a search, which would have to read every row."""
    if query.search:
        return None
    ids = select(AutotuneRecord.id).where(_in_state(query)).limit(MAX_COUNT + 1).subquery()
    return session.scalar(select(func.count()).select_from(ids))


def _in_state(query: ListQuery) -> ColumnElement[bool]:
    return AutotuneRecord.state == query.state if query.state else true()


def _load(session: Session, rows: Sequence[Cursor]) -> list[AutotuneRecord]:
    columns = load_only(*_LOADED, raiseload=True)  # the others may be megabytes
    position = {row.id: number for number, row in enumerate(rows)}
    records = session.scalars(select(AutotuneRecord).options(columns).where(AutotuneRecord.id.in_(position))).all()
    return sorted(records, key=lambda record: position[record.id])
