"""Removes the key from everything that Statsig answers, before it is shown, logged or stored.

Recognized are the key as it is, percent-encoded, JSON-escaped and in base64, and anything shaped like a Statsig key.
"""

import base64
import re
from functools import lru_cache
from typing import Any

from ..config import Secret
from ..config.secret import KEY_SHAPE
from ..contract.characters import visible

HIDDEN = "[key]"


def redact(value: Any, key: Secret) -> Any:
    """The same JSON value without the key, and without characters that cannot be shown."""
    if isinstance(value, str):
        return visible(_without_key(value, key))
    if isinstance(value, list):
        return [redact(item, key) for item in value]
    if isinstance(value, dict):
        return {redact(name, key): redact(item, key) for name, item in value.items()}
    return value


def _without_key(text: str, key: Secret) -> str:
    plain, escaped, encoded = _patterns(key)
    text = encoded.sub(HIDDEN, plain.sub(HIDDEN, text))
    return escaped.sub(HIDDEN, text) if "%" in text or "\\" in text else text


@lru_cache(maxsize=32)
def _patterns(key: Secret) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns for the key itself, for the key with any of its characters escaped, and for its base64."""
    text = key.reveal()
    spellings = (rf"(?:{re.escape(char)}|%{ord(char):02x}|\\u{ord(char):04x})" for char in text)
    encoded = "|".join(_base64(text.encode(), before) for before in range(3))
    return (
        re.compile(f"{re.escape(text)}|{KEY_SHAPE}", re.IGNORECASE),
        re.compile("".join(spellings), re.IGNORECASE),
        re.compile(f"(?:{encoded})[A-Za-z0-9+/_=-]*"),
    )


def _base64(text: bytes, before: int) -> str:
    """A pattern for the part of its base64 that is the same whatever stands around it, `before` bytes into a group."""
    encoded = base64.b64encode(b"\0" * before + text).decode().rstrip("=")
    stable = encoded[(before * 8 + 5) // 6 : (before + len(text)) * 8 // 6]
    return re.escape(stable).replace(r"\+", "[+-]").replace("/", "[/_]")
