"""Discarding drafts, archiving what was created, and restoring both.

`discarded_at` and `archived_at` change no state. A discarded draft can be restored for 30 days; then its form is
deleted, and its name and history stay. What reserves an ID can be archived, but never discarded.
"""

import logging
from math import ceil

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from ..store import HAS_FORM, AutotuneRecord, Event, ForecastRecord, FormLink, StoreError, Version, WorkingCopy, queries
from .services import Services
from .states import EDITABLE, SYSTEM, State

KEEP_DAYS = 30
DAY = 24 * 3600.0  # seconds
KEEP_SECONDS = KEEP_DAYS * DAY
MAX_PURGED = 20  # drafts in one call

PURGED = f"Deleted the form, {KEEP_DAYS} days after it was discarded"

log = logging.getLogger(__name__)

_WITHOUT_FORM = {"form_data": "", "body": None, "errors": "[]", "status_message": ""}
_DISCARDED, _ARCHIVED = AutotuneRecord.discarded_at.is_not(None), AutotuneRecord.archived_at.is_not(None)


def discard(services: Services, record_id: str, actor: str) -> bool:
    """Returns False if it is no draft, or was discarded already."""
    conditions = AutotuneRecord.state.in_(EDITABLE), ~_DISCARDED
    return _change(services, record_id, actor, "Discarded", conditions, discarded_at=services.clock())


def archive(services: Services, record_id: str, actor: str) -> bool:
    """Returns False if it was not created, or was archived already."""
    conditions = AutotuneRecord.state == State.CREATED, ~_ARCHIVED
    return _change(services, record_id, actor, "Archived", conditions, archived_at=services.clock())


def restore(services: Services, record_id: str, actor: str) -> bool:
    """Returns False if there is nothing to restore, or its form was deleted."""
    conditions = _DISCARDED | _ARCHIVED, HAS_FORM
    return _change(services, record_id, actor, "Restored", conditions, discarded_at=None, archived_at=None)


def days_left(services: Services, record: AutotuneRecord) -> int:
    """In which a discarded draft can be restored; 0 once its form is due to be deleted."""
    left = (record.discarded_at or 0) + KEEP_SECONDS - services.clock()
    return max(ceil(left / DAY), 0)


def _change(
    services: Services,
    record_id: str,
    actor: str,
    message: str,
    conditions: tuple[ColumnElement[bool], ...],
    **values: float | None,
) -> bool:
    with services.store.write() as session:
        done = queries.update_if(session, record_id, *conditions, **values)
        if done:
            queries.add_event(session, record_id, services.clock(), actor, message)
        return done


def purge_discarded(services: Services) -> None:
    """Deletes the forms of some drafts that were discarded more than 30 days ago; the rest is left for the next call.

    Only logs that the database cannot be written.
    """
    limit = services.clock() - KEEP_SECONDS
    is_due = AutotuneRecord.state.in_(EDITABLE), _DISCARDED, AutotuneRecord.discarded_at < limit, HAS_FORM
    with services.store.read() as session:
        due = session.scalars(select(AutotuneRecord.id).where(*is_due).limit(MAX_PURGED)).all()
    try:
        for record_id in due:
            with services.store.write() as session:
                if queries.update_if(session, record_id, *is_due, **_WITHOUT_FORM):
                    _delete_content(session, record_id)
                    queries.add_event(session, record_id, services.clock(), SYSTEM, PURGED)
    except StoreError as error:
        log.error("discarded forms not deleted", extra={"error": type(error).__name__})


def _delete_content(session: Session, record_id: str) -> None:
    session.execute(delete(Version).where(Version.autotune_id == record_id))
    session.execute(delete(ForecastRecord).where(ForecastRecord.autotune_id == record_id))
    session.execute(delete(WorkingCopy).where(WorkingCopy.key == record_id))
    session.execute(delete(FormLink).where(FormLink.autotune_id == record_id))
    session.execute(update(Event).where(Event.autotune_id == record_id).values(version=None))
