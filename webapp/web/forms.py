"""The form of an autotune: new, prefilled, edited and submitted."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ..auth import Permission, current_user, keeps_form, requires
from ..autotunes.drafts import (
    NAME_TAKEN,
    EditConflict,
    NotEditable,
    Submission,
    find_name_conflict,
    free_name,
    save,
    stored_errors,
    stored_form_data,
)
from ..autotunes.projects import choose_project
from ..autotunes.states import EDITABLE, State
from ..contract.characters import spell_out
from ..contract.errors import FieldError
from ..contract.form import FIELDS, AutotuneForm
from ..contract.form_data import FormData, with_min_variants
from ..contract.ids import expected_id, id_is_certain, reservation_key
from ..contract.limits import MAX_LINE
from ..contract.variant_marks import variant_marks
from ..store import AutotuneRecord, NotStorable, StoreError, queries
from .assumptions import assumptions_from_query, assumptions_in
from .page_form import AutotunePageForm, clean_token, has_prefill, parse_int
from .request_context import find, load_projects, project_name, projects, services
from .sidebar import sidebar_context
from .variant_rows import apply_form_action, default_first

blueprint = Blueprint("forms", __name__)

UNREADABLE = "The form could not be read. Go back and submit it again."
EXPIRED = "This form expired, so nothing was sent. What you typed is still here: try again."
NOT_SAVED = "This could not be saved. What you typed is still here: try again in a moment."
NOT_STORABLE = "This contains a character that the database cannot store. Remove it and try again."
NOTHING_TYPED = FieldError("name", "Fill in at least one field before you save this")
PREVIEW_PIECES = ("expected_id", "timeline", "sidebar", "forecast_headline")  # templates; the IDs of elements
REPLACE = "Submit again to replace their version with yours."
SENT_IN_THE_MEANTIME = (
    "Someone has started to create this autotune, so it can no longer be changed. What you typed is still here: "
    "review it to create a new one."
)


@blueprint.get("/autotunes/new")
@requires(Permission.WRITE)
def new() -> ResponseReturnValue:
    if (token := clean_token(request.args.get("form"))) and (written := _saved_draft(token)):
        return redirect(url_for("forms.edit", record_id=written.id), 303)
    if source := request.args.get("from"):
        record = find(source)
        form_data = stored_form_data(record) | {"name": free_name(services(), record)}
        return render_form(AutotunePageForm.with_data(form_data, project=record.project))
    form_data, project = _with_prefill(AutotuneForm.initial_data()), request.args.get("project", "")
    return render_form(AutotunePageForm.with_data(form_data, project=project), focus="isContextual")


def _saved_draft(token: str) -> AutotuneRecord | None:
    """The draft that a new form has become, if the user goes back to it."""
    with services().store.read() as session:
        return queries.find_by_token(session, token)


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
    return _not_saved(AutotunePageForm(), EXPIRED, 400, find(record_id) if record_id else None)


@blueprint.post("/autotunes")
@requires(Permission.WRITE)
@keeps_form(on_csrf_error=form_expired, until_login=True)
def submit_new() -> ResponseReturnValue:
    return _submitted(None)


@blueprint.get("/autotunes/<record_id>/edit")
@requires(Permission.WRITE)
def edit(record_id: str) -> ResponseReturnValue:
    record = find(record_id)
    if record.state not in EDITABLE:
        flash("Someone has started to create this autotune, so it can no longer be changed.")
        return redirect(url_for("detail.show", record_id=record_id), 303)
    stored = stored_form_data(record)
    form_data = _with_prefill(stored)
    page_fields = {
        "version": record.version,
        "project": record.project,
        "assumptions": request.args.get("assumptions", ""),
    }
    form = AutotunePageForm.with_data(form_data, **page_fields)
    form.add_errors(stored_errors(record))
    unsaved = _announce_prefill(stored, form)
    return render_form(form, record, unsaved=unsaved, errors_read_at=record.statsig_read_at)


def _announce_prefill(stored: FormData, form: AutotunePageForm) -> bool:
    """Flashes what a link filled in, such as settings from the forecast. Returns whether it did."""
    form_data = form.form_data
    named = [
        f"{field.title} {form.display_value(name)}" for name, field in FIELDS.items() if stored[name] != form_data[name]
    ]
    named += ["Variants"] if stored["variants"] != form_data["variants"] else []
    if named:
        flash(f"Filled in, not saved yet: {', '.join(named)}. Review or save it to keep it.")
    return bool(named)


@blueprint.post("/autotunes/<record_id>/edit")
@requires(Permission.WRITE)
@keeps_form(on_csrf_error=form_expired, until_login=True)
def submit_edit(record_id: str) -> ResponseReturnValue:
    return _submitted(find(record_id))


@blueprint.post("/autotunes/preview")
@requires(Permission.WRITE)
def preview() -> dict[str, Any]:
    """What the page shows while the user types: pieces of its HTML, and the errors of the fields."""
    form, _ = _submitted_form()
    checked = AutotuneForm.from_data(form.form_data)
    checked.validate()
    if _is_name_taken(form):
        checked.add_errors([NAME_TAKEN])
    context = {"form": checked, **sidebar_context(form, checked), **_expected_id(form)}
    pieces = {name: render_template(f"autotunes/_{name}.html", **context) for name in PREVIEW_PIECES}
    errors = {error.field: spell_out(error.message) for error in checked.error_list()}
    marks = [mark._asdict() for mark in variant_marks([variant.form.json.data for variant in checked.variants])]
    return {"pieces": pieces, "errors": errors, "marks": marks, "is_simulating": context["is_simulating"]}


def _is_name_taken(form: AutotunePageForm) -> bool:
    """By another autotune than the one that is edited."""
    name = form.name.typed.strip()[:MAX_LINE]
    if not name:
        return False
    project = choose_project(projects(), form.project.data) or ""
    with services().store.read() as session:
        other = queries.find_reservation(session, project, reservation_key(name))
    return other is not None and other.form_token != form.token.data and other.id != request.args.get("autotune")


def _expected_id(form: AutotunePageForm) -> dict[str, Any]:
    name = form.name.typed[:MAX_LINE]
    return {"id": expected_id(name), "certain": id_is_certain(name)}


def _submitted(record: AutotuneRecord | None) -> ResponseReturnValue:
    form, action = _submitted_form()
    if update := apply_form_action(form, action):
        changed = AutotunePageForm.with_data(update.form_data, **form.page_fields | update.page_fields)
        changed.add_errors([FieldError(update.focus, update.error)] if update.error else [])
        return render_form(changed, record, focus=update.focus, unsaved=True)
    if record is None and form.is_untouched and not _saved_draft(form.token.data):
        return _reject_untouched(form, action)
    return _save(form, action, record)


def _submitted_form() -> tuple[AutotunePageForm, str]:
    """The form with the default first, and which button was clicked."""
    if not request.form and request.content_length:
        abort(400, UNREADABLE)
    form, action = AutotunePageForm(), request.form.get("action") or "check"
    assumptions = assumptions_from_query(form.assumptions.data) | assumptions_in(request.form)
    form.assumptions.data = urlencode({name: text for name, text in assumptions.items() if text.strip()})
    default = parse_int(request.form.get("default"))
    if default in form.variants.row_numbers[1:]:
        form_data, action = default_first(form, default, action)
        form = AutotunePageForm.with_data(form_data, **form.page_fields)
    return form, action


def _reject_untouched(form: AutotunePageForm, action: str) -> ResponseReturnValue:
    """An empty form is not saved."""
    if action == "check":
        form.validate()
    if not form.error_list():
        form.add_errors([NOTHING_TYPED])
    return render_form(form, status=422)


def _save(form: AutotunePageForm, action: str, record: AutotuneRecord | None) -> ResponseReturnValue:
    submission = _submission(form, action)
    try:
        saved = save(services(), record.id if record else None, submission)
    except EditConflict as error:
        current = error.record
        message = f"{current.changed_by} changed this after you opened it. {REPLACE}"
        return _not_saved(form, message, 409, current, new_version=current.version)
    except NotEditable:
        return _not_saved(form, SENT_IN_THE_MEANTIME, 409, new_version=0)
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
    check = form.validate() if action == "plan" else action != "save"
    return Submission(form, form.token.data, form.version.data, form.project.data, current_user().actor, check)


def _not_saved(
    form: AutotunePageForm,
    message: str,
    status: int,
    record: AutotuneRecord | None = None,
    new_version: int | None = None,
) -> ResponseReturnValue:
    """The form again with everything typed; with `new_version`, under a new token as another form."""
    page_fields = form.page_fields
    if new_version is not None:
        del page_fields["token"]
        page_fields["version"] = new_version
    again = AutotunePageForm.with_data(form.form_data, **page_fields)
    again.add_errors([FieldError("", message)])
    return render_form(again, record, unsaved=True, status=status)


def _taken_by(form: AutotunePageForm, record: AutotuneRecord | None) -> AutotuneRecord | None:
    """The other autotune that has the name, if that is an error."""
    if record is None or not form.name.errors:
        return None
    with services().store.read() as session:
        load_projects(session)
        return find_name_conflict(session, record)


def render_form(
    form: AutotunePageForm,
    record: AutotuneRecord | None = None,
    focus: str = "",
    unsaved: bool = False,
    errors_read_at: float | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    """`focus` is the field to go to; `unsaved`: it has prefilled values that are not saved;
    `errors_read_at`: when Statsig gave the errors."""
    chosen, taken_by = form.project.data, _taken_by(form, record)
    checked = AutotuneForm.from_data(form.form_data)
    checked.validate()
    form.set_projects({project.name: project_name(project.name) for project in projects()})
    page = render_template(
        "autotunes/form.html",
        form=form,
        record=record,
        errors=form.error_list(),
        focus=focus,
        unsaved=unsaved,
        errors_read_at=errors_read_at,
        taken_by=taken_by,
        only_project=choose_project(projects(), chosen) if len(projects()) == 1 else None,
        **_expected_id(form),
        **sidebar_context(form, checked),
    )
    return page, status
