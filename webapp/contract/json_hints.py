"""What people type or paste that is not JSON, and what to do about it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from unicodedata import normalize

from .characters import INVISIBLE, ODD_SPACE, UNSHOWABLE, code_point


@dataclass
class Context:
    """What comes before a place: the brackets still open, each with its keys so far, and the last token."""

    open: list[tuple[str, set[str]]] = field(default_factory=list)
    last: re.Match[str] | None = None


_Rules = list[tuple[re.Pattern[str], str]]


def _rules(*rules: tuple[str, str]) -> _Rules:
    """Patterns and what to do; `%s` is the pattern's group, or else all that it matches."""
    return [(re.compile(pattern), reason) for pattern, reason in rules]


_EXAMPLE = 'such as {"color": "red"}'
_FENCE = "Remove the ``` lines around the JSON"
_EXTRA = "Unexpected text after the JSON"
_ROUND = "Write a list with [ and ], not with ( and )"
_TO_QUOTE = "Put double quotes around %s"
_NUMBER = "Write a number like 12, -3 or 0.5, or put it in double quotes"

# From the first character of the text that is no space.
_WHOLE = _rules(
    (r"\Z", f"Enter JSON, {_EXAMPLE}"),
    (r"```|~~~", _FENCE),
    (
        r'"[{\[](?s:.)*?""|[{\[][{\[\s]*+""[^\s:,}\]"]',
        'Remove the double quotes around the JSON, and write " where it has ""',
    ),
    (r'\||[^\n{\["]*?[^\s{\["]\t', f"Write the table as JSON, {_EXAMPLE}"),
    (
        r"---\s|[^\W\d][\w-]*+ ?:(?:\s|\Z)|(?:\"[^\"\n]*+\"|'[^'\n]*+')\s*+:",
        f"Write keys and values as one object, {_EXAMPLE}",
    ),
    (r"[-*] +[^\s\d]", 'Write the values as one list, such as ["a", "b"]'),
    (r"(?:[^\W\d][\w.$ ]*+=|return|export default)\s*+[{\[]", "Remove the code before the JSON"),
)
_ANYWHERE = (
    (r"[“”„‟«»″`\u00b4\u2018-\u201b\u2032\u2039\u203a]", "Use straight double quotes, not %s"),
    (r"'", "Use double quotes, not single quotes"),
    (r"\\u[0-9a-fA-F]{4}", "Remove %s"),
    (r'\\"', "Remove the backslashes before the double quotes"),
    (r"\.\.\.?|…", "Write values in place of %s, or remove it"),
    (r"/\*|//|#", "JSON has no comments: remove it"),
)
_VALUE = _rules(
    (r"#[0-9a-fA-F]{3,8}(?=\s*+(?:[,}\]]|\Z))", _TO_QUOTE),  # a color
    (r"(?:https?://|//[\w-]+\.)[^\s,}\]\"]++", _TO_QUOTE),  # an address
    *_ANYWHERE,
    (r",", "Enter a value before this comma, or remove the comma"),
    (r"[\u2010-\u2015\u2212\ufe63\uff0d] ?([0-9.]+)", "Write -%s with a plain hyphen"),
    (r"\+", "Remove the plus sign"),
    (r"-?\.[0-9]", "Write a zero before the decimal point, as in 0.5"),
    (r"[-+]?(?i:nan|inf|infinity)\b", "JSON has no %s: write null or a number"),
    (r"-", _NUMBER),
    (r"(?i:true)\b", "Write true instead of %s"),
    (r"(?i:false)\b", "Write false instead of %s"),
    (r"(?i:null|none|nil|undefined)\b", "Write null instead of %s"),
    (r"[bBfFrRuU]{1,2}(?=[\"'])", "Remove the %s before the quotes"),
    (r"\(", _ROUND),
    (r"[^\s,:\[\]{}()\"']+", _TO_QUOTE),
    (r"", "Enter a value here"),
)
_KEY = _rules(
    *_ANYWHERE,
    (r",", "Remove this comma"),
    (r"(?<=[0-9],)[0-9]", "Write numbers without commas, such as 1000 or 0.5"),
    (r"\]", "Close the object with }, not ]"),
    (r"[{\[]", "Enter a key in double quotes before this %s"),
    (r"", "Put double quotes around the key"),
)
_COLON = _rules(
    *_ANYWHERE,
    (r"=>?", "Write a colon after the key, not %s"),
    (r"[,}]|\Z", "Add a colon and a value after this key"),
    (r"", "Add a colon after this key"),
)
_COMMA = _rules(
    *_ANYWHERE,
    (r";", "Write a comma, not %s"),
    (r"\]", "Close the object with }, not ]"),
    (r"\}", "Close the list with ], not }"),
    (r":|=>", "Put keys and values in { and }, not in [ and ]"),
    (r"\)", _ROUND),
    (r"", "Add a comma here"),
)
_END = _rules(
    (r"```|~~~", _FENCE),
    *_ANYWHERE,
    (r";", "Remove the semicolon after the JSON"),
    (r",\s*+\Z", "Remove the comma after the JSON"),
    (r',?\s*+[{\["0-9]', f"{_EXTRA}: put several values into one list, such as [1, 2]"),
    (r"[}\]]", "Remove this %s: nothing is open here"),
    (r"", _EXTRA),
)
_IN_TEXT = _rules(
    (r"\\'", "Remove the backslash before the single quote"),
    (r"\\u[0-9a-fA-F]{4}|\"", "Close this text with a double quote"),
    (r"\\u", "Write four hexadecimal digits after \\u, such as \\u00e9"),
    (r"\\", "Write \\\\ for a backslash"),
    (r"\t", "Write \\t for a tab"),
    (r"[\n\r]", "Close the double quotes before the end of the line, or write \\n for a line break"),
)
_WORD = _rules((r"-?[0-9]", _NUMBER), (r"[^\s,:\[\]{}()\"']+", _TO_QUOTE))
_STARTS_VALUE = re.compile(r"[\"{\[\w-]")
_Found = tuple[str, int] | None
_CURLY_END = re.compile(r"[\s,:]*+\"[^\"\n]*?([“”„‟«»])[ \t]*+(?:[:,}\]\n]|\Z)")
_JOINED = re.compile(r"(?!//|/\*)[^\s,;#=\[\]{}()\"']")


def _first(rules: _Rules, text: str, at: int) -> str:
    """Blank where nothing matches."""
    found = ((pattern.match(text, at), reason) for pattern, reason in rules)
    return next((reason.replace("%s", match[match.lastindex or 0][:30]) for match, reason in found if match), "")


def _odd_character(text: str, at: int, _: Context) -> _Found:
    character = text[at : at + 1]
    if ODD_SPACE.match(character):
        return f"Replace the invisible space {code_point(character)} with a plain space", at
    if UNSHOWABLE.match(character) or INVISIBLE.match(character):
        return f"Remove the invisible character {code_point(character)}", at
    plain = normalize("NFKC", character)
    return (f"Write {plain} instead of {character}", at) if plain != character and plain in set('{}[]:,"') else None


def _joined(text: str, at: int, context: Context) -> _Found:
    """What goes on right after a number, true, false or null, such as 12px."""
    last = context.last
    if not last or last.end() != at or last.lastgroup not in ("number", "literal") or not _JOINED.match(text, at):
        return None
    start = last.start(last.lastgroup)
    return _first(_WORD, text, start), start


def _trailing_comma(text: str, at: int, _: Context) -> _Found:
    before = text[:at].rstrip()
    ends = text.startswith(("}", "]"), at) and before.endswith(",")
    return ("Remove the comma after the last value", len(before) - 1) if ends else None


def _early_end(text: str, at: int, context: Context) -> _Found:
    if at < len(text):
        return None
    missing = {":": "add a value and ", ",": "replace the comma with "}.get(text.rstrip()[-1:], "add ")
    closing = "".join("}" if bracket == "{" else "]" for bracket, _ in reversed(context.open))
    return f"The JSON ends too early: {missing}{closing}", at


def _no_comma(text: str, at: int, context: Context) -> _Found:
    """Between two values; a word after a text may as well belong into it."""
    if not context.last or not _STARTS_VALUE.match(text, at):
        return None
    if context.last.lastgroup == "string" and (curly := _CURLY_END.match(text, context.last.start(1))):
        return f"Use straight double quotes, not {curly[1]}", curly.start(1)
    if context.last.lastgroup == "string" and (context.last.end() == at or text[at] not in '"{['):
        return 'Add a comma here, or write \\" for a double quote inside text', at
    return "Add a comma here", context.last.end()


def _in_text(text: str, at: int, context: Context) -> tuple[str, int]:
    if curly := _CURLY_END.match(text, context.last.end() if context.last else 0):
        return f"Use straight double quotes, not {curly[1]}", curly.start(1)
    at -= text.startswith("u", at)  # from where the standard library points to the backslash
    return _first(_IN_TEXT, text, at) or f"Remove the invisible character {code_point(text[at])}", at


_KINDS: dict[str, tuple[_Rules, tuple[Callable[[str, int, Context], _Found], ...]]] = {
    "Expecting value": (_VALUE, (_trailing_comma, _early_end)),
    "Expecting property name": (_KEY, (_trailing_comma, _early_end)),
    "Expecting ':'": (_COLON, ()),
    "Expecting ','": (_COMMA, (_joined, _early_end, _no_comma)),
    "Extra data": (_END, (_joined,)),
}


def explain(text: str, message: str, at: int, context: Context) -> tuple[str, int]:
    """What to do about `message`, which the standard library has for the place `at`; and the place to show."""
    start = len(text) - len(text.lstrip(" \t\n\r"))
    if reason := _first(_WHOLE, text, start):
        return reason, start
    if message.startswith(("Invalid", "Unterminated")):
        return _in_text(text, at, context)
    kind = next((kind for kind in _KINDS if message.startswith(kind)), "Expecting value")
    rules, explanations = _KINDS[kind]
    for explanation in (_odd_character, *explanations):
        if found := explanation(text, at, context):
            return found
    return _first(rules, text, at), at
