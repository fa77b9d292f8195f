"""The checklist beside the form and the review: what is done, what is missing and what is advised."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from ..contract.advice import advice
from ..contract.errors import Advice, FieldError
from ..contract.form import FIELDS, VARIANT_FIELDS, AutotuneForm
from ..contract.sections import SECTIONS
from .template_context import field_label

_REQUIRED_IN_VARIANTS = {field.required_message for field in VARIANT_FIELDS.values()}
_REQUIRED = _REQUIRED_IN_VARIANTS | {field.required_message for field in FIELDS.values()}


class Status(StrEnum):
    DONE = "done"
    MISSING = "missing"
    INVALID = "invalid"
    ADVISED = "advised"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class ChecklistItem:
    """`field` is the ID of the field that it is about."""

    status: Status
    text: str
    field: str


def checklist(form: AutotuneForm, known_advice: Sequence[Advice]) -> list[ChecklistItem]:
    """Of a form that was validated; `known_advice` is what Statsig's lists say about its values."""
    errors = form.error_list()
    wrong = {error.field for error in errors}
    given = [*(item for item in known_advice if item.field not in wrong), *([] if errors else advice(form.body()))]
    advised = (ChecklistItem(Status.ADVISED, item.message, item.field) for item in given)
    return [*_required(form, errors), *_optional(form), *advised]


def _required(form: AutotuneForm, errors: list[FieldError]) -> Iterator[ChecklistItem]:
    for title, fields, is_listed in _groups(form):
        wrong = [error for error in errors if error.field.partition("-")[0] in fields]
        if wrong:
            status = Status.MISSING if all(error.message in _REQUIRED for error in wrong) else Status.INVALID
            yield ChecklistItem(status, _problem(title, wrong), wrong[0].field)
        elif is_listed:
            yield ChecklistItem(Status.DONE, title, fields[0])


def _groups(form: AutotuneForm) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """What the items are about: the title, the fields, and whether it is listed even if nothing is wrong."""
    for section in SECTIONS:
        if section.name == "basics":
            yield from ((FIELDS[name].title, (name,), True) for name in section.fields)
        elif section.name == "variants":
            yield f"{len(form.variants)} variants", ("variants",), True
        else:
            yield section.title, section.fields, not (section.folded or section.name == "kind")


def _problem(title: str, errors: list[FieldError]) -> str:
    if all(error.message in _REQUIRED_IN_VARIANTS for error in errors) and len(errors) > 1:
        return "Name the variants and give them values"
    if len(errors) > 1:
        return f"{title}: {len(errors)} problems"
    return f"{field_label(errors[0])}{errors[0].message}"


def _optional(form: AutotuneForm) -> Iterator[ChecklistItem]:
    if not (form.description.typed.strip() or form.description.errors):
        yield ChecklistItem(Status.OPTIONAL, "Add a description", "description")
