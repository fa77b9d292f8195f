"""With REQUIRE_APPROVAL, the last editor of an autotune can neither create nor reject it.

Creating is the approval. It applies to the version that was reviewed, and every change makes another version.
"""

import secrets

from sqlalchemy import ColumnElement, true

from ..store import AutotuneRecord, queries
from .services import Services
from .states import State

MAX_REASON = 1000  # characters


def needs_other_creator(services: Services, record: AutotuneRecord, actor: str) -> bool:
    """Whether someone else must create this."""
    return services.settings.require_approval and record.changed_by == actor


def editor_condition(services: Services, actor: str) -> ColumnElement[bool]:
    """The SQL condition that the actor is not the last editor, or that approval is not required."""
    return AutotuneRecord.changed_by != actor if services.settings.require_approval else true()


def unchanged_conditions(version: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions that it is still the version that was reviewed."""
    is_kept = AutotuneRecord.discarded_at.is_(None)
    return AutotuneRecord.state == State.READY, AutotuneRecord.version == version, is_kept


def reject(services: Services, record_id: str, version: int, actor: str, reason: str) -> bool:
    """Makes it a draft again, with the reason for its author. Returns False if it is no longer that version."""
    message = f"Rejected: {reason}"
    unchanged = (*unchanged_conditions(version), editor_condition(services, actor))
    changed = {
        "state": State.DRAFT,
        "version": version + 1,
        "body": None,
        "last_form_token": secrets.token_urlsafe(16),  # a form that is still open does not show the reason
        "status_message": f"{actor} rejected this: {reason}",
    }
    with services.store.write() as session:
        done = queries.update_if(session, record_id, *unchanged, **changed)
        if done:
            queries.add_event(session, record_id, services.clock(), actor, message)
        return done
