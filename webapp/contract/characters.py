"""Characters that are invisible on a page. They are stored and sent as typed, shown by their code points, and ignored
in comparisons."""

import json
import re
from collections.abc import Iterator
from unicodedata import name, normalize

import regex

# A page cannot contain these: controls other than tab and line ends, surrogates, noncharacters.
UNPRINTABLE = regex.compile(r"[[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]--[\t\n\r]]", regex.V1)

_FORMAT = r"\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}"  # Cf includes the bidi controls
_HIDDEN = rf"{_FORMAT}\p{{Cc}}\p{{Cs}}\p{{Noncharacter_Code_Point}}"
UNUSUAL_SPACE = regex.compile(r"[\s--[\p{Cc}\ ]]", regex.V1)
INVISIBLE = regex.compile(f"[{_FORMAT}]")

# https://www.unicode.org/reports/tr51/#EBNF_and_Regex; of the tag sequences only the three flags that are in use.
_EMOJI = r"[\p{Emoji}--\p{ASCII}](?:\p{Emoji_Modifier}|[\ufe0e\ufe0f]\u20e3?)?"
_FLAG_TAGS = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in code) for code in ("gbeng", "gbsct", "gbwls"))
# Scripts in which a joiner changes how a word is written, so that it is visible.
_SCRIPTS = (
    *("Arabic", "Syriac", "Nko", "Mandaic", "Mongolian", "Adlam", "Hanifi_Rohingya", "Devanagari", "Bengali"),
    *("Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar"),
    "Tibetan",
)
_LETTER = "[[" + "".join(rf"\p{{scx={script}}}" for script in _SCRIPTS) + r"]&&[\p{L}\p{M}]]"
_VISIBLE = "|".join(
    (
        rf"\U0001f3f4(?:{_FLAG_TAGS})\U000e007f",
        r"[0-9#*]\ufe0f\u20e3",
        rf"{_EMOJI}(?:\u200d{_EMOJI})*",
        rf"(?<={_LETTER})[\u200c\u200d](?={_LETTER})",
        r"(?<=\p{InSC=Virama})[\u200c\u200d]",
    )
)
_PLAIN = re.compile(r"[\n\r -~]*+")
_IN_TEXT = regex.compile(rf"{_VISIBLE}|(?P<hidden>[[{_HIDDEN}]--[\t\n\r]])", regex.V1)
_ON_A_LINE = regex.compile(rf"(?P<hidden>[[{_HIDDEN}\s]--[\ \n\r]])", regex.V1)

_IGNORABLE = regex.compile(r"\p{Default_Ignorable_Code_Point}+")


def code_point(character: str) -> str:
    """`U+0000`."""
    return f"U+{ord(character):04X}"


def character_name(character: str) -> str:
    """`right-to-left override`."""
    return "tab" if character == "\t" else name(character, "no name").lower()


def visible(text: str) -> str:
    """The text with U+FFFD in place of each character that cannot be shown."""
    return UNPRINTABLE.sub("\ufffd", text)


def escape_json(text: str) -> str:
    """JSON with escapes for unshowable characters that JSON allows, such as U+007F (but not U+0000)."""
    return UNPRINTABLE.sub(lambda match: match[0] if match[0] < " " else json.dumps(match[0])[1:-1], text)


def split_hidden(text: str, single_line: bool = False) -> Iterator[tuple[str, str]]:
    """Pairs of visible text and the hidden character after it, which is blank in the last pair.

    Emoji sequences and the joiners of scripts that need them are visible, except in a `single_line` such as a name:
    names are compared character by character, so there unusual spaces and tabs are hidden, too.
    """
    start = 0
    if not _PLAIN.fullmatch(text):  # 20 times as fast as the properties
        for match in (_ON_A_LINE if single_line else _IN_TEXT).finditer(text):
            if match["hidden"]:
                yield text[start : match.start()], match[0]
                start = match.end()
    yield text[start:], ""


def spell_out(text: str, single_line: bool = False) -> str:
    """The text with `[U+202E]` in place of each hidden character."""
    if _PLAIN.fullmatch(text):
        return text
    pieces = split_hidden(text, single_line)
    return "".join(f"{shown}[{code_point(hidden)}]" if hidden else shown for shown, hidden in pieces)


def hidden_characters(text: str, single_line: bool = False) -> list[str]:
    """Each hidden character once, in the order of the text."""
    return list(dict.fromkeys(hidden for _, hidden in split_hidden(text, single_line) if hidden))


def compare_key(text: str) -> str:
    """Equal for texts that look alike: without ignorable characters, compatibility forms and case."""
    return normalize("NFKC", normalize("NFKC", _IGNORABLE.sub("", text)).casefold())
