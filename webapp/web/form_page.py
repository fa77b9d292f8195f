"""The page of the form: what was submitted from it, and how it is rendered."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from ..autotunes.drafts import NAME_TAKEN, find_reserved_name, stored_errors, stored_form_data
from ..autotunes.form_templates import offered
from ..autotunes.projects import choose_project
from ..contract.errors import FieldError
from ..contract.form_data import FormData
from ..contract.ids import expected_id, id_is_certain
from ..contract.limits import MAX_LINE
from ..store import AutotuneRecord, queries
from ..store.derived import parameters, success_event
from .assumptions import assumptions_from_query, assumptions_in
from .autosave import other_editors, saved_state, unfinished_forms
from .page_form import AutotunePageForm, parse_int
from .request_context import load_projects, project_name, projects, services
from .sidebar import checked_copy, sidebar_context
from .suggestions import chosen_project, load_known
from .variant_rows import default_first

MAX_SIMILAR = 3  # in the sidebar
UNREADABLE = "The form could not be read. Go back and submit it again."


def submitted_form() -> tuple[AutotunePageForm, str]:
    """The form with the default first, and which button was clicked."""
    return read_form(submitted_fields())


def submitted_fields() -> MultiDict[str, str]:
    if not request.form and request.content_length:
        abort(400, UNREADABLE)
    return request.form


def read_form(fields: MultiDict[str, str]) -> tuple[AutotunePageForm, str]:
    return move_default(read_page(fields), fields)


def read_page(fields: MultiDict[str, str]) -> AutotunePageForm:
    """The form with its rows as they are shown."""
    form = AutotunePageForm(fields)
    assumptions = assumptions_from_query(form.assumptions.data) | assumptions_in(fields)
    form.assumptions.data = urlencode({name: text for name, text in assumptions.items() if text.strip()})
    return form


def move_default(form: AutotunePageForm, fields: MultiDict[str, str]) -> tuple[AutotunePageForm, str]:
    """The form with the default first, and which button was clicked."""
    action, default = fields.get("action") or "check", parse_int(fields.get("default"))
    if default in form.variants.row_numbers[1:]:
        form_data, action = default_first(form, default, action)
        form = AutotunePageForm.with_data(form_data, **form.page_fields)
    return form, action


def find_similar(session: Session, form: AutotunePageForm, record: AutotuneRecord | None) -> list[queries.Similar]:
    """Other autotunes with the same event or the same parameters."""
    form_data = form.form_data
    own_id = record.id if record else ""
    return queries.find_similar(session, success_event(form_data), parameters(form_data), own_id)[:MAX_SIMILAR]


def _starts(session: Session) -> dict[str, Any]:
    return {"unfinished": unfinished_forms(session), "templates": offered(session)}


def expected_id_context(form: AutotunePageForm, taken_by: AutotuneRecord | None) -> dict[str, Any]:
    name = form.name.typed[:MAX_LINE]
    return {"id": expected_id(name), "certain": id_is_certain(name), "taken_by": taken_by}


def find_taken_name(session: Session, form: AutotunePageForm, record: AutotuneRecord | None) -> AutotuneRecord | None:
    """The other autotune than `record` that reserves the name in the chosen project."""
    project = choose_project(projects(), form.project.data) or ""
    name = form.name.typed.strip()[:MAX_LINE]
    return find_reserved_name(session, project, name, record.id if record else None)


def unchanged_errors(record: AutotuneRecord, form_data: FormData) -> list[FieldError]:
    """The stored errors, such as Statsig's, about what was not changed since."""
    errors = stored_errors(record)
    stored = stored_form_data(record) if errors else {}
    names = ((error, error.field.partition("-")[0]) for error in errors)
    return [error for error, name in names if name not in stored or stored[name] == form_data.get(name)]


def render_prefilled(
    form_data: FormData, page_fields: Mapping[str, Any] | None = None, **source: Any
) -> ResponseReturnValue:
    """A new form with values that its user has not typed: what is wrong with them is shown at once.

    `source` says where they come from: see `_prefilled.html`.
    """
    form = AutotunePageForm.with_data(form_data, **page_fields or {})
    services().policy.validate(form)
    filled = {field.id for field in form.leaf_fields() if getattr(field, "typed", "").strip()} | {"variants"}
    form.set_errors([error for error in form.error_list() if error.field in filled])
    with services().store.read() as session:
        load_projects(session)
        form.add_errors([NAME_TAKEN] if find_taken_name(session, form, None) else [])
    return render_form(form, prefilled=source)


def render_form(
    form: AutotunePageForm,
    record: AutotuneRecord | None = None,
    focus: str = "",
    unsaved: bool = False,
    errors_read_at: float | None = None,
    status: int = 200,
    offer_starts: bool = False,
    **notices: Any,
) -> ResponseReturnValue:
    """`focus` is the field to go to; `unsaved`: it has prefilled values that are not saved;
    `errors_read_at`: when Statsig gave the errors; `offer_starts`: links to templates and to unsaved new forms."""
    chosen, errors = form.project.data, form.error_list()
    with services().store.read() as session:
        load_projects(session)
        taken_by = find_taken_name(session, form, record)
        editors = other_editors(session, record) if record else []
        starts = _starts(session) if offer_starts else {}
        similar = find_similar(session, form, record)
        known = load_known(session, chosen_project(chosen), form.form_data)
    services().policy.explain(form)
    form.set_projects({project.name: project_name(project.name) for project in projects()})
    page = render_template(
        "autotunes/form.html",
        form=form,
        record=record,
        errors=errors,
        focus=focus,
        unsaved=unsaved,
        errors_read_at=errors_read_at,
        only_project=choose_project(projects(), chosen) if len(projects()) == 1 else None,
        **expected_id_context(form, taken_by),
        **sidebar_context(form, checked_copy(form, errors), known),
        **saved_state(form, record, editors),
        **starts,
        similar=similar,
        known=known,
        **notices,
    )
    return page, status
