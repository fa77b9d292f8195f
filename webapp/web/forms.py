"""The form of an autotune: new, prefilled, edited and submitted."""

import json
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ..auth import Permission, current_user, keeps_form, requires
from ..autotunes import form_links
from ..autotunes.drafts import (
    EditConflict,
    NotEditable,
    Submission,
    free_name,
    is_editable,
    save,
    stored_errors,
    stored_form_data,
)
from ..autotunes.form_templates import find_template
from ..autotunes.states import State
from ..contract.characters import visible
from ..contract.errors import FieldError
from ..contract.form import FIELDS, AutotuneForm
from ..contract.form_data import FormData, with_min_variants
from ..store import AutotuneRecord, NotStorable, StoreError, queries
from .assumptions import assumptions_from_query
from .autosave import discard_own_copy, find_own_copy, form_from, keep_as_new, page_fields_of, why_not_editable
from .conflicts import merge_with, open_conflict, with_choices
from .form_page import render_form, render_prefilled, submitted_form, unchanged_errors
from .offers import take_offer
from .page_form import AutotunePageForm, clean_token, has_prefill
from .request_context import find, services
from .variant_rows import FormUpdate, apply_form_action

blueprint = Blueprint("forms", __name__)

EXPIRED = "This form expired, so nothing was sent. What you typed is still here: try again."
NOT_SAVED = "This could not be saved. What you typed is still here: try again in a moment."
NOT_STORABLE = "This contains a character that the database cannot store. Remove it and try again."
NOTHING_TYPED = FieldError("name", "Fill in at least one field before you save this")
UNUSED_CELLS = FieldError("pasted", "Turn these cells into variants, or clear them")
TYPED_AS_NEW = "What you typed is still here: review it to create a new one."


@blueprint.get("/autotunes/new")
@requires(Permission.WRITE)
def new() -> ResponseReturnValue:
    if (token := clean_token(request.args.get("form"))) and (opened := _reopen(token)):
        return opened
    if source := request.args.get("from"):
        return _copy(find(source))
    if template := request.args.get("template"):
        return _from_template(template)
    form_data, page_fields = AutotuneForm.initial_data(), {"project": request.args.get("project", "")}
    if has_prefill(request.args):
        return render_prefilled(_with_prefill(form_data), page_fields, by="address")
    form = AutotunePageForm.with_data(form_data, **page_fields)
    return render_form(form, focus="isContextual", offer_starts=True)


def _reopen(token: str) -> ResponseReturnValue | None:
    """The draft that a new form has become, or what its user has typed; None if it was not kept."""
    with services().store.read() as session:
        written, copy = queries.find_by_token(session, token), find_own_copy(session, token)
    if written:
        return redirect(url_for("forms.edit", record_id=written.id), 303)
    return render_form(form_from(copy), unsaved=True, restored=copy) if copy else None


def _copy(record: AutotuneRecord) -> ResponseReturnValue:
    form_data = stored_form_data(record) | {"name": free_name(services(), record)}
    return render_prefilled(form_data, {"project": record.project}, by="copy", source=record)


def _from_template(template_id: str) -> ResponseReturnValue:
    with services().store.read() as session:
        template = find_template(session, visible(template_id)) or abort(404)
    return render_prefilled(with_min_variants(template.form_data), by="template", template=template)


def _with_prefill(form_data: FormData) -> FormData:
    """With the values of a prefilled link, such as `?name=...`."""
    if not has_prefill(request.args):
        return form_data
    prefill = AutotuneForm(request.args).form_data
    return with_min_variants(form_data | {name: value for name, value in prefill.items() if value})


@blueprint.get("/autotunes")
@requires(Permission.VIEW)
def redirect_to_list() -> Response:
    return redirect(url_for("listing.index"), 303)


def form_expired(record_id: str | None = None) -> ResponseReturnValue:
    """The form that was submitted without a valid CSRF token, with what was typed."""
    return _not_saved(submitted_form()[0], EXPIRED, 400, find(record_id) if record_id else None)


@blueprint.post("/autotunes")
@requires(Permission.WRITE)
@keeps_form(on_csrf_error=form_expired, until_login=True)
def submit_new() -> ResponseReturnValue:
    return _submitted(None)


@blueprint.get("/autotunes/<record_id>/edit")
@requires(Permission.WRITE)
def edit(record_id: str) -> ResponseReturnValue:
    with services().store.read() as session:
        record = queries.get(session, record_id) or abort(404)
        copy = find_own_copy(session, record_id)
    if not is_editable(record):
        if copy and not record.discarded_at:  # what was typed would be out of reach
            flash(f"{why_not_editable(record)} {TYPED_AS_NEW}")
            return redirect(url_for("forms.new", form=keep_as_new(copy)), 303)
        flash(why_not_editable(record))
        return redirect(url_for("detail.show", record_id=record_id), 303)
    typed = json.loads(copy.form_data) if copy else stored_form_data(record)
    page_fields = page_fields_of(copy) if copy else {"version": record.version, "project": record.project}
    page_fields |= {"assumptions": request.args["assumptions"]} if "assumptions" in request.args else {}
    form = AutotunePageForm.with_data(_with_prefill(typed), **page_fields)
    form.add_errors(unchanged_errors(record, typed))
    unsaved = _announce_prefill(typed, form) or copy is not None
    notices = {"restored": copy, **open_conflict(form, record)}
    return render_form(form, record, unsaved=unsaved, errors_read_at=record.statsig_read_at, **notices)


def _announce_prefill(stored: FormData, form: AutotunePageForm) -> bool:
    """Flashes what a link filled in, such as settings from the forecast. Returns whether it did."""
    form_data = form.form_data
    named = [
        f"{field.title} {form.display_value(name)}" for name, field in FIELDS.items() if stored[name] != form_data[name]
    ]
    named += ["Variants"] if stored["variants"] != form_data["variants"] else []
    if named:
        flash(f"Filled in from a link: {', '.join(named)}. Only you see it until you save.")
    return bool(named)


@blueprint.post("/autotunes/<record_id>/edit")
@requires(Permission.WRITE)
@keeps_form(on_csrf_error=form_expired, until_login=True)
def submit_edit(record_id: str) -> ResponseReturnValue:
    return _submitted(find(record_id))


def _submitted(record: AutotuneRecord | None) -> ResponseReturnValue:
    form, action = submitted_form()
    if action == "discard":
        return _discard(form, record)
    if action == "link":
        return _linked(form, record)
    if update := take_offer(form, action) or apply_form_action(form, action):
        return _updated(form, update, record)
    if form.pasted.data.strip():
        form.add_errors([UNUSED_CELLS])
        return render_form(form, record, unsaved=True, status=422, **open_conflict(form, record))
    if record:
        form = with_choices(form, record)
    if record is None and form.is_untouched and not _became_draft(form):
        return _reject_untouched(form, action)
    return _save(form, action, record)


def _updated(form: AutotunePageForm, update: FormUpdate, record: AutotuneRecord | None) -> ResponseReturnValue:
    changed = AutotunePageForm.with_data(update.form_data, **form.page_fields | update.page_fields)
    changed.add_errors([FieldError(update.focus, update.error)] if update.error else [])
    return render_form(changed, record, focus=update.focus, unsaved=True, **open_conflict(changed, record))


def _linked(form: AutotunePageForm, record: AutotuneRecord | None) -> ResponseReturnValue:
    """The form with a link to what it holds now."""
    link = form_links.add(
        services(),
        current_user().actor,
        form.form_data,
        page_fields=form.content_fields,
        autotune_id=record.id if record else None,
    )
    expires_at = form_links.expires_at(services(), link)
    conflict = open_conflict(form, record)
    return render_form(form, record, unsaved=True, focus="link", link=link, expires_at=expires_at, **conflict)


def _became_draft(form: AutotunePageForm) -> bool:
    with services().store.read() as session:
        return queries.find_by_token(session, form.key) is not None


def _discard(form: AutotunePageForm, record: AutotuneRecord | None) -> ResponseReturnValue:
    """What was typed and not saved goes; the stored version is shown."""
    discard_own_copy(record.id if record else form.key)
    return redirect(url_for("forms.edit", record_id=record.id) if record else url_for("forms.new"), 303)


def _as_new(form: AutotunePageForm) -> AutotunePageForm:
    """The same form, to become another autotune."""
    dropped = ("token", "first_token", "copy_digest", "version")
    page_fields = {name: value for name, value in form.page_fields.items() if name not in dropped}
    return AutotunePageForm.with_data(form.form_data, **page_fields)


def _reject_untouched(form: AutotunePageForm, action: str) -> ResponseReturnValue:
    """An empty form is not saved."""
    if action == "check":
        services().policy.validate(form)
    if not form.error_list():
        form.add_errors([NOTHING_TYPED])
    return render_form(form, status=422)


def _save(form: AutotunePageForm, action: str, record: AutotuneRecord | None) -> ResponseReturnValue:
    submission = _submission(form, action)
    try:
        saved = save(services(), record.id if record else None, submission)
    except EditConflict as error:
        form, notices = merge_with(form, error.record)
        if not notices:  # both changed the same
            return _save(form, action, error.record)
        return render_form(form, error.record, unsaved=True, status=409, **notices)
    except NotEditable as error:
        message = f"{why_not_editable(error.record)} {TYPED_AS_NEW}"
        return _not_saved(_as_new(form), message, 409, prefilled={"by": "copy", "source": error.record})
    except NotStorable:
        return _not_saved(form, NOT_STORABLE, 422, record)
    except StoreError:
        return _not_saved(form, NOT_SAVED, 503, record)
    if saved.state == State.DRAFT and submission.check and action != "plan":
        form.version.data = saved.version
        form.set_errors(stored_errors(saved))
        return render_form(form, saved, status=422)
    page = "forecast.show" if action == "plan" else "detail.show"
    assumptions: dict[str, Any] = {**assumptions_from_query(form.assumptions.data)}
    return redirect(url_for(page, record_id=saved.id, **assumptions), 303)


def _submission(form: AutotunePageForm, action: str) -> Submission:
    """A form with errors can have a forecast too: it is saved as a draft without checking it."""
    check = services().policy.validate(form) if action == "plan" else action != "save"
    return Submission(form, form.base_version, form.project.data, current_user().actor, check, **form.tokens)


def _not_saved(
    form: AutotunePageForm,
    message: str,
    status: int,
    record: AutotuneRecord | None = None,
    **notices: Any,
) -> ResponseReturnValue:
    """The form again with everything typed."""
    again = AutotunePageForm.with_data(form.form_data, **form.page_fields)
    again.add_errors([FieldError("", message)])
    return render_form(again, record, unsaved=True, status=status, **notices)
