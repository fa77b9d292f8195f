"""Globals and filters of the templates."""

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from ..autotunes.catalog import SOURCES
from ..autotunes.drafts import is_editable
from ..autotunes.projects import SANDBOX, destination
from ..autotunes.removal import KEEP_DAYS, KEEP_SECONDS, days_left
from ..autotunes.states import RESERVING, State
from ..contract.characters import character_name, code_point, spell_out, split_hidden, visible
from ..contract.errors import FieldError
from ..contract.form import FIELDS, VARIANT_FIELDS, AutotuneForm
from ..contract.json_input import write_json
from ..contract.sections import SECTIONS, Section
from ..contract.sentence import split_words
from ..forecast.form import ASSUMPTION_FIELDS, WEEKDAY_FIELDS, weekday_title
from ..statsig.errors import capitalized
from ..store import AutotuneRecord
from ..store.listing import ARCHIVED, DISCARDED
from .request_context import project_name, projects_if_known, services

STATES = {
    State.DRAFT: "Draft",
    State.READY: "Ready to create",
    State.SENDING: "Creating",
    State.CREATED: "Created",
    State.UNKNOWN: "Unconfirmed",
}
REMOVED = {DISCARDED: "Discarded", ARCHIVED: "Archived"}


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        state_label=state_label,
        shown_state=shown_state,
        is_editable=is_editable,
        KEEP_DAYS=KEEP_DAYS,
        KEEP_SECONDS=KEEP_SECONDS,
        ARCHIVED=ARCHIVED,
        DISCARDED=DISCARDED,
        RESERVING=RESERVING,
        SANDBOX=SANDBOX.name,
        CONSOLE_URL="https://console.statsig.com/autotune",
        SECTIONS=SECTIONS,
        in_sandbox=lambda: SANDBOX in projects_if_known(),
        several_projects=lambda: len(projects_if_known()) > 1,
        requires_approval=lambda: services().settings.require_approval,
        project_name=project_name,
        project_title=project_title,
        days_left=lambda record: days_left(services(), record),
        destination_of=lambda record: destination(record.project) if record else "",
        field_label=field_label,
        split_words=split_words,
        has_errors=has_errors,
        is_suggested=lambda field: field.id in SOURCES,
        has_required=has_required,
        filled_titles=filled_titles,
        control_attributes=control_attributes,
        write_json=write_json,
    )
    app.jinja_env.finalize = finalize
    app.jinja_env.filters.update(
        capitalize_first=capitalized,
        format_time=format_time,
        time_ago=time_ago,
        mark_hidden=mark_hidden,
        as_typed=as_typed,
    )


def state_label(state: str) -> str:
    """What people call a `shown_state`; one that is ready waits for another person if approval is required."""
    if state == State.READY and services().settings.require_approval:
        return "To review"
    return REMOVED.get(state) or STATES[State(state)]


def shown_state(record: AutotuneRecord) -> str:
    """That it was discarded or archived, or its state."""
    return DISCARDED if record.discarded_at else ARCHIVED if record.archived_at else record.state


def project_title(name: str) -> str:
    return "Sandbox" if name == SANDBOX.name else project_name(name)


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
    if field.id in SOURCES:
        attributes["data-suggested"] = True
    return attributes | {"autofocus": True} if focus == field.id else attributes


def has_errors(section: Section, form: AutotuneForm) -> bool:
    return any(form[name].errors for name in section.fields)


def has_required(section: Section, form: AutotuneForm) -> bool:
    return any(form[name].flags.required for name in section.fields)


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
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), _exact(at))


def time_ago(seconds: float) -> Markup:
    """`2 h ago`, with the exact time beside it, which the stylesheet shows where it is pointed at or has the focus."""
    at = datetime.fromtimestamp(seconds, UTC)
    return Markup('<time datetime="{}" data-exact="{}">{}</time>').format(
        at.isoformat(timespec="seconds"), _exact(at), age_text(seconds)
    )


def age_text(seconds: float) -> str:
    """`5 min ago`, or the date."""
    return _age(datetime.fromtimestamp(seconds, UTC), datetime.fromtimestamp(services().clock(), UTC))


def _exact(at: datetime) -> str:
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def _age(at: datetime, now: datetime) -> str:
    minutes, hours, days = ((now - at) // timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days"))
    if days > 6:
        return f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"
    if days > 0:
        return f"{days} days ago" if days > 1 else "1 day ago"
    return f"{hours} h ago" if hours > 0 else f"{minutes} min ago" if minutes > 0 else "just now"
