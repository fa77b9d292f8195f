"""What the page of an autotune shows: settings, checklist, errors, request and differences."""

import json
import shlex
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from ..autotunes.drafts import is_editable, policy_for, request_text, stored_errors, stored_form
from ..autotunes.projects import NoSuchProject, destination, find_project
from ..autotunes.services import Services
from ..autotunes.states import EDITABLE, State
from ..contract.advice import first_data
from ..contract.diff import as_returned, differences
from ..contract.fields import TextField
from ..contract.form import CONTEXTUAL_FIELDS, UNIT, AutotuneForm
from ..contract.ids import id_is_certain
from ..contract.sentence import describe
from ..statsig import API_VERSION
from ..store import AutotuneRecord, queries
from .checklist import ChecklistItem, Status, checklist
from .live import Live
from .request_context import projects
from .review_table import variants_table
from .snippets import snippets
from .stepper import steps
from .suggestions import Known

MAX_LISTED = 3  # named one by one
MAX_ARGUMENT = 120_000  # bytes; shells allow 128 KiB for one argument


def find_namesakes(session: Session, record: AutotuneRecord) -> list[AutotuneRecord]:
    """Other autotunes with its name or ID. Those that reserve it come first."""
    if not is_editable(record) or not record.name:
        return []
    found = queries.find_same_name(session, record.project, record.name)
    others = (other for other in found if other.id != record.id and not other.discarded_at)
    return sorted(others, key=lambda other: other.state in EDITABLE)


def detail_context(
    services: Services, record: AutotuneRecord, same_name: list[AutotuneRecord], known: Known | None, live: Live
) -> dict[str, Any]:
    """What the page's template needs."""
    form = stored_form(record)
    body = form.body() if policy_for(services, record).validate(form) else None
    text = request_text(services, record)
    added = _added_to_description(form, text)
    answer = live.data
    running = as_returned(body, answer) if body else None
    review_header = services.settings.respect_review_settings
    return {
        "form": form,
        "has_certain_id": id_is_certain(record.name),
        "has_stored_errors": bool(stored_errors(record)),
        "errors": stored_errors(record) or form.error_list(),
        "sentence": describe(form),
        "table": variants_table(form),
        "settings": [*settings_of(form, added)],
        "defaults": [*_defaults(form, added)],
        "checklist": [*_name_available(record), *_to_check(form, known)],
        "first_data": first_data(running) if running else "",
        "body": text,
        "review_header": review_header,
        "curl": _curl(services, record, text, review_header) if text else "",
        "same_name": same_name[:MAX_LISTED],
        "more_same_name": len(same_name[MAX_LISTED:]),
        "answer": answer,
        "live": live,
        "steps": steps(live, running) if record.statsig and running else [],
        "differences": _differences(services, record, answer),
        "snippets": snippets(record.statsig_id, running) if record.statsig_id and running else [],
    }


@dataclass(frozen=True)
class Setting:
    """`added` is what the request has beyond the value that was typed."""

    title: str
    value: str
    single_line: bool = True
    added: str = ""


def settings_of(form: AutotuneForm, added_to_description: str = "") -> Iterator[Setting]:
    """What was set, in the order of the form. The name is the title of the page."""
    for field in form.fields():
        added = added_to_description if field.name == "description" else ""
        if field.name not in ("name", UNIT) and (_is_set(field) or added):
            yield Setting(field.title, _value(form, field), not isinstance(field, TextField), added)


def _added_to_description(form: AutotuneForm, text: str) -> str:
    """`text` is the request."""
    sent = json.loads(text).get("description", "") if text else ""
    return str(sent).removeprefix(form.description.data or "").strip()


def _value(form: AutotuneForm, field: Any) -> str:
    value = form.display_value(field.name)
    if field.name == "winnerThreshold" and form.isContextual.data:
        return f"{value}, which Statsig requires; a contextual autotune has no winner"
    return value


def _is_set(field: Any) -> bool:
    return bool(field.typed.strip()) and not (field.name == "isContextual" and not field.data)


def _defaults(form: AutotuneForm, added_to_description: str) -> Iterator[Setting]:
    """What was left out, with what Statsig does then."""
    for field in form.fields():
        unused = field.name in CONTEXTUAL_FIELDS and not form.isContextual.data
        is_set = _is_set(field) or (field.name == "description" and added_to_description)
        if not (unused or field.flags.required or is_set or field.name == UNIT):
            yield Setting(field.title, field.default_note)


def _to_check(form: AutotuneForm, known: Known | None) -> list[ChecklistItem]:
    """The name is left out: it has just been looked up."""
    known_advice = [item for item in known.advice() if item.field != "name"] if known else []
    return [item for item in checklist(form, known_advice) if item.status != Status.DONE]


def _name_available(record: AutotuneRecord) -> Iterator[ChecklistItem]:
    if record.state == State.READY and record.first_not_found_at:
        yield ChecklistItem(Status.DONE, f"Name available in {destination(record.project)}", "name")


def _differences(services: Services, record: AutotuneRecord, answer: dict[str, Any]) -> list[Any]:
    """A response has keys redacted, so the request is redacted too before they are compared."""
    if not answer or not record.body:
        return []
    sent = json.loads(record.body)
    with suppress(NoSuchProject):
        sent = services.client(find_project(projects(), record.project)).redacted(sent)
    return differences(sent, answer)


def _curl(services: Services, record: AutotuneRecord, text: str, review_header: str) -> str:
    """The request for a terminal, with the key as a variable. Blank if it is too long for a shell."""
    url = _api_url(services, record)
    if not url or len(text.encode()) > MAX_ARGUMENT:
        return ""
    headers = [f"STATSIG-API-VERSION: {API_VERSION}", "Content-Type: application/json"]
    headers += [f"x-respect-review-settings: {review_header}"] if review_header else []
    lines = [f"curl --request POST {shlex.quote(url + '/autotunes')}"]
    lines += [
        '--header "STATSIG-API-KEY: $STATSIG_API_KEY"',
        *(f"--header {shlex.quote(header)}" for header in headers),
    ]
    return " \\\n  ".join([*lines, f"--data-raw {shlex.quote(text)}"])


def _api_url(services: Services, record: AutotuneRecord) -> str:
    """Where its request goes; for an autotune in the sandbox, where it would go with a key."""
    if record.sandbox:
        return services.settings.statsig_api_url
    return next((project.api_url for project in projects() if project.name == record.project), "")
