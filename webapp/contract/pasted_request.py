"""A request that somebody pastes, as a filled-in form: JSON, a curl command, or what Statsig or this desk answered."""

import re
import shlex
from argparse import ArgumentError, ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..config.secret import remove_credentials, remove_keys
from .errors import json_path
from .form import AutotuneForm
from .form_data import FormData, with_min_variants
from .json_input import JsonError, read_json
from .limits import MAX_BODY, MAX_VARIANTS
from .request_body import read_leniently

KEY_REMOVED = (
    "There was a key or a password in it. It was removed before anything was stored. If others could have seen it, "
    "replace it in Statsig."
)
NOTHING_PASTED = "Paste a request: JSON, a curl command or Statsig’s answer"
NOT_JSON = "There is no JSON in this. It begins with { and ends with }"
NO_FIELDS = "This has none of the fields of an autotune"
CUT_OFF = "A quote is missing. Copy the whole command again"
NO_DATA = "This command has no body: copy the one with --data"
MAX_LISTED = 20

_CURL = re.compile(r"\s*(?:[$%>]\s*)?curl\s")
_NEXT_LINE = re.compile(r"[\\^`]\r?\n")
# The value of an option as browsers copy it if it has an exclamation mark.
_ANSI_C = re.compile(r"(\s-(?:d|H|-[a-z-]+)[ =]?)\$'((?:[^'\\]|\\.)*+)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}


class RequestError(ValueError):
    """Why nothing could be read, with what to do, without a period."""


@dataclass(frozen=True)
class PastedRequest:
    """`notes` are sentences about what could not be used."""

    form_data: FormData
    notes: list[str]


def read_request(text: str) -> PastedRequest:
    """Nothing outside the body is used. Raises RequestError, whose message has no part of a key."""
    try:
        return _read(text)
    except RequestError:
        return _read(remove_credentials(text))


def _read(text: str) -> PastedRequest:
    body_text, rest = _split_curl(text) if _CURL.match(text) else _split_json(text)
    cleaned = remove_keys(body_text)
    notes = [KEY_REMOVED] if (cleaned, remove_credentials(rest)) != (body_text, rest) else []
    form_data, more_notes = _fill_in(_unwrap(_parse(cleaned)))
    return PastedRequest(form_data, notes + more_notes)


def _fill_in(body: Mapping[str, Any]) -> tuple[FormData, list[str]]:
    read, notes = read_leniently(body), []
    filled = {name: value for name, value in read.form_data.items() if value}
    if not filled:
        raise RequestError(NO_FIELDS)
    if "name" not in filled and isinstance(body.get("id"), str):
        filled["name"] = body["id"]
        read.unknown.remove("id")
        notes.append(f"It has no name, so its ID was filled in: {body['id']}.")
    notes += _not_used(read.unknown, "Not used")
    notes += _not_used(read.placeholders, "Placeholders, not used")
    notes += [f"Not used: {json_path(error.field)}. {error.message}." for error in read.errors]
    if (count := len(read.form_data["variants"])) > MAX_VARIANTS:
        notes.append(f"Not used: variants {MAX_VARIANTS + 1} to {count}. An autotune can have {MAX_VARIANTS}.")
        filled["variants"] = filled["variants"][:MAX_VARIANTS]
    return with_min_variants(AutotuneForm.initial_data() | filled), notes


def _not_used(field_ids: Sequence[str], what: str) -> list[str]:
    names = list(dict.fromkeys(re.sub(r"\[\d+\]", "[]", json_path(field_id)) for field_id in field_ids))
    more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
    return [f"{what}: {', '.join(names[:MAX_LISTED])}{more}."] if names else []


def _split_curl(command: str) -> tuple[str, str]:
    """The body of a command, and its other words."""
    parser = ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    names = ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json")
    parser.add_argument(*names, action="append", dest="data", default=[])
    try:
        known, rest = parser.parse_known_args(_words(command))
    except ValueError:
        raise RequestError(CUT_OFF) from None
    except ArgumentError:
        raise RequestError(NO_DATA) from None
    body = "&".join(known.data)
    if body.startswith("@"):
        raise RequestError(f"The body of this command is in the file {body[1:]}. Paste what is in that file")
    if not body:
        raise RequestError(NO_DATA)
    return body, " ".join(rest)


def _words(command: str) -> list[str]:
    """Raises ValueError for a quote that is not closed."""
    command = _NEXT_LINE.sub(" ", command)
    command = _ANSI_C.sub(lambda match: match[1] + shlex.quote(_ESCAPE.sub(_unescape, match[2])), command)
    return shlex.split(command)


def _unescape(match: re.Match[str]) -> str:
    escape = match[1]
    return chr(int(escape[1:], 16)) if len(escape) > 1 else _CONTROLS.get(escape, escape)


def _split_json(text: str) -> tuple[str, str]:
    """The JSON in a text, and what is around it, such as headers."""
    if not text.strip():
        raise RequestError(NOTHING_PASTED)
    start, end = min((at for at in map(text.find, "{[") if at >= 0), default=-1), max(map(text.rfind, "}]")) + 1
    if start < 0:
        raise RequestError(NOT_JSON)
    end = end if end > start else len(text)
    blank = re.sub(r"[^\n]", " ", text[:start])  # so that an error has its line and column
    return blank + text[start:end], text[:start] + text[end:]


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
            raise RequestError(f"This is a list of {len(answer)}. Paste one autotune of it")
        answer = answer[0]
    if not isinstance(answer, dict):
        raise RequestError(NO_FIELDS)
    return answer
