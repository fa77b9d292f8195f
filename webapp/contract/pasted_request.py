"""A request that somebody pastes, as a filled-in form."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..config.secret import remove_keys
from .errors import json_path
from .form import FIELDS, AutotuneForm
from .form_data import FormData, with_min_variants
from .json_input import JsonError, read_json
from .limits import MAX_BODY, MAX_VARIANTS
from .request_body import PLACEHOLDER, LenientBody
from .request_text import RequestError, has_credentials, readable_part, split_request

KEY_REMOVED = (
    "There was a key, a password or a cookie in it. It was removed before anything was stored. If others could have "
    "seen a key, replace it in Statsig."
)
NO_FIELDS = "This has none of the fields of an autotune, such as name, variants and successEvent"
EMPTY_LIST = "This list is empty. Paste an autotune"
CHOICES = ("explorationWindow", "attributionWindow", "winnerThreshold")  # an empty form has them
MAX_LISTED = 20  # names
MAX_VALUE = 200  # characters of a value that could not be used


@dataclass(frozen=True)
class PastedRequest:
    """`notes` are sentences about what could not be used."""

    form_data: FormData
    notes: list[str]


def read_request(text: str) -> PastedRequest:
    """Nothing outside the body is used. Raises RequestError, about the `readable_part`."""
    try:
        return _read(text)
    except RequestError:
        if not (part := readable_part(text)):
            raise
    pasted, around = _read(part), text.replace(part, " ")
    return replace(pasted, notes=[KEY_REMOVED, *pasted.notes]) if has_credentials(around) else pasted


def _read(text: str) -> PastedRequest:
    body_text, rest = split_request(text)
    typed = json.dumps(_parse(body_text), ensure_ascii=False)  # without escapes that hide a key
    cleaned = remove_keys(typed)
    notes = [KEY_REMOVED] if cleaned != typed or has_credentials(rest) else []
    form_data, more_notes = _fill_in(_unwrap(_parse(cleaned)))
    return PastedRequest(form_data, notes + more_notes)


def _parse(text: str) -> Any:
    try:
        return read_json(text, MAX_BODY)
    except JsonError as error:
        raise RequestError(str(error)) from None


def _unwrap(answer: Any) -> Mapping[str, Any]:
    """What Statsig answers has the autotune in `data`; the JSON of this desk has it in `request`."""
    for name in ("data", "request"):
        if isinstance(answer, dict) and "variants" not in answer and answer.get(name):
            answer = answer[name]
    if isinstance(answer, list):
        if len(answer) != 1:
            raise RequestError(f"This is a list of {len(answer)}. Paste one autotune of it" if answer else EMPTY_LIST)
        answer = answer[0]
    if not isinstance(answer, dict):
        raise RequestError(NO_FIELDS)
    return answer


def _fill_in(body: Mapping[str, Any]) -> tuple[FormData, list[str]]:
    read = LenientBody(body)
    filled = {name: value for name, value in read.form_data.items() if value}
    if not filled and not read.errors:
        raise RequestError(NO_FIELDS)
    notes = []
    if "name" not in filled and isinstance(body.get("id"), str) and not PLACEHOLDER.fullmatch(body["id"]):
        filled["name"] = body["id"]
        read.unknown.remove("id")
        notes.append(f"It has no name, so its ID was filled in: {body['id']}.")
    if len(filled.get("variants", ())) > MAX_VARIANTS:
        filled["variants"] = filled["variants"][:MAX_VARIANTS]
    return with_min_variants(AutotuneForm.initial_data() | filled), [*notes, *_not_used(read, body)]


def _not_used(read: LenientBody, body: Mapping[str, Any]) -> Iterator[str]:
    yield from _named(read.unknown, "Not used")
    yield from _named(read.placeholders, "Placeholders, not used")
    for error in read.errors:
        value = json.dumps(_value_at(body, error.field), ensure_ascii=False)
        short = value if len(value) <= MAX_VALUE else f"{value[:MAX_VALUE]}…"
        yield f"Not used: {json_path(error.field)} = {short}. {error.message}."
    if (count := len(read.form_data["variants"])) > MAX_VARIANTS:
        yield f"Not used: variants {MAX_VARIANTS + 1} to {count}. An autotune can have {MAX_VARIANTS}."
    missing = [FIELDS[name].title.lower() for name in CHOICES if not read.form_data[name]]
    if missing:
        yield f"Not in it, so as in an empty form: {', '.join(missing)}."


def _value_at(body: Any, field_id: str) -> Any:
    for step in field_id.split("-"):
        body = body[int(step)] if isinstance(body, list) else body[step]
    return body


def _named(field_ids: Sequence[str], what: str) -> Iterator[str]:
    names = list(dict.fromkeys(re.sub(r"\[\d+\]", "[]", json_path(field_id)) for field_id in field_ids))
    more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
    if names:
        yield f"{what}: {', '.join(names[:MAX_LISTED])}{more}."
