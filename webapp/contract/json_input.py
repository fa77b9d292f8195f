"""JSON as people type it: read strictly, and every error at its line and column with what to do about it."""

import json
import re
from typing import Any

from .characters import escape_json
from .json_hints import explain
from .limits import MAX_JSON
from .numbers import InexactNumber, exact_number

MAX_DEPTH = 32

# Of valid JSON; `key` is the colon that makes a string a key.
_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*+")(?P<key>\s*+:)?'
    r"|(?P<number>-?[0-9][0-9.eE+-]*+)|(?P<constant>NaN|-?Infinity)|(?P<open>[\[{])|(?P<close>[\]}])"
)
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


class JsonError(ValueError):
    """What is wrong with a text, without a period."""


def read_json(text: str, max_length: int = MAX_JSON) -> Any:
    """The value that `text` holds. Raises JsonError, also for more than `max_length` characters, typed or formatted."""
    if len(text) > max_length:
        raise JsonError(f"Shorten this to {max_length:,} characters; it has {len(text):,}")
    value = None
    try:
        value = json.loads(text, parse_int=lambda digits: int(digits[:20]))  # `int` refuses thousands of digits
    except json.JSONDecodeError as error:
        reason, at = explain(text, error)
        raise JsonError(_with_position(reason, text, at)) from None
    except RecursionError:
        pass  # _check_tokens refuses this depth, with its position
    _check_tokens(text)
    if len(write_json(value)) > max_length:
        raise JsonError(f"Shorten this: formatted, it has more than {max_length:,} characters")
    return value


def _with_position(reason: str, text: str, at: int) -> str:
    line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
    return f"{reason} (line {line}, column {column})"


def write_json(value: Any) -> str:
    """JSON as it is shown and sent: formatted, with escapes for what a page cannot show."""
    return escape_json(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False))


def _check_tokens(text: str) -> None:
    """Refuses what `json.loads` accepts, but Statsig would not receive as typed."""
    open_keys: list[set[str]] = [set()]
    for token in _TOKEN.finditer(text):
        if reason := _check_token(token, open_keys):
            raise JsonError(_with_position(reason, text, token.start()))


def _check_token(token: re.Match[str], open_keys: list[set[str]]) -> str:
    """Why a token is refused; blank if it is not. `open_keys` are the keys so far in each open bracket."""
    if token["string"]:
        return _check_string(token, open_keys[-1])
    if token["number"]:
        return _check_number(token["number"])
    if token["constant"]:
        return f"JSON has no {token['constant']}: write null or a number"
    if token["close"]:
        open_keys.pop()
        return ""
    open_keys.append(set())
    return f"Use at most {MAX_DEPTH} levels of nesting" if len(open_keys) > MAX_DEPTH + 1 else ""


def _check_string(token: re.Match[str], keys: set[str]) -> str:
    string = json.loads(token["string"])
    if half := _LONE_SURROGATE.search(string):
        return f"Remove {escape_json(half[0])}: it is only half of a character"
    if token["key"]:
        if string in keys:
            return f"Duplicate key {write_json(string)}"
        keys.add(string)
    return ""


def _check_number(number: str) -> str:
    try:
        exact_number(number)
    except InexactNumber as error:
        return f"{error}. Round it, or put it in double quotes"
    return ""
