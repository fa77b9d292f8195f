"""JSON as people type it: read strictly, and every error at its place with what to do about it.

The standard library decodes it. It would also take NaN, duplicate keys, halves of surrogate pairs, numbers that Statsig
rounds and any depth, and its hooks know no positions: these are looked for first, token by token.
"""

import json
import re
from typing import Any

from .characters import escape_json
from .json_hints import Context, explain
from .limits import MAX_JSON
from .numbers import NUMBER, Inexact, TooLarge, exact_number

MAX_DEPTH = 32

# A token after its separators; group 1 is where it starts, and `key` the colon that makes a string one.
_TOKEN = re.compile(
    r"[ \t\n\r,:]*+()(?:"
    r'(?P<string>"(?:[^"\\\x00-\x1f]++|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+")(?P<key>[ \t\n\r]*+:)?'
    rf"|(?P<number>{NUMBER})|(?P<open>[\[{{])|(?P<close>[\]}}])"
    r"|(?P<literal>true|false|null)|(?P<constant>NaN|-?Infinity)|(?P<other>(?s:.))|\Z)"
)
# Whole pairs and all other escapes are passed over: group 1 is half a pair.
_HALF = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2}|[\ud800-\udfff])|\\."
)
_ENCODER = json.JSONEncoder(indent=2, ensure_ascii=False, allow_nan=False)


class JsonError(ValueError):
    """What is wrong with a text, without a full stop.

    `line` and `column` count characters from 1; both are 0 where the text as a whole is meant.
    """

    def __init__(self, reason: str, text: str = "", at: int | None = None) -> None:
        self.reason = reason
        self.line = 0 if at is None else text.count("\n", 0, at) + 1
        self.column = 0 if at is None else at - text.rfind("\n", 0, at)
        super().__init__(reason if at is None else f"Line {self.line}, column {self.column}: {reason}")


def read_json(text: str) -> Any:
    """The value that `text` holds. Raises JsonError, also for more than MAX_JSON characters, typed or formatted."""
    if len(text) > MAX_JSON:
        raise JsonError(f"Shorten this to {MAX_JSON:,} characters; it has {len(text):,}")
    if half := next((found for found in _HALF.finditer(text) if found[1]), None):
        raise JsonError(f"Remove {escape_json(half[1])}: it is only half of a character", text, half.start())
    _follow(text, len(text))
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        reason, at = explain(text, error.msg, error.pos, _follow(text, error.pos))
        raise JsonError(reason, text, at) from None
    _check_formatted(value)
    return value


def write_json(value: Any) -> str:
    """The one way in which JSON is written, shown and sent; what no page can show is escaped."""
    return escape_json("".join(_ENCODER.iterencode(value)))


def _check_formatted(value: Any) -> None:
    """Stops at the limit: a short text that is deeply nested becomes a very long one."""
    pieces, length = [], 0
    for piece in _ENCODER.iterencode(value):
        pieces.append(piece)
        length += len(piece)
        if length > MAX_JSON:
            break
    if len(escape_json("".join(pieces))) > MAX_JSON:
        raise JsonError(f"Shorten this: formatted, it has more than {MAX_JSON:,} characters")


def _follow(text: str, end: int) -> Context:
    """Takes the tokens up to `end`, or to the first that JSON does not have."""
    context = Context()
    for token in _TOKEN.finditer(text, 0, end):
        if token.lastgroup in ("other", None):
            break
        if reason := _take(token, context):
            raise JsonError(reason, text, token.start(1))
        context.last = token
    return context


def _take(token: re.Match[str], context: Context) -> str:
    """Why a token cannot be sent although the standard library takes it; blank if it can."""
    match token.lastgroup:
        case "number":
            return _number_reason(token["number"])
        case "key":
            return _duplicate(token["string"], context)
        case "constant":
            return f"JSON has no {token['constant']}: write null or a number"
        case "open" if len(context.open) == MAX_DEPTH:
            return f"Use at most {MAX_DEPTH} levels of nesting"
        case "open":
            context.open.append((token["open"], set()))
        case "close":
            del context.open[-1:]
    return ""


def _duplicate(string: str, context: Context) -> str:
    key = json.loads(string) if "\\" in string else string[1:-1]
    keys = context.open[-1][1] if context.open else set()
    if key in keys:
        return f"Duplicate key {write_json(key)}"
    keys.add(key)
    return ""


def _number_reason(number: str) -> str:
    if len(number) <= 15 and number.lstrip("-").replace(".", "", 1).isdigit():
        return ""  # as short as this a double holds every decimal
    try:
        exact_number(number)
    except (TooLarge, Inexact) as error:
        return f"{error}. Round it, or put it in double quotes"
    return ""
