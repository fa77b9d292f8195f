"""An autotune as its page shows it: answers in words, what is missing, what is sent, what came back."""

import json
import shlex
from contextlib import suppress
from typing import Any

from ..autotunes import Desk, NoSuchProject, State, stored_answers, stored_problems
from ..contract import Autotune, advice, body, differences, first_data, in_words, parse, write_json
from ..statsig import API_VERSION
from ..store import Record, records

TWINS = (State.DRAFT, State.READY)


def read_back(desk: Desk, record: Record) -> dict[str, Any]:
    """What the page's template wants."""
    answers = stored_answers(record)
    parsed = parse(answers)
    autotune = parsed if isinstance(parsed, Autotune) else None
    text = record.body or (body(autotune) if autotune else "")
    review = desk.settings.respect_review_settings
    return {
        "answers": answers,
        "in_words": in_words,
        "problems": stored_problems(record) or (parsed if isinstance(parsed, list) else []),
        "advice": advice(autotune) if autotune else [],
        "first_data": first_data(autotune) if autotune else "",
        "body": text,
        "review": review,
        "curl": _curl(desk, record, text, review) if text else "",
        "twins": _twins(desk, record),
        "answer": json.loads(record.statsig) if record.statsig else {},
        "differences": _differences(desk, record),
        "snippet": _snippet(record, autotune) if record.statsig_id and autotune else "",
    }


def _twins(desk: Desk, record: Record) -> list[Record]:
    """Others that would get, or have, the same id: worth knowing before either is sent."""
    if record.state not in TWINS or not record.foreseen_id:
        return []
    with desk.store.read() as session:
        found = list(records.with_id(session, record.project, record.foreseen_id, list(State)))
    return [twin for twin in found if twin.id != record.id]


def _differences(desk: Desk, record: Record) -> list[Any]:
    """What looks like a key was hidden in the answer: it must be in the request as well, or it would seem to differ."""
    if not record.statsig or not record.body:
        return []
    sent = json.loads(record.body)
    with suppress(NoSuchProject):
        sent = desk.statsig(desk.project(record.project)).redacted(sent)
    return differences(sent, json.loads(record.statsig))


def _curl(desk: Desk, record: Record, text: str, review: str) -> str:
    """The same request for a terminal; the key stays a variable."""
    url = next((each.api_url for each in desk.projects() if each.name == record.project), "")
    headers = [f"STATSIG-API-VERSION: {API_VERSION}", "Content-Type: application/json"]
    headers += [f"x-respect-review-settings: {review}"] if review else []
    lines = [f"curl --request POST {shlex.quote(url + '/autotunes')}"]
    lines += [
        '--header "STATSIG-API-KEY: $STATSIG_API_KEY"',
        *(f"--header {shlex.quote(each)}" for each in headers),
    ]
    return " \\\n  ".join([*lines, f"--data-raw {shlex.quote(text)}"])


def _snippet(record: Record, autotune: Autotune) -> str:
    """How a product asks for its variant, with the first key of the default's JSON."""
    first = autotune.variants[0].json
    key, value = next(iter(first.items())) if isinstance(first, dict) and first else ("key", None)
    return (
        f"const autotune = statsig.getExperiment({write_json(record.statsig_id)});\n"
        f"const value = autotune.get({write_json(key)}, {write_json(value)});\n"
        f"// when the user succeeds:\n"
        f"statsig.logEvent({write_json(autotune.success_event)});"
    )
