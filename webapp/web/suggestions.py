"""Suggestions while the user types, and what is known about what was typed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from flask import Blueprint, abort, request
from sqlalchemy.orm import Session

from ..auth import Permission, requires
from ..autotunes.catalog import SOURCES, Catalog, SimilarInStatsig, load_catalog
from ..autotunes.event_counts import Counted, load_counts
from ..autotunes.projects import choose_project, find_project
from ..contract.errors import Advice
from ..contract.form import FIELDS
from ..contract.form_data import FormData
from ..contract.limits import MAX_LINE
from ..forecast.form import WEEKDAYS
from ..statsig import Project
from ..store import queries
from .request_context import load_projects, projects, services
from .template_context import age_text

blueprint = Blueprint("suggestions", __name__)

NOUNS = {
    "successEvent": ("event", "events"),
    "metricSourceID": ("metric source", "metric sources"),
    "valueColumn": ("column of this metric source", "columns of this metric source"),
    "linkedExperimentName": ("experiment", "experiments"),
    "idType": ("ID type", "ID types"),
}
NOT_COUNTED = Counted({}, is_pending=False)
UNIT_NAMES = {"userID": "users", "stableID": "devices"}


def unit_name(id_type: str) -> str:
    """What the units of an ID type are called, in the plural."""
    return UNIT_NAMES.get(id_type, f"different {id_type}s")


class FieldNote(NamedTuple):
    """What is known about the value of a field."""

    text: str
    is_warning: bool = False


def chosen_project(name: str) -> Project | None:
    """The project that the form is for; None if one has to be chosen."""
    chosen = choose_project(projects(), name)
    return find_project(projects(), chosen) if chosen else None


@blueprint.get("/suggestions")
@requires(Permission.WRITE)
def show() -> dict[str, Any]:
    """Up to eight values of `field` that contain `typed`. `is_reading`: more may follow soon."""
    field = request.args.get("field", "")
    if field not in SOURCES:
        abort(404)
    with services().store.read() as session:
        load_projects(session)
        project = chosen_project(request.args.get("project", ""))
        if project is None:
            return {"suggestions": [], "source": "", "is_reading": False}
        catalog = load_catalog(services(), session, project, _form_data(field), [field])
    fetched_at = catalog.fetched_at(field)
    return {
        "suggestions": [suggestion._asdict() for suggestion in catalog.suggestions(field)],
        "source": f"From {project.destination}, read {age_text(fetched_at)}" if fetched_at else "",
        "is_reading": services().cached_reads.is_pending(catalog.reads, SOURCES[field]),
    }


def _form_data(field: str) -> FormData:
    typed = {"metricSourceID": request.args.get("source", ""), field: request.args.get("typed", "")}
    return dict.fromkeys(FIELDS, "") | {name: text[:MAX_LINE] for name, text in typed.items()}


@dataclass(frozen=True)
class Known:
    """What is known about the values of a form."""

    project: Project | None  # None if it has to be chosen
    catalog: Catalog
    counted: Counted
    similar: Sequence[SimilarInStatsig]

    @property
    def unit(self) -> str:
        """The ID type whose units are counted."""
        return self.catalog.typed("idType") or "userID"

    @cached_property
    def notes(self) -> dict[str, FieldNote]:
        """By field."""
        notes = {field: FieldNote(self._unknown(field), True) for field in SOURCES if self.catalog.is_unknown(field)}
        if self.counted.days:
            notes["successEvent"] = FieldNote(self._counted())
        if same := self.catalog.same_name:
            notes["name"] = FieldNote(f"Taken in {self.destination} by “{same['name']}” ({same['state']})", True)
        return notes

    def advice(self) -> list[Advice]:
        """The warnings, each with the title of its field."""
        warnings = ((field, note.text) for field, note in self.notes.items() if note.is_warning)
        return [Advice(field, f"{FIELDS[field].title}: {text[0].lower()}{text[1:]}") for field, text in warnings]

    @property
    def destination(self) -> str:
        return self.project.destination if self.project else ""

    def _unknown(self, field: str) -> str:
        close, count = self.catalog.close_match(field), len(self.catalog.entries(field))
        meant = f" Did you mean “{close}”?" if close else ""
        noun, age = NOUNS[field][count != 1], age_text(self.catalog.fetched_at(field))
        listed = f"the {count:,} {noun}" if count > 1 else f"the only {noun}"
        return f"Not {'among ' if count > 1 else ''}{listed} that {self.destination} listed {age}.{meant}"

    def _counted(self) -> str:
        """`21,377 on Monday, 5,676 users`: of the last day that was counted."""
        day, counts = next(iter(self.counted.days.items()))
        units = f", {counts[self.unit]:,.0f} {unit_name(self.unit)}" if self.unit in counts else ""
        weekday = WEEKDAYS[date.fromisoformat(day).weekday()]
        return f"{counts['overall']:,.0f} on {weekday}{units}"


def load_known(session: Session, project: Project | None, form_data: FormData) -> Known:
    """What is too old is read again in the background."""
    if project is None:
        return Known(None, Catalog({}, form_data), NOT_COUNTED, ())
    fields = {field for field in SOURCES if form_data[field].strip()}
    fields |= {"linkedExperimentName"} if fields else set()  # for the traffic of other experiments
    catalog = load_catalog(services(), session, project, form_data, fields)
    event = catalog.counted_event
    counted = load_counts(services(), session, project, event) if event else NOT_COUNTED
    similar = catalog.similar()
    own = queries.created_ids(session, project.name, [one.id for one in similar]) if similar else set()
    return Known(project, catalog, counted, [one for one in similar if one.id not in own])
