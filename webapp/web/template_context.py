"""Globals and filters of the templates."""

from datetime import UTC, datetime
from itertools import chain
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from ..autotunes.projects import SANDBOX, destination
from ..autotunes.states import EDITABLE, RESERVING, State
from ..contract.characters import character_name, code_point, spell_out, split_hidden, visible
from ..contract.errors import FieldError
from ..contract.form import FIELDS, VARIANT_FIELDS, AutotuneForm
from ..contract.json_input import write_json
from ..contract.limits import MAX_VARIANTS
from ..contract.sections import SECTIONS, Section
from ..contract.sentence import split_words
from ..forecast.form import ASSUMPTION_FIELDS, WEEKDAY_FIELDS, weekday_title
from .request_context import project_name, projects_if_known, services

STATES = {
    State.DRAFT: "Draft",
    State.READY: "Ready to create",
    State.SENDING: "Creating",
    State.CREATED: "Created",
    State.UNKNOWN: "Unconfirmed",
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        STATES=STATES,
        state_label=state_label,
        EDITABLE=EDITABLE,
        RESERVING=RESERVING,
        SANDBOX=SANDBOX.name,
        CONSOLE_URL="https://console.statsig.com/autotune",
        MAX_VARIANTS=MAX_VARIANTS,
        SECTIONS=SECTIONS,
        in_sandbox=lambda: SANDBOX in projects_if_known(),
        several_projects=lambda: len(projects_if_known()) > 1,
        requires_approval=lambda: services().settings.require_approval,
        project_name=project_name,
        destination_of=lambda record: destination(record.project) if record else "",
        field_label=field_label,
        split_words=split_words,
        has_errors=has_errors,
        filled_titles=filled_titles,
        control_attributes=control_attributes,
        write_json=write_json,
    )
    app.jinja_env.finalize = finalize
    app.jinja_env.filters.update(format_time=format_time, mark_hidden=mark_hidden, as_typed=as_typed)


def state_label(state: str) -> str:
    """What people call a state; one that is ready waits for another person if approval is required."""
    if state == State.READY and services().settings.require_approval:
        return "To review"
    return STATES[State(state)]


def field_label(message: FieldError) -> str:
    """Which field a message is about, where the message alone does not tell."""
    section, _, rest = message.field.partition("-")
    row, _, name = rest.partition("-")
    if section in WEEKDAY_FIELDS:
        return f"{weekday_title(section, int(row))}: "
    field = VARIANT_FIELDS.get(name) if row else (FIELDS | ASSUMPTION_FIELDS).get(section)
    title = field.title if field and message.message != field.required_message else ""
    variant = f"Variant {int(row) + 1}" if row.isdigit() else ""
    about = ", ".join(filter(None, (variant, title)))
    return f"{about}: " if about else ""


def control_attributes(field: Any, focus: str = "") -> dict[str, Any]:
    """What ties a control to its hint and its error, and the focus."""
    notes = {"hint": field.description, "error": field.errors}
    attributes: dict[str, Any] = {}
    if described_by := [f"{field.id}-{name}" for name, note in notes.items() if note]:
        attributes["aria-describedby"] = " ".join(described_by)
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes | {"autofocus": True} if focus == field.id else attributes


def has_errors(section: Section, form: AutotuneForm) -> bool:
    return any(form[name].errors for name in section.fields)


def filled_titles(section: Section, form: AutotuneForm) -> list[str]:
    """The titles of a section's fields that hold a value."""
    fields: list[Any] = [form[name] for name in section.fields]
    return [field.title for field in fields if field.typed.strip()]


def finalize(value: Any) -> Any:
    """What templates show, unless a filter says otherwise: hidden characters are spelled out, as `[U+202E]`."""
    return spell_out(value) if type(value) is str else value


_MARK = Markup('<mark class="character" dir="ltr" title="{}">[{}]</mark>')


def mark_hidden(text: Any, single_line: bool = False) -> Markup:
    """Like `finalize`, for text inside an element: each hidden character becomes a `<mark>` with its name."""
    pieces = (
        (shown, _MARK.format(character_name(hidden), code_point(hidden)) if hidden else "")
        for shown, hidden in split_hidden(str(text), single_line)
    )
    return Markup("").join(chain.from_iterable(pieces))


def as_typed(text: Any) -> Markup:
    """What a field of a form contains: every character, except those that no page can show."""
    return escape(visible(str(text)))


def format_time(seconds: float) -> Markup:
    """`24 Nov 2026, 10:08 UTC`, readable by machines too."""
    at = datetime.fromtimestamp(seconds, UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(
        at.isoformat(timespec="seconds"), f"{at.day} {at:%b %Y, %H:%M}"
    )
