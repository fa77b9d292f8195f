"""An autotune as its page shows it: answers in words, what is missing, what is sent, what came back."""

import json
import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from ..autotunes.drafts import stored_answers, stored_problems
from ..autotunes.services import Desk, NoSuchProject
from ..autotunes.states import EDITABLE
from ..contract.advice import advice, first_data
from ..contract.diff import differences
from ..contract.formatting import in_words
from ..contract.json_input import write_json
from ..contract.payload import body
from ..contract.validation import Autotune, parse
from ..statsig import API_VERSION
from ..store import Record, queries

MOST_TWINS = 3  # named one by one
LONGEST_ARGUMENT = 120_000  # bytes that a shell takes for one argument, with something to spare


def read_back(desk: Desk, record: Record) -> dict[str, Any]:
    """What the page's template wants."""
    answers = stored_answers(record)
    parsed = parse(answers)
    autotune = parsed if isinstance(parsed, Autotune) else None
    text = request_text(record)
    review = desk.settings.respect_review_settings
    return {
        "answers": answers,
        "in_words": in_words,
        "checked": bool(stored_problems(record)),
        "problems": stored_problems(record) or (parsed if isinstance(parsed, list) else []),
        "advice": advice(autotune) if autotune else [],
        "first_data": first_data(autotune) if autotune else "",
        "body": text,
        "review": review,
        "curl": _curl(desk, record, text, review) if text else "",
        **_twins(desk, record),
        "answer": json.loads(record.statsig) if record.statsig else {},
        "differences": _differences(desk, record),
        "snippet": _snippet(record, autotune) if record.statsig_id and autotune else "",
    }


def request_text(record: Record) -> str:
    """The body that is or would be sent; blank where something is missing."""
    autotune = None if record.body else parse(stored_answers(record))
    return body(autotune) if isinstance(autotune, Autotune) else record.body or ""


def _twins(desk: Desk, record: Record) -> dict[str, Any]:
    """Others of its name or id: worth knowing before either is sent. Who holds it comes first."""
    found: Sequence[Record] = []
    if record.state in EDITABLE and record.name:
        with desk.store.read() as session:
            found = queries.namesakes(session, record.project, record.name)
    others = sorted((twin for twin in found if twin.id != record.id), key=lambda twin: twin.state in EDITABLE)
    return {"twins": others[:MOST_TWINS], "more_twins": len(others[MOST_TWINS:])}


def _differences(desk: Desk, record: Record) -> list[Any]:
    """What looks like a key was hidden in the answer: it must be in the request as well, or it would seem to differ."""
    if not record.statsig or not record.body:
        return []
    sent = json.loads(record.body)
    with suppress(NoSuchProject):
        sent = desk.statsig(desk.project(record.project)).redacted(sent)
    return differences(sent, json.loads(record.statsig))


def _curl(desk: Desk, record: Record, text: str, review: str) -> str:
    """The same request for a terminal; the key stays a variable. Blank where no terminal takes it."""
    url = _api_url(desk, record)
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


def _api_url(desk: Desk, record: Record) -> str:
    """Where its request goes; for practice in the sandbox, where it would go with a key."""
    if record.sandbox:
        return desk.settings.statsig_api_url
    return next((each.api_url for each in desk.projects() if each.name == record.project), "")


def _snippet(record: Record, autotune: Autotune) -> str:
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
