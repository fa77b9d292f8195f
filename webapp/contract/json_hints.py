"""What people type or paste that is not JSON, and what to do about it."""

import json
import re

from .characters import INVISIBLE, UNPRINTABLE, UNUSUAL_SPACE, code_point

_Rules = list[tuple[re.Pattern[str], str]]


def _rules(*rules: tuple[str, str]) -> _Rules:
    """Patterns of the text at an error, and what to do; `%s` is what the pattern matches."""
    return [(re.compile(pattern), reason) for pattern, reason in rules]


_EXAMPLE = 'such as {"color": "red"}'
_OBJECT = f"Write keys and values as one object, {_EXAMPLE}"
_LAST_COMMA = "Remove the comma after the last value"
_WORD = r"[^\s,;:\[\]{}()\"']++"

_OUTSIDE_TEXT = _rules(
    (r"```", "Remove the ``` lines around the JSON"),
    (r"[“”„‟«»″`\u00b4\u2018-\u201b\u2032\u2039\u203a]", "Use straight double quotes, not %s"),
    (r"'", "Use double quotes, not single quotes"),
    (r"/\*|//|#(?![0-9a-fA-F]{3,8}\b)", "JSON has no comments: remove it"),  # a color is not a comment
)
_VALUE = "Expecting value"
_COMMA = "Expecting ','"
_EXTRA = "Extra data"
# By the beginning of the standard library's message.
_BY_MESSAGE = {
    _VALUE: _rules(
        (r",", "Enter a value before this comma, or remove the comma"),
        (r"[-+.0-9]", "Write a number like 12, -3 or 0.5, or put it in double quotes"),
        (r"(?i:true)\b", "Write true instead of %s"),
        (r"(?i:false)\b", "Write false instead of %s"),
        (r"(?i:null|none|undefined)\b", "Write null instead of %s"),
        (r"\w++ *+:\s", _OBJECT),
        (_WORD, "Put double quotes around %s"),
        (r"", "Enter a value here"),
    ),
    "Expecting property name": _rules(
        (r",", "Remove this comma"),
        (r"(?<=[0-9],)[0-9]", "Write numbers without commas, such as 1000 or 0.5"),
        (r"[{}\[\]]", "Enter a key in double quotes before this %s"),
        (r"", "Put double quotes around the key"),
    ),
    "Illegal trailing comma": _rules((r"", _LAST_COMMA)),  # since Python 3.13
    "Expecting ':'": _rules((r"", "Add a colon after this key")),
    _COMMA: _rules(
        (r"\]", "Close the object with }, not ]"),
        (r"\}", "Close the list with ], not }"),
        (r":", "Use a colon only after a key, in { and }"),
    ),
    _EXTRA: _rules((r":", _OBJECT), (r"", "Unexpected text after the JSON")),
    "Unterminated string": _rules((r"", "Close this text with a double quote")),
    "Invalid \\escape": _rules((r"", "Write \\\\ for a backslash")),
    "Invalid \\uXXXX": _rules((r"", "Write four hexadecimal digits after \\u, such as \\u00e9")),
    "Invalid control character": _rules(
        (r"[\n\r]", "Close the double quotes before the end of the line, or write \\n for a line break"),
        (r"\t", "Write \\t for a tab"),
    ),
}
_NEXT_WORD = re.compile(rf"{_WORD}")
_LAST_WORD = re.compile(rf"(?:{_WORD})?\Z")


def explain(text: str, error: json.JSONDecodeError) -> tuple[str, int]:
    """What to do about an error, and the position to show."""
    at = error.pos
    message = next((start for start in _BY_MESSAGE if error.msg.startswith(start)), _VALUE)
    if error.msg.startswith(("Invalid", "Unterminated")):
        return _first(_BY_MESSAGE[message], text, at) or _hidden_character(text[at]), at
    if at == len(text):
        early = "The JSON ends too early: close every { and ["
        return (early if text.strip() else f"Enter JSON, {_EXAMPLE}"), at
    if reason := _hidden_character(text[at]) or _first(_OUTSIDE_TEXT, text, at):
        return reason, at
    before = text[:at].rstrip()
    if before.endswith(",") and text[at] in "}]":
        return _LAST_COMMA, len(before) - 1
    if message in (_COMMA, _EXTRA) and (start := _start_of_word(text, at)) < at:
        return _first(_BY_MESSAGE[_VALUE], text, start), start
    if reason := _first(_BY_MESSAGE[message], text, at):
        return reason, at
    inside_text = before.endswith('"') and "\n" not in text[len(before) : at]
    reason = 'Add a comma here, or write \\" for a double quote inside text' if inside_text else "Add a comma here"
    return reason, len(before)


def _first(rules: _Rules, text: str, at: int) -> str:
    """Blank if no rule matches."""
    matches = ((pattern.match(text, at), reason) for pattern, reason in rules)
    return next((reason.replace("%s", match[0][:30]) for match, reason in matches if match), "")


def _hidden_character(character: str) -> str:
    if UNUSUAL_SPACE.match(character):
        return f"Replace the invisible space {code_point(character)} with a plain space"
    if UNPRINTABLE.match(character) or INVISIBLE.match(character):
        return f"Remove the invisible character {code_point(character)}"
    return ""


def _start_of_word(text: str, at: int) -> int:
    """Where the word begins that goes on at a position, such as `12px` at `px`; the position where none does."""
    last_word = _LAST_WORD.search(text, max(0, at - 30), at) if _NEXT_WORD.match(text, at) else None
    return last_word.start() if last_word else at
