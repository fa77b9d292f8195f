"""What a user has typed into a form and not saved: their working copy, and what the page says about it."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from ..auth import current_user
from ..autotunes import working_copies
from ..autotunes.drafts import stored_form_data
from ..autotunes.states import EDITABLE
from ..autotunes.working_copies import Typed
from ..store import AutotuneRecord, WorkingCopy
from .page_form import AutotunePageForm
from .request_context import services


def keep_typed(form: AutotunePageForm, record: AutotuneRecord | None, editors: Sequence[str]) -> dict[str, Any]:
    """An empty form stores nothing. Returns what `saved_state` does, and whether nothing can get lost."""
    if record and record.state not in EDITABLE:
        return saved_state(form, record, editors) | {"is_kept": False}
    typed = _typed(form, record)
    if record is None and typed.form_data is None:
        discard_typed(typed.key)
        return saved_state(form, record, editors) | {"is_kept": True}
    working_copies.keep(services(), current_user().actor, typed)
    return saved_state(form, record, editors, typed.form_data is not None) | {"is_kept": True}


def _typed(form: AutotunePageForm, record: AutotuneRecord | None) -> Typed:
    """What equals the stored version is nothing that was typed: the form may have just been saved."""
    is_changed = not form.is_untouched if record is None else stored_form_data(record) != form.form_data
    key, version = (record.id, form.version.data or record.version) if record else (form.token.data, 0)
    return Typed(key, version, form.form_data if is_changed else None, form.page_fields)


def saved_state(
    form: AutotunePageForm, record: AutotuneRecord | None, editors: Sequence[str], is_autosaved: bool = False
) -> dict[str, Any]:
    """For the template of this name. `newer_by` has saved another version than the one that is edited."""
    is_behind = record is not None and form.version.data not in (0, record.version)
    newer_by = record.changed_by if record and is_behind else ""
    return {"is_autosaved": is_autosaved, "editors": editors, "newer_by": newer_by}


def other_editors(session: Session, record: AutotuneRecord) -> Sequence[str]:
    return working_copies.other_editors(session, services().clock(), current_user().actor, record.id)


def find_typed(session: Session, key: str) -> WorkingCopy | None:
    return working_copies.find(session, current_user().actor, key)


def unfinished_forms(session: Session) -> Sequence[WorkingCopy]:
    return working_copies.unfinished(session, current_user().actor)


def discard_typed(key: str) -> None:
    with services().store.write() as session:
        working_copies.discard(session, current_user().actor, [key])


def form_from(copy: WorkingCopy) -> AutotunePageForm:
    return AutotunePageForm.with_data(json.loads(copy.form_data), **json.loads(copy.page_fields))
