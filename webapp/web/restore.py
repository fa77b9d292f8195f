"""After a login, saves forms that were submitted after their session had ended as drafts."""

import json
from dataclasses import replace

from flask import Blueprint, flash, redirect, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..auth import Permission, current_user, pending_forms, requires
from ..autotunes.drafts import NotSaved, Submission, save
from ..store import AutotuneRecord, PendingForm
from .form_page import read_form
from .page_form import AutotunePageForm
from .request_context import services

blueprint = Blueprint("restore", __name__)

ONE_DRAFT = "You are logged in again. What you typed is saved as a draft."
SEVERAL_DRAFTS = "You are logged in again. What you typed is saved as {} drafts; this is the last one."
SEPARATE_DRAFT = (
    "The autotune was changed, sent or discarded in the meantime, so what you typed is saved as a separate draft."
)


@blueprint.get("/autotunes/restore")
@requires(Permission.WRITE)
def restore() -> Response:
    pending = pending_forms.forms_for(services(), current_user())
    drafts = [draft for form in pending if (draft := _restore(form))]
    if not drafts:
        return redirect(url_for("forms.new" if pending else "listing.index"), 303)
    flash(ONE_DRAFT if len(drafts) == 1 else SEVERAL_DRAFTS.format(len(drafts)))
    return redirect(url_for("forms.edit", record_id=drafts[-1].id), 303)


def _restore(pending: PendingForm) -> AutotuneRecord | None:
    """None for a new form in which nothing was typed."""
    form, _ = read_form(MultiDict(json.loads(pending.fields)))
    draft = _save(pending, form) if pending.autotune_id or not form.is_untouched else None
    pending_forms.discard(services(), pending)
    return draft


def _save(pending: PendingForm, form: AutotunePageForm) -> AutotuneRecord:
    version, project = form.version.data, form.project.data
    submission = Submission(form, version, project, current_user().actor, check=False, **form.tokens)
    try:
        return save(services(), pending.autotune_id, submission)
    except NotSaved:
        flash(SEPARATE_DRAFT)
        token = f"held-{pending.id}-{pending.form_token}"[:64]
        separate = replace(submission, token=token, key=token, version=0)
        return save(services(), None, separate)
