"""What came after its session had ended is kept as a draft as soon as its person has logged in again."""

import json
from dataclasses import replace

from flask import Blueprint, flash, redirect, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from ..auth import person
from ..autotunes.drafts import NotSaved, Typed, save
from ..contract.form_data import is_untouched
from ..store import AutotuneRecord, PendingForm, sessions
from .forms import Submitted
from .request_context import services

blueprint = Blueprint("restore", __name__)

BACK = "You are logged in again, and what you typed is back: it is kept as a draft."
MORE = "You are logged in again. All you typed is kept: this is the last of {} drafts, the others are in the list."
BESIDE = "It had been changed or sent meanwhile, so what you typed is kept as a draft of its own."


@blueprint.get("/autotunes/restore")
def restore() -> Response:
    with services().store.read() as session:
        waiting = sessions.held(session, person().email)
    kept = [record for form in waiting if (record := _keep(form))]
    if not kept:
        return redirect(url_for("forms.new" if waiting else "listing.index"), 303)
    flash(BACK if len(kept) == 1 else MORE.format(len(kept)))
    return redirect(url_for("forms.edit", record_id=kept[-1].id), 303)


def _keep(held: PendingForm) -> AutotuneRecord | None:
    """None for a new form in which nothing was typed."""
    form = Submitted(MultiDict(json.loads(held.fields)))
    record = _save(held, form) if held.autotune_id or not is_untouched(form.answers) else None
    with services().store.write() as session:
        sessions.release(session, held.id)
    return record


def _save(held: PendingForm, form: Submitted) -> AutotuneRecord:
    typed = Typed(form.answers, held.form_token, form.version, form.project)
    try:
        return save(services(), held.autotune_id, typed, person().actor, check=False)
    except NotSaved:
        flash(BESIDE)
        apart = replace(typed, token=f"held-{held.id}-{held.form_token}"[:64], version=0)
        return save(services(), None, apart, person().actor, check=False)
