"""What the page shows while the user types, which is kept as their working copy at the same time."""

from typing import Any

from flask import Blueprint, render_template, request

from ..auth import Permission, requires
from ..autotunes.drafts import NAME_TAKEN
from ..autotunes.projects import choose_project
from ..contract.characters import spell_out
from ..contract.form import AutotuneForm
from ..contract.ids import reservation_key
from ..contract.limits import MAX_LINE
from ..contract.variant_marks import variant_marks
from ..store import AutotuneRecord, queries
from .form_page import expected_id_context, submitted_form
from .page_form import AutotunePageForm
from .request_context import projects, services
from .sidebar import sidebar_context
from .working_copy import keep_typed

blueprint = Blueprint("preview", __name__)

# Templates; the IDs of the elements that they fill.
PIECES = ("expected_id", "timeline", "sidebar", "forecast_headline", "saved_state")


@blueprint.post("/autotunes/preview", endpoint="show")
@requires(Permission.WRITE)
def preview() -> dict[str, Any]:
    """Pieces of the page's HTML, and the errors of the fields."""
    form, _ = submitted_form()
    checked = AutotuneForm.from_data(form.form_data)
    checked.validate()
    record = _record(form)
    if _is_name_taken(form, record):
        checked.add_errors([NAME_TAKEN])
    context = {"form": checked, **sidebar_context(form, checked), **expected_id_context(form)}
    context |= keep_typed(form, record)
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


def _record(form: AutotunePageForm) -> AutotuneRecord | None:
    """The autotune that is edited, or that a new form has become."""
    with services().store.read() as session:
        record_id = request.args.get("autotune", "")
        return queries.get(session, record_id) or queries.find_by_token(session, form.token.data)


def _is_name_taken(form: AutotunePageForm, record: AutotuneRecord | None) -> bool:
    """By another autotune than the one that is edited."""
    name = form.name.typed.strip()[:MAX_LINE]
    if not name:
        return False
    project = choose_project(projects(), form.project.data) or ""
    with services().store.read() as session:
        other = queries.find_reservation(session, project, reservation_key(name))
    return other is not None and (record is None or other.id != record.id)
