"""Takes the key out of whatever comes from upstream, before it is shown, logged or stored."""

import base64
import html
import re
import unicodedata
from functools import cache, lru_cache
from typing import Any, NamedTuple

from ..config import Secret
from ..config.secret import KEY_SHAPE
from ..contract import visible

HIDDEN = "[key]"
RUN = 12  # signs in a row of the secret part that count as the key
SHORTEST = 8  # signs of a secret part; below that it is a word, such as the sandbox's, and hidden as it stands alone
LAST_ADORNED = 0x1FFFF  # no sign beyond stands for a plain one
ROUNDS = 4  # of encoding, one within the other, that are undone; what is packed deeper is hidden whatever it is

_PREFIX = re.compile(r"(?:console|secret)-", re.IGNORECASE)
_PERCENT = re.compile(r"(?:%[0-9a-f]{2})+", re.IGNORECASE)
_ESCAPE = re.compile(r"\\(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,5})\}|x([0-9a-f]{2}))", re.IGNORECASE)
_JUNK = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_CODINGS = ("utf-8", "utf-16-le")  # utf-16-be is the same bytes, one on


class _Traces(NamedTuple):
    """`plain` matches the key as it is, and what looks like any key. Every `runs` of `length` signs gives the key
    away, folded; such a run covers one of the `blocks` of `step` signs that a text falls into.
    """

    plain: re.Pattern[str]
    length: int
    runs: frozenset[bytes]
    step: int
    blocks: frozenset[bytes]


def redact(value: Any, key: Secret) -> Any:
    """The same JSON value without the key in any of its spellings, and without what cannot be shown.

    A key that stands there as it is, is taken out of its sentence; a text that holds it in disguise is hidden whole.
    """
    if isinstance(value, str):
        return _redacted(value, _traces(key))
    if isinstance(value, list):
        return [redact(item, key) for item in value]
    if isinstance(value, dict):
        return {redact(name, key): redact(item, key) for name, item in value.items()}
    return value


def _redacted(text: str, traces: _Traces) -> str:
    if len(text) < traces.length and text.isascii():
        return visible(text)
    rest = traces.plain.sub(HIDDEN, text)
    return HIDDEN if _gives_away(rest, traces) else visible(rest)


def _gives_away(text: str, traces: _Traces) -> bool:
    for _ in range(ROUNDS + 1):
        if _holds_a_run(_folded(text), traces):
            return True
        try:
            text, packed = _decoded(text), text
        except ValueError:  # a number of thousands of digits where a sign should be
            return True
        if text == packed:
            return False
    return True


def _decoded(text: str) -> str:
    """With one layer of percent signs, of entities and of escapes undone."""
    text = _PERCENT.sub(lambda found: bytes.fromhex(found[0].replace("%", "")).decode(errors="replace"), text)
    text = html.unescape(text) if "&" in text else text
    return _ESCAPE.sub(lambda found: chr(int(found[1] or found[2] or found[3], 16)), text)


def _folded(text: str) -> bytes:
    """Its plain letters and digits alone, small: whatever else stands between them hides nothing."""
    plain = text if text.isascii() else text.translate(_adorned())
    return plain.lower().encode("ascii", "ignore").translate(None, _JUNK)


@cache
def _adorned() -> dict[int, str]:
    """What letters and digits with accents, or of another width or style, stand for.

    Sign by sign: in a whole text every run of accents would be put in order, in time that grows with its square.
    """
    plain = ((code, _unadorned(chr(code))) for code in range(0x80, LAST_ADORNED + 1))
    return {code: sign for code, sign in plain if sign}


def _unadorned(sign: str) -> str:
    return unicodedata.normalize("NFKD", sign).casefold().encode("ascii", "ignore").decode()


def _holds_a_run(text: bytes, traces: _Traces) -> bool:
    """In time that grows with the text alone: only around a block that the key has too is looked any closer."""
    for at in range(0, len(text), traces.step):
        if text[at : at + traces.step] in traces.blocks:
            nearby = range(max(at + traces.step - traces.length, 0), at + 1)
            if any(text[start : start + traces.length] in traces.runs for start in nearby):
                return True
    return False


@lru_cache(maxsize=32)
def _traces(key: Secret) -> _Traces:
    secret = _PREFIX.sub("", key.reveal(), count=1)
    spellings = [_folded(spelling) for spelling in _spellings(secret)]
    length = min(RUN, len(spellings[0]))
    runs = _pieces(spellings, length) if length >= SHORTEST else frozenset[bytes]()
    step = max(length // 2, 1)
    plain = re.compile(f"{re.escape(key.reveal())}|{KEY_SHAPE}", re.IGNORECASE)
    return _Traces(plain, length, runs, step, _pieces(list(runs), step))


def _spellings(secret: str) -> list[str]:
    """As it is, in hex, and in base64 wherever it stands."""
    coded = [secret.encode(coding) for coding in _CODINGS]
    return [secret, *(each.hex() for each in coded), *(_base64(each, at) for each in coded for at in range(3))]


def _base64(coded: bytes, before: int) -> str:
    """What is the same of its base64 whatever stands around it, `before` bytes into a group of three."""
    encoded = base64.b64encode(b"\0" * before + coded).decode().rstrip("=")
    return encoded[(before * 8 + 5) // 6 : (before + len(coded)) * 8 // 6]


def _pieces(texts: list[bytes], length: int) -> frozenset[bytes]:
    return frozenset(text[at : at + length] for text in texts for at in range(len(text) - length + 1))
