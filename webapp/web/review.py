"""An autotune as its page shows it: answers in words, what is missing, what is sent, what came back."""

import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from ..autotunes.drafts import stored_errors, stored_form_data
from ..autotunes.services import NoSuchProject, Services
from ..autotunes.states import EDITABLE
from ..contract.advice import advice, first_data
from ..contract.diff import differences
from ..contract.formatting import in_words
from ..contract.json_input import write_json
from ..contract.payload import body
from ..contract.validation import Autotune, parse
from ..statsig import API_VERSION
from ..store import AutotuneRecord, queries

MOST_TWINS = 3  # named one by one
LONGEST_ARGUMENT = 120_000  # bytes that a shell takes for one argument, with something to spare


def read_back(services: Services, record: AutotuneRecord) -> dict[str, Any]:
    """What the page's template wants."""
    answers = stored_form_data(record)
    parsed = parse(answers)
    autotune = parsed if isinstance(parsed, Autotune) else None
    text = request_text(record)
    review = services.settings.respect_review_settings
    return {
        "answers": answers,
        "in_words": in_words,
        "checked": bool(stored_errors(record)),
        "problems": stored_errors(record) or (parsed if isinstance(parsed, list) else []),
        "advice": advice(autotune) if autotune else [],
        "first_data": first_data(autotune) if autotune else "",
        "body": text,
        "review": review,
        "curl": _curl(services, record, text, review) if text else "",
        **_twins(services, record),
        "answer": json.loads(record.statsig) if record.statsig else {},
        "differences": _differences(services, record),
        "snippet": _snippet(record, autotune) if record.statsig_id and autotune else "",
    }


def request_text(record: AutotuneRecord) -> str:
    """The body that is or would be sent; blank where something is missing."""
    autotune = None if record.body else parse(stored_form_data(record))
    return body(autotune) if isinstance(autotune, Autotune) else record.body or ""


def _twins(services: Services, record: AutotuneRecord) -> dict[str, Any]:
    """Others of its name or id: worth knowing before either is sent. Who holds it comes first."""
    found: Sequence[AutotuneRecord] = []
    if record.state in EDITABLE and record.name:
        with services.store.read() as session:
            found = queries.find_same_name(session, record.project, record.name)
    others = sorted((twin for twin in found if twin.id != record.id), key=lambda twin: twin.state in EDITABLE)
    return {"twins": others[:MOST_TWINS], "more_twins": len(others[MOST_TWINS:])}


def _differences(services: Services, record: AutotuneRecord) -> list[Any]:
    """What looks like a key was hidden in the answer: it must be in the request as well, or it would seem to differ."""
    if not record.statsig or not record.body:
        return []
    sent = json.loads(record.body)
    with suppress(NoSuchProject):
        sent = services.statsig(services.project(record.project)).redacted(sent)
    return differences(sent, json.loads(record.statsig))


def _curl(services: Services, record: AutotuneRecord, text: str, review: str) -> str:
    """The same request for a terminal; the key stays a variable. Blank where no terminal takes it."""
    url = _api_url(services, record)
    if not url or len(text.encode()) > LONGEST_ARGUMENT:
        return ""
    headers = [f"STATSIG-API-VERSION: {API_VERSION}", "Content-Type: application/json"]
    headers += [f"x-respect-review-settings: {review}"] if review else []
    lines = [f"curl --request POST {shlex.quote(url + '/autotunes')}"]
    lines += [
        '--header "STATSIG-API-KEY: $STATSIG_API_KEY"',
        *(f"--header {shlex.quote(each)}" for each in headers),
    ]
    return " \\\n  ".join([*lines, f"--data-raw {shlex.quote(text)}"])


def _api_url(services: Services, record: AutotuneRecord) -> str:
    """Where its request goes; for practice in the sandbox, where it would go with a key."""
    if record.sandbox:
        return services.settings.statsig_api_url
    return next((each.api_url for each in services.projects() if each.name == record.project), "")


def _snippet(record: AutotuneRecord, autotune: Autotune) -> str:
    """How a product asks for its variant, with the first key of the default's JSON, and says that it succeeded."""
    first = autotune.variants[0].json
    key = next(iter(first), None) if isinstance(first, dict) else None
    value = "value" if key is None else f"get({write_json(key)}, {_on_a_line(first[key])})"
    return (
        f"const autotune = statsig.getExperiment({write_json(record.statsig_id)});\n"
        f"const value = autotune.{value};\n"
        f"// when the user succeeds:\n"
        f"statsig.logEvent({', '.join(_event(autotune))});"
    )


def _event(autotune: Autotune) -> Iterator[str]:
    """What an event must carry for Statsig to count it."""
    yield _on_a_line(autotune.success_event)
    if autotune.success_event_value is not None or autotune.metadata_field is not None:
        yield _on_a_line(autotune.success_event_value)
    if autotune.metadata_field is not None:
        yield f"{{ {_on_a_line(autotune.metadata_field)}: amount }}"


def _on_a_line(value: Any) -> str:
    return " ".join(line.strip() for line in write_json(value).split("\n"))
