"""JSON values as literals, and keys as names of variables, in the languages of the SDK snippets."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain, count
from keyword import kwlist
from typing import Any
from unicodedata import combining, normalize

_INDENT = "    "
_MAX_LINE = 100  # characters; longer groups are put on several lines
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}

_JAVASCRIPT_WORDS = (
    "arguments case catch const debugger default delete do enum eval export extends false function implements"
    " instanceof interface let new null package private protected public static super switch this throw true typeof"
    " undefined var void"
)
_SWIFT_WORDS = (
    "associatedtype defer deinit extension fallthrough fileprivate func guard init inout internal nil open operator"
    " precedencegroup protocol repeat rethrows self struct subscript throws typealias where"
)
_KOTLIN_WORDS = "fun object val when arrayOf emptyList emptyMap listOf mapOf"
_USED_WORDS = "amount application autotune clientKey secret_key statsig user"  # by the snippets themselves
_WORDS = (_JAVASCRIPT_WORDS, _SWIFT_WORDS, _KOTLIN_WORDS, _USED_WORDS)

# No variable has one of these names, whatever the language.
_TAKEN = frozenset(kwlist).union(*(words.split() for words in _WORDS))


@dataclass(frozen=True)
class Language:
    """`escape` writes a character that cannot be seen. `items` and `pairs` are what stands around what is listed."""

    escape: Callable[[str], str]
    separator: str = ": "
    items: tuple[str, str] = ("[", "]")
    pairs: tuple[str, str] = ("{", "}")
    no_items: str = "[]"
    no_pairs: str = "{}"
    null: str = "null"
    true: str = "true"
    false: str = "false"
    special: tuple[str, ...] = ()  # characters that take a backslash, besides the usual ones
    snake_case: bool = False

    def literal(self, value: Any) -> str:
        """Floats have a decimal point or an exponent, and the literal has no line breaks."""
        if value is None:
            return self.null
        if isinstance(value, bool):
            return self.true if value else self.false
        if isinstance(value, str):
            return self.string(value)
        if isinstance(value, list):
            return ", ".join(map(self.literal, value)).join(self.items) if value else self.no_items
        if isinstance(value, dict):
            pairs = (self.pair(key, self.literal(item)) for key, item in value.items())
            return ", ".join(pairs).join(self.pairs) if value else self.no_pairs
        return repr(value)

    def string(self, text: str) -> str:
        return f'"{"".join(map(self._character, text))}"'

    def pair(self, key: str, code: str) -> str:
        return f"{self.string(key)}{self.separator}{code}"

    def field(self, name: str) -> str:
        """A field of the SDK's user, whose name is `name` in camel case."""
        return "_".join(_split(name)) if self.snake_case else name

    def _character(self, character: str) -> str:
        if character in self.special:
            return f"\\{character}"
        return _ESCAPES.get(character) or (character if character.isprintable() else self.escape(character))


class _JavaScript(Language):
    def pair(self, key: str, code: str) -> str:
        # As a plain key it would set the prototype.
        name = f"[{self.string(key)}]" if key == "__proto__" else self.string(key)
        return f"{name}: {code}"


def _json_escape(character: str) -> str:
    return json.dumps(character)[1:-1] if character != "\x7f" else "\\u007f"


def _python_escape(character: str) -> str:
    code = ord(character)
    return f"\\U{code:08x}" if code > 0xFFFF else f"\\u{code:04x}"


def _swift_escape(character: str) -> str:
    """Swift has no lone surrogates."""
    code = ord(character)
    return f"\\u{{{0xFFFD if 0xD800 <= code <= 0xDFFF else code:x}}}"


def _utf16_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


JAVASCRIPT = _JavaScript(_json_escape)
PYTHON = Language(_python_escape, null="None", true="True", false="False", snake_case=True)
SWIFT = Language(
    _swift_escape,
    items=("[", "] as [Any]"),
    pairs=("[", "] as [String: Any]"),
    no_items="[] as [Any]",
    no_pairs="[:] as [String: Any]",
    null="NSNull()",  # what the SDK has for it; a collection of Any holds no nil
)
KOTLIN = Language(
    _utf16_escape,
    separator=" to ",
    items=("listOf(", ")"),
    pairs=("mapOf(", ")"),
    no_items="emptyList<Any>()",
    no_pairs="emptyMap<String, Any>()",
    special=("$",),
)


class Names:
    """The names of a snippet's variables: each text becomes a name that is not taken yet."""

    def __init__(self, language: Language) -> None:
        self._snake_case = language.snake_case
        self._used: set[str] = set()

    def new(self, text: str) -> str:
        words = _words(text, self._snake_case)
        if not words or words[0][0].isdigit():
            words = ["value", *words]
        if self._join(words) in _TAKEN:
            words.append("value")
        numbered = (self._join([*words, str(number)]) for number in count(2))
        name = next(name for name in chain([self._join(words)], numbered) if name not in self._used)
        self._used.add(name)
        return name

    def _join(self, words: list[str]) -> str:
        if self._snake_case:
            return "_".join(words)
        return words[0] + "".join(word[0].upper() + word[1:] for word in words[1:])


def _words(text: str, snake_case: bool) -> list[str]:
    """None for a text with letters that have no ASCII form: what is left of it would mislead."""
    plain = "".join(letter for letter in normalize("NFKD", text) if not combining(letter))
    if any(letter.isalnum() and not letter.isascii() for letter in plain):
        return []
    words = re.findall("[A-Za-z0-9]+", plain)
    if snake_case:
        return [part for word in words for part in _split(word)]
    return [_uncapitalized(words[0]), *words[1:]] if words else []


def _split(word: str) -> list[str]:
    """`companyID` into `company` and `id`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", word).lower().split()


def _uncapitalized(word: str) -> str:
    return word.lower() if word.isupper() else word[0].lower() + word[1:]


def group(opening: str, items: Iterable[str], closing: str, space: str = "") -> str:
    """On one line if it fits; `space` is inside its brackets."""
    parts = list(items)
    line = f"{opening}{space}{', '.join(parts)}{space}{closing}" if parts else f"{opening}{closing}"
    if len(line) <= _MAX_LINE and "\n" not in line:
        return line
    lines = ",\n".join(parts).split("\n")
    return "\n".join([opening, *(f"{_INDENT}{line}" for line in lines), closing])
