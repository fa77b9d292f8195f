"""JSON as people type it: read strictly, with every refusal at its line and column in plain words.

The standard library's reader lets through NaN, 1e999, duplicate keys and halves of surrogate pairs, and
says nothing of where they stood; a value that would not arrive as typed must not be sent.
"""

import json
import re
from typing import Any

from .jsonreasons import invisible_sign, why_no_key, why_no_string, why_no_value, why_not
from .numbers import NUMBER, TooLarge, exact_number
from .signs import UNSHOWABLE

DEEPEST = 32

_SPACE = re.compile(r"[ \t\n\r]*")
_WORD = re.compile(r"[^\W\d]\w*")
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f]++|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+')  # as far as it is sound
_ESCAPE = re.compile(r"\\(?:u(.{4})|(.))")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LITERALS = {"true": True, "false": False, "null": None}


class JsonError(ValueError):
    """Why a text is no JSON that can be sent, without a full stop; `line` and `column` count from 1."""

    def __init__(self, text: str, at: int, reason: str) -> None:
        self.line = text.count("\n", 0, at) + 1
        self.column = at - text.rfind("\n", 0, at)
        self.reason = reason
        super().__init__(f"Line {self.line}, column {self.column}: {reason}")


def read_json(text: str) -> Any:
    """The value that `text` holds. Raises JsonError."""
    if found := UNSHOWABLE.search(text):
        raise JsonError(text, found.start(), invisible_sign(found[0]))
    return _Reader(text).document()


def write_json(value: Any) -> str:
    """The one way in which JSON is written, shown and sent; what cannot be shown is escaped."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    return UNSHOWABLE.sub(lambda sign: json.dumps(sign[0]).strip('"'), text)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def document(self) -> Any:
        self._skip_space()
        value = self._value(1)
        if self._next():
            raise self._unexpected("there is something after the end of the value")
        return value

    def _error(self, reason: str, at: int | None = None) -> JsonError:
        return JsonError(self.text, self.at if at is None else at, reason)

    def _unexpected(self, reason: str) -> JsonError:
        return self._error(why_not(reason, self.text, self.at))

    def _skip_space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _next(self) -> str:
        self._skip_space()
        return self._peek()

    def _value(self, depth: int) -> Any:
        sign = self._peek()
        if sign in ("{", "["):
            if depth > DEEPEST:
                raise self._error(f"values are nested more than {DEEPEST} deep")
            return self._object(depth) if sign == "{" else self._array(depth)
        if sign == '"':
            return self._string()
        return self._number() if sign.isascii() and (sign.isdigit() or sign == "-") else self._word()

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.at += 1
        while self._more("}", first=not found):
            key = self._key(found)
            self._skip_space()
            found[key] = self._value(depth + 1)
        return found

    def _array(self, depth: int) -> list[Any]:
        found: list[Any] = []
        self.at += 1
        while self._more("]", first=not found):
            found.append(self._value(depth + 1))
        return found

    def _more(self, end: str, first: bool) -> bool:
        """Steps to the next member, or past the end; says what is wrong in between."""
        sign, what = self._next(), "object" if end == "}" else "list"
        if sign == end:
            self.at += 1
            return False
        if not sign:
            raise self._error(f"the {what} is not closed; add {end}")
        return first or self._comma(sign, end, what)

    def _comma(self, sign: str, end: str, what: str) -> bool:
        if sign != ",":
            raise self._unexpected(f"a comma or {end} is missing here")
        comma, self.at = self.at, self.at + 1
        if self._next() == end:
            raise self._error("remove the comma after the last value", comma)
        if not self._peek():
            raise self._error(f"the {what} is not closed; add {end}")
        return True

    def _key(self, found: dict[str, Any]) -> str:
        start = self.at
        if self._peek() != '"':
            raise self._error(why_no_key(self.text, self.at))
        key = self._string()
        if key in found:
            raise self._error(f"the key {write_json(key)} stands here twice", start)
        if self._next() != ":":
            raise self._unexpected("a colon is missing after the key")
        self.at += 1
        return key

    def _string(self) -> str:
        match = _QUOTED.match(self.text, self.at)
        end = match.end() if match else self.at
        if not self.text.startswith('"', end):
            raise self._error(*why_no_string(self.text, self.at, end))
        try:
            value = _unescaped(self.text[self.at + 1 : end])
        except UnicodeDecodeError:
            raise self._error("this text holds half of a surrogate pair, which cannot be sent") from None
        self.at = end + 1
        return value

    def _number(self) -> int | float:
        match = NUMBER.match(self.text, self.at)
        rest = self.text[match.end() : match.end() + 1] or " " if match else " "
        if not match or rest.isalnum() or rest in ("_", "."):
            raise self._error("this is not how JSON writes a number; write it like 12, -3 or 0.5")
        try:
            value = exact_number(match[0])
        except TooLarge as error:
            raise self._error(f"{error}; put it in quotes or make it smaller") from None
        except ValueError as error:
            raise self._error(str(error)) from None
        self.at = match.end()
        return value

    def _word(self) -> Any:
        match = _WORD.match(self.text, self.at)
        word = match[0] if match else ""
        if word not in _LITERALS:
            raise self._error(why_no_value(self.text, self.at))
        self.at += len(word)
        return _LITERALS[word]


def _unescaped(text: str) -> str:
    """Raises UnicodeDecodeError for half of a surrogate pair."""
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else _ESCAPED.get(found[2], found[2]), text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le")  # joins the halves of pairs
