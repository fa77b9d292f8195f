"""Two people for one create: who changed it last neither creates it nor turns it down.

Pressing the button is the approval: it holds for the version that was read, and any change makes another version.
"""

import secrets

from sqlalchemy import ColumnElement, true

from ..store import Record, queries
from .services import Desk
from .states import State

LONGEST_REASON = 1000  # characters


def is_own_work(desk: Desk, record: Record, who: str) -> bool:
    """Whether somebody else has to create this."""
    return desk.settings.require_approval and record.changed_by == who


def by_somebody_else(desk: Desk, who: str) -> ColumnElement[bool]:
    """The same as a condition of an UPDATE."""
    return Record.changed_by != who if desk.settings.require_approval else true()


def as_read(version: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions that an autotune still is what somebody read back."""
    return Record.state == State.READY, Record.version == version


def turn_down(desk: Desk, record_id: str, version: int, who: str, reason: str) -> bool:
    """Back to a draft, with the reason for its author; whether that version was still there to be turned down."""
    what = f"Turned down: {reason}"
    unchanged = (*as_read(version), by_somebody_else(desk, who))
    changed = {
        "state": State.DRAFT,
        "version": version + 1,
        "body": None,
        "last_form": secrets.token_urlsafe(16),  # a form that is still open has not seen the reason
        "notice": f"{who} turned this down: {reason}",
    }
    with desk.store.write() as session:
        done = queries.change(session, record_id, *unchanged, **changed)
        if done:
            queries.say(session, record_id, desk.clock(), who, what)
        return done
