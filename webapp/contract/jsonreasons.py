"""Why a text is no JSON, in plain words: for what people write instead, what to write."""

import re

from .signs import INVISIBLE, ODD_SPACE, code_point

_ANYTHING = re.compile("")
_CURLY = (re.compile("[“”„‟\u2018\u2019\u201a\u201b]"), "use straight double quotes, not curly ones")
_DOTS = (re.compile(r"\.\.|…"), "JSON has no dots in place of values; write the values, or remove the dots")
_NO_COMMENTS = "JSON has no comments; remove this"

# What stands there, as a pattern, and what is said of it.
_NO_KEY = (_CURLY, _DOTS, (re.compile(","), "remove this comma"), (_ANYTHING, "a key must stand in double quotes"))
_NO_VALUE = (
    _CURLY,
    _DOTS,
    (re.compile(r"\Z"), "a value is missing at the end"),
    (re.compile(","), "a value is missing before the comma"),
    (re.compile("'"), "JSON wants double quotes, not single ones"),
    (re.compile("`"), "JSON wants double quotes, not backticks"),
    (re.compile(r"\+"), "a number has no plus sign in front"),
    (re.compile(r"\.[0-9]"), "write a zero before the point, as in 0.5"),
    (_ANYTHING, "a value is expected here"),
)
_OPEN = "the text that begins here has no closing quote"
_HEX = "after \\u four hexadecimal digits are expected"
_NO_STRING = (
    (re.compile(r"\\?\Z"), _OPEN),
    (re.compile(r"\\u"), _HEX),
    (re.compile(r"\\"), "after a backslash JSON knows only the signs \\ / b f n r t u and the double quote"),
    (re.compile(r"\t"), 'a tab inside quotes is written as "\\t"'),
    (_ANYTHING, 'close the quotes before the end of this line; a line break inside quotes is written as "\\n"'),
)

_MEANT = {"true": "true", "false": "false", "null": "null", "none": "null", "nil": "null"}
_NO_JSON = ("nan", "infinity", "inf", "undefined")
_WORD = re.compile(r"(?:[^\W\d]\w*|[#/][^\s,\[\]{}\"]*)")
_COMMENT = re.compile(r"/\*|//|#")
_COMMENT_AND_NO_TEXT = re.compile(r"/\*|(?://|#)(?:\s|\Z)")  # `#fff` and `//cdn.test` are texts without quotes


def invisible_sign(sign: str) -> str:
    return f"the invisible sign {code_point(sign)} stands here; remove it"


def why_not(reason: str, text: str, at: int) -> str:
    """What is said of this place where a comma, a colon or an end was expected; `reason` if nothing better."""
    return _invisible(text, at) or (_NO_COMMENTS if _COMMENT.match(text, at) else reason)


def why_no_key(text: str, at: int) -> str:
    return why_not(_first(_NO_KEY, text, at), text, at)


def why_no_value(text: str, at: int) -> str:
    return _invisible(text, at) or _comment(text, at) or _word(text, at) or _first(_NO_VALUE, text, at)


def why_no_string(text: str, start: int, at: int) -> tuple[str, int]:
    """For quotes that open at `start`, and what stands at `at` in them; with the place to show."""
    reason = _first(_NO_STRING, text, at)
    return reason, {_OPEN: start, _HEX: at + 1}.get(reason, at)


def _first(reasons: tuple[tuple[re.Pattern[str], str], ...], text: str, at: int) -> str:
    return next(reason for pattern, reason in reasons if pattern.match(text, at))


def _invisible(text: str, at: int) -> str:
    if found := ODD_SPACE.match(text, at):
        return f"the invisible space {code_point(found[0])} stands here; replace it by a plain one"
    found = INVISIBLE.match(text, at)
    return invisible_sign(found[0]) if found else ""


def _comment(text: str, at: int) -> str:
    """Where a value is expected, what is no text without quotes: a sign with a space after it, or first on its line."""
    first_on_line = not text[text.rfind("\n", 0, at) + 1 : at].strip()
    return _NO_COMMENTS if (_COMMENT if first_on_line else _COMMENT_AND_NO_TEXT).match(text, at) else ""


def _word(text: str, at: int) -> str:
    match = _WORD.match(text, at)
    if not match:
        return ""
    word = match[0]
    if word.lower() in _MEANT:
        return f"write {_MEANT[word.lower()]} here, as JSON does"
    if word.lower() in _NO_JSON:
        return f"{word} is not a JSON value; write null or a number"
    return f"{word[:30]} is not a JSON value; put text in double quotes"
