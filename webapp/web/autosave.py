"""What a user has typed into a form and not saved: their working copy, and what the page says about it."""

import json
from collections.abc import Sequence
from typing import Any

from flask import request
from sqlalchemy.orm import Session

from ..auth import current_user
from ..autotunes import working_copies
from ..autotunes.drafts import is_editable
from ..autotunes.states import EDITABLE
from ..autotunes.working_copies import FormContent, Kept
from ..contract.form_data import FormData
from ..store import AutotuneRecord, WorkingCopy
from .page_form import AutotunePageForm
from .request_context import services


def autosave(
    form: AutotunePageForm, record: AutotuneRecord | None, opened: FormData | None, editors: Sequence[str]
) -> dict[str, Any]:
    """An empty form stores nothing. `opened` is the version that the form was opened on.

    Returns what `saved_state` does, and whether the server has all of the form. That of a draft which was discarded
    is kept, too: the draft may be restored.
    """
    if record and record.state not in EDITABLE:
        return saved_state(form, record, editors) | {"is_kept": False}
    content = _content(form, record, opened)
    if record is None and content.form_data is None:
        discard_own_copy(content.key)
        return saved_state(form, record, editors) | {"is_kept": True}
    kept = working_copies.keep(services(), current_user().actor, content)
    is_kept = kept is Kept.YES
    state = saved_state(form, record, editors, is_kept and content.form_data is not None)
    return state | {"is_kept": is_kept, "kept": kept}


def _content(form: AutotunePageForm, record: AutotuneRecord | None, opened: FormData | None) -> FormContent:
    key = record.id if record else form.key
    version = form.base_version or 1 if request.args.get("autotune") else 0
    form_data = form.form_data if _is_changed(form, record, opened) else None
    return FormContent(key, version, form_data, form.page_fields)


def _is_changed(form: AutotunePageForm, record: AutotuneRecord | None, opened: FormData | None) -> bool:
    if form.pasted.data.strip():
        return True
    if record is None:  # a parameter may have a name and no values yet
        return not form.is_untouched or bool(form.types.data or form.assumptions.data)
    return (opened, record.project) != (form.form_data, form.project.data or record.project)


def why_not_editable(record: AutotuneRecord) -> str:
    """Blank if it is editable."""
    if is_editable(record):
        return ""
    if not record.form_data:
        return "This draft was discarded, and its form has been deleted since."
    if record.discarded_at:
        return "This draft was discarded. Restore it to change it."
    return "Someone has started to create this autotune, so it can no longer be changed."


def saved_state(
    form: AutotunePageForm, record: AutotuneRecord | None, editors: Sequence[str], is_autosaved: bool = False
) -> dict[str, Any]:
    """For the template of this name."""
    return {
        "is_autosaved": is_autosaved,
        "editors": editors,
        "why_not_editable": why_not_editable(record) if record else "",
        "is_discarded": record is not None and record.discarded_at is not None,
        "has_newer_version": record is not None and form.base_version not in (0, record.version),
    }


def other_editors(session: Session, record: AutotuneRecord) -> Sequence[str]:
    return working_copies.other_editors(session, services().clock(), current_user().actor, record.id)


def find_own_copy(session: Session, key: str) -> WorkingCopy | None:
    return working_copies.find(session, current_user().actor, key)


def unfinished_forms(session: Session) -> Sequence[Any]:
    return working_copies.unfinished(session, current_user().actor)


def discard_own_copy(key: str) -> None:
    with services().store.write() as session:
        working_copies.discard(session, current_user().actor, key)


def form_from(copy: WorkingCopy) -> AutotunePageForm:
    return AutotunePageForm.with_data(json.loads(copy.form_data), **page_fields_of(copy), first_token=copy.key)


def page_fields_of(copy: WorkingCopy) -> dict[str, Any]:
    """For another page of the same form. It gets a token of its own, since two tabs can open the copy."""
    fields: dict[str, Any] = json.loads(copy.page_fields)
    kept = {name: value for name, value in fields.items() if name not in ("token", "first_token")}
    return kept | {"copy_digest": working_copies.digest(copy)}


def keep_as_new(copy: WorkingCopy) -> str:
    """Makes it the working copy of a new form, whose token it returns."""
    form = AutotunePageForm.with_data(json.loads(copy.form_data), project=json.loads(copy.page_fields)["project"])
    working_copies.keep(services(), current_user().actor, _content(form, None, None))
    discard_own_copy(copy.key)
    return str(form.token.data)
