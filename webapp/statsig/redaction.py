"""Removes the API key from Statsig's responses before they are shown, logged or stored."""

import base64
import re
from functools import lru_cache
from typing import Any

from ..config import Secret
from ..config.secret import KEY_SHAPE
from ..contract.characters import visible

HIDDEN = "[key]"


def redact(value: Any, key: Secret) -> Any:
    """The JSON value without the key, and without characters that cannot be shown."""
    if isinstance(value, str):
        return visible(_pattern(key).sub(HIDDEN, value))
    if isinstance(value, list):
        return [redact(item, key) for item in value]
    if isinstance(value, dict):
        return {redact(name, key): redact(item, key) for name, item in value.items()}
    return value


@lru_cache(maxsize=32)
def _pattern(key: Secret) -> re.Pattern[str]:
    """The key with any of its characters percent-encoded or JSON-escaped, its base64, and any Statsig key."""
    text = key.reveal()
    escaped = "".join(rf"(?:{re.escape(char)}|%{ord(char):02x}|\\u{ord(char):04x})" for char in text)
    encoded = "|".join(re.escape(_base64(text, offset)) for offset in range(3))
    return re.compile(rf"{escaped}|{KEY_SHAPE}|(?-i:{encoded})[\w+/=-]*", re.IGNORECASE)


def _base64(text: str, offset: int) -> str:
    """The part of the key's base64 that does not depend on its neighbors, `offset` bytes into a group of three."""
    encoded = base64.b64encode(b"\0" * offset + text.encode()).decode()
    return encoded[(offset * 8 + 5) // 6 : (offset + len(text)) * 8 // 6]
