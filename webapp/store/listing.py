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
from .search import candidates, plain_match

PAGE = 50  # autotunes on one page
MAX_SORTED = 3_000  # autotunes that a search puts in order itself
MAX_COUNT = 1_000  # beyond this many it only says that there are more
_SHOWN = (
    AutotuneRecord.name,
    AutotuneRecord.state,
    AutotuneRecord.project,
    AutotuneRecord.sandbox,
    AutotuneRecord.changed_at,
    AutotuneRecord.changed_by,
)
_CURSOR = re.compile(r"([0-9]{1,12}\.[0-9]{1,17})-([0-9A-Za-z]{1,32})")


class Cursor(NamedTuple):
    """The place of an autotune in the list: newest change first."""

    changed_at: float
    id: str

    @property
    def text(self) -> str:
        """As a link carries it."""
        return f"{self.changed_at!r}-{self.id}"

    @property
    def rank(self) -> tuple[float, str]:
        return -self.changed_at, self.id


def cursor_of(text: str) -> Cursor | None:
    found = _CURSOR.fullmatch(text)
    return Cursor(float(found[1]), found[2]) if found else None


@dataclass(frozen=True)
class Wanted:
    """What to list. `search` is what somebody typed; `older` and `newer` ask for what lies beyond a place."""

    search: str = ""
    state: str = ""
    older: Cursor | None = None
    newer: Cursor | None = None


@dataclass(frozen=True)
class Page:
    """`older` and `newer` are where the neighboring pages begin. `more`: there are more than `total`."""

    found: Sequence[AutotuneRecord]
    total: int
    more: bool
    older: Cursor | None
    newer: Cursor | None


def page(session: Session, wanted: Wanted) -> Page:
    """The top page where nothing lies beyond the place that is asked for, or less than a page above it."""
    known = _known(session, wanted)
    keys = _walk(session, wanted) if known is None else _among(known, wanted)
    if (wanted.newer and len(keys) <= PAGE) or (wanted.older and not keys):
        return page(session, replace(wanted, older=None, newer=None))
    shown = keys[-PAGE:] if wanted.newer else keys[:PAGE]
    beyond = len(keys) > PAGE
    older = shown[-1] if shown and (beyond or wanted.newer) else None
    newer = shown[0] if shown and (wanted.older or (wanted.newer and beyond)) else None
    count = _count(session, wanted) if known is None else len(known)
    if count is None:
        return Page(_load(session, shown), len(shown), bool(older or newer), older, newer)
    return Page(_load(session, shown), min(count, MAX_COUNT), count > MAX_COUNT, older, newer)


def end_of_page(session: Session, wanted: Wanted, number: int) -> Cursor | None:
    """Where a page ends that is named by its number, as links of earlier versions do."""
    last = number * PAGE - 1
    known = _known(session, wanted)
    if known is not None:
        return known[last] if last < len(known) else None
    row = session.execute(_ordered(session, wanted).offset(last).limit(1)).first()
    return Cursor(row.changed_at, row.id) if row else None


def _known(session: Session, wanted: Wanted) -> list[Cursor] | None:
    """All that a search finds by its index, in order; None where so many match that a walk soon finds them."""
    text = needle(wanted.search)
    if not text:
        return None
    ids = candidates(session, text, MAX_SORTED + 1)
    if (session.scalar(select(func.count()).select_from(ids)) or 0) > MAX_SORTED:
        return None
    match = AutotuneRecord.id.in_(select(ids.c.id)), plain_match(session, text)
    found = session.execute(
        select(AutotuneRecord.changed_at, AutotuneRecord.id, AutotuneRecord.state).where(*match)
    ).all()
    keys = (Cursor(changed_at, row_id) for changed_at, row_id, state in found if wanted.state in ("", state))
    return sorted(keys, key=attrgetter("rank"))


def _count(session: Session, wanted: Wanted) -> int | None:
    """How many there are, though not beyond `MAX_COUNT` + 1; None for a search, which would walk on to count them."""
    if wanted.search:
        return None
    some = select(AutotuneRecord.id).where(_in_state(wanted)).limit(MAX_COUNT + 1).subquery()
    return session.scalar(select(func.count()).select_from(some))


def _in_state(wanted: Wanted) -> ColumnElement[bool]:
    return AutotuneRecord.state == wanted.state if wanted.state else true()


def _among(known: list[Cursor], wanted: Wanted) -> list[Cursor]:
    """What is shown, in order, with one more where there is one."""
    if wanted.older:
        return [key for key in known if key.rank > wanted.older.rank][: PAGE + 1]
    if wanted.newer:
        return [key for key in known if key.rank < wanted.newer.rank][-PAGE - 1 :]
    return known[: PAGE + 1]


def _walk(session: Session, wanted: Wanted) -> list[Cursor]:
    """The same by going through the index in order: so many match that they are soon found."""
    keys = _ordered(session, wanted)
    if wanted.older:
        keys = keys.where(AutotuneRecord.changed_at <= wanted.older.changed_at, _below(wanted.older))
    if wanted.newer:
        keys = keys.where(AutotuneRecord.changed_at >= wanted.newer.changed_at, _above(wanted.newer))
        keys = keys.order_by(None).order_by(AutotuneRecord.changed_at, AutotuneRecord.id.desc())
    found = [Cursor(row.changed_at, row.id) for row in session.execute(keys.limit(PAGE + 1))]
    return found[::-1] if wanted.newer else found


def _ordered(session: Session, wanted: Wanted) -> Select[float, str]:
    text = needle(wanted.search)
    match = plain_match(session, text) if text else true()
    keys = select(AutotuneRecord.changed_at, AutotuneRecord.id).where(match, _in_state(wanted))
    return keys.order_by(AutotuneRecord.changed_at.desc(), AutotuneRecord.id)


def _below(place: Cursor) -> ColumnElement[bool]:
    return or_(AutotuneRecord.changed_at < place.changed_at, AutotuneRecord.id > place.id)


def _above(place: Cursor) -> ColumnElement[bool]:
    return or_(AutotuneRecord.changed_at > place.changed_at, AutotuneRecord.id < place.id)


def _load(session: Session, keys: Sequence[Cursor]) -> list[AutotuneRecord]:
    shown = load_only(*_SHOWN, raiseload=True)  # the rest may be megabytes
    place = {key.id: number for number, key in enumerate(keys)}
    found = session.scalars(select(AutotuneRecord).options(shown).where(AutotuneRecord.id.in_(place))).all()
    return sorted(found, key=lambda record: place[record.id])
