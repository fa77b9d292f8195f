"""What the page shows while the user types, which is kept as their working copy at the same time."""

from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from ..auth import Permission, requires
from ..autotunes.drafts import NAME_TAKEN, find_reserved_name, stored_form_data
from ..autotunes.projects import choose_project
from ..contract.characters import spell_out
from ..contract.form_data import FormData
from ..contract.limits import MAX_LINE
from ..contract.variant_marks import variant_marks
from ..store import AutotuneRecord, queries
from .autosave import autosave, other_editors
from .form_page import expected_id_context, submitted_form
from .page_form import AutotunePageForm
from .request_context import load_projects, projects, services
from .sidebar import checked_copy, sidebar_context

blueprint = Blueprint("preview", __name__)

# Templates; the IDs of the elements that they fill.
PIECES = ("expected_id", "timeline", "sidebar", "forecast_headline", "saved_state")


@blueprint.post("/autotunes/preview", endpoint="show")
@requires(Permission.WRITE)
def preview() -> dict[str, Any]:
    """Pieces of the page's HTML, and the errors of the fields."""
    form, _ = submitted_form()
    checked = checked_copy(form)
    with services().store.read() as session:
        load_projects(session)
        record = _find_record(session, form)
        name_taken = _find_same_name(session, form, record)
        editors = other_editors(session, record) if record else []
        opened = _opened_version(session, form, record) if record else None
    checked.add_errors([NAME_TAKEN] if name_taken else [])
    context = {"form": checked, **sidebar_context(form, checked), **expected_id_context(form)}
    context |= autosave(form, record, opened, editors)
    pieces = {name: render_template(f"autotunes/_{name}.html", **context) for name in PIECES}
    found = (*checked.error_list(), *context["inputs"].assumptions.error_list())
    errors = {error.field: spell_out(error.message) for error in found}
    marks = [mark._asdict() for mark in variant_marks([variant.form.json.data for variant in checked.variants])]
    return {
        "pieces": pieces,
        "errors": errors,
        "marks": marks,
        "is_simulating": context["is_simulating"],
        "is_kept": context["is_kept"],
    }


def _find_record(session: Session, form: AutotunePageForm) -> AutotuneRecord | None:
    """The autotune that is edited, or that a new form has become."""
    record_id = request.args.get("autotune", "")
    return queries.get(session, record_id) or queries.find_by_token(session, form.token.data)


def _opened_version(session: Session, form: AutotunePageForm, record: AutotuneRecord) -> FormData:
    if form.version.data == record.version:
        return stored_form_data(record)
    return stored_form_data(queries.version(session, record.id, form.version.data) or record)


def _find_same_name(session: Session, form: AutotunePageForm, record: AutotuneRecord | None) -> AutotuneRecord | None:
    project = choose_project(projects(), form.project.data) or ""
    return find_reserved_name(session, project, form.name.typed.strip()[:MAX_LINE], record.id if record else None)
