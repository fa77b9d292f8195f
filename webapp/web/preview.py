"""What the page shows while the user types, which is kept as their working copy at the same time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from ..auth import Permission, requires
from ..autotunes.catalog import SOURCES
from ..autotunes.drafts import NAME_TAKEN, stored_form_data
from ..contract.characters import spell_out
from ..contract.form import AutotuneForm
from ..contract.form_data import FormData
from ..contract.variant_marks import variant_marks
from ..store import AutotuneRecord, queries
from .assumptions import ForecastInputs
from .autosave import autosave, other_editors
from .form_page import (
    expected_id_context,
    find_similar,
    find_taken_name,
    move_default,
    read_page,
    submitted_fields,
    unchanged_errors,
)
from .page_form import AutotunePageForm
from .request_context import load_projects, services
from .sidebar import checked_copy, sidebar_context
from .suggestions import Known, chosen_project, load_known

blueprint = Blueprint("preview", __name__)

# Templates; the IDs of the elements that they fill.
PIECES = ("expected_id", "timeline", "sidebar", "forecast_offers", "forecast_headline", "saved_state", "similar")


@dataclass(frozen=True)
class Stored:
    """What the database has about a form; `opened` is the version that it was opened on."""

    record: AutotuneRecord | None
    opened: FormData | None
    editors: Sequence[str]
    taken_by: AutotuneRecord | None
    similar: Sequence[queries.Similar]
    known: Known


@blueprint.post("/autotunes/preview", endpoint="show")
@requires(Permission.WRITE)
def preview() -> dict[str, Any]:
    """Pieces of the page's HTML, and the errors of the fields, by the rows as they are shown."""
    fields = submitted_fields()
    form = read_page(fields)
    kept, _ = move_default(form, fields)
    services().policy.explain(form)
    stored = _stored(form)
    errors = unchanged_errors(stored.record, form.form_data) if stored.record else []
    checked = checked_copy(form, [*errors, *([NAME_TAKEN] if stored.taken_by else [])])
    context = {
        "form": checked,
        "record": stored.record,
        "similar": stored.similar,
        "known": stored.known,
        **sidebar_context(form, checked, stored.known),
        **expected_id_context(form, stored.taken_by),
    }
    context |= autosave(kept, stored.record, stored.opened, stored.editors)
    marks = variant_marks([variant.form.json.data for variant in checked.variants])
    return {
        "pieces": {
            **{name: render_template(f"autotunes/_{name}.html", **context) for name in PIECES},
            **{f"{name}-hint": _hint(form[name], stored.known) for name in SOURCES},
        },
        "errors": _errors(checked, context["inputs"]),
        "marks": [mark._asdict() for mark in marks],
        "is_simulating": context["is_simulating"],
        "is_reading": stored.known.counted.is_pending,
        "is_kept": context["is_kept"],
        "is_autosaved": context["is_autosaved"],
    }


def _hint(field: Any, known: Known) -> str:
    return render_template("autotunes/_hint.html", field=field, note=known.notes.get(field.name))


def _errors(checked: AutotuneForm, inputs: ForecastInputs) -> dict[str, str]:
    found = (*checked.error_list(), *inputs.assumptions.error_list())
    return {error.field: spell_out(error.message) for error in found}


def _stored(form: AutotunePageForm) -> Stored:
    with services().store.read() as session:
        load_projects(session)
        record = _find_record(session, form)
        return Stored(
            record=record,
            opened=_opened_version(session, form, record) if record else None,
            editors=other_editors(session, record) if record else [],
            taken_by=find_taken_name(session, form, record),
            similar=find_similar(session, form, record),
            known=load_known(session, chosen_project(form.project.data), form.form_data),
        )


def _find_record(session: Session, form: AutotunePageForm) -> AutotuneRecord | None:
    """The autotune that is edited, or that a new form has become."""
    record_id = request.args.get("autotune", "")
    return queries.get(session, record_id) or queries.find_by_token(session, form.key)


def _opened_version(session: Session, form: AutotunePageForm, record: AutotuneRecord) -> FormData:
    if form.version.data == record.version:
        return stored_form_data(record)
    return stored_form_data(queries.saved_version(session, record.id, form.version.data) or record)
