"""Two people for one create: who changed it last neither creates nor rejects it.

Pressing the button is the approval: it holds for the version that was read, and any change makes another version.
"""

import secrets

from sqlalchemy import ColumnElement, true

from ..store import AutotuneRecord, queries
from .services import Services
from .states import State

MAX_REASON = 1000  # characters


def is_last_editor(services: Services, record: AutotuneRecord, actor: str) -> bool:
    """Whether somebody else has to create this."""
    return services.settings.require_approval and record.changed_by == actor


def not_last_editor(services: Services, actor: str) -> ColumnElement[bool]:
    """The same as a condition of an UPDATE."""
    return AutotuneRecord.changed_by != actor if services.settings.require_approval else true()


def is_still_ready(version: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions that an autotune still is what somebody read back."""
    return AutotuneRecord.state == State.READY, AutotuneRecord.version == version


def reject(services: Services, record_id: str, version: int, actor: str, reason: str) -> bool:
    """Back to a draft, with the reason for its author; whether that version was still there to be rejected."""
    message = f"Rejected: {reason}"
    unchanged = (*is_still_ready(version), not_last_editor(services, actor))
    changed = {
        "state": State.DRAFT,
        "version": version + 1,
        "body": None,
        "last_form_token": secrets.token_urlsafe(16),  # a form that is still open has not seen the reason
        "status_message": f"{actor} rejected this: {reason}",
    }
    with services.store.write() as session:
        done = queries.update_if(session, record_id, *unchanged, **changed)
        if done:
            queries.add_event(session, record_id, services.clock(), actor, message)
        return done
