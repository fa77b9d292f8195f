"""Takes the key out of whatever comes from upstream, before it is shown, logged or stored."""

import base64
import re
from functools import lru_cache
from typing import Any

from ..config import Secret
from ..contract import visible

HIDDEN = "[key]"
_CONSOLE_KEY = r"(?:console|secret)(?:-|%2d)[a-z0-9]{20,}"


def redact(value: Any, key: Secret) -> Any:
    """The same JSON value without the key in any of its spellings, and without what cannot be shown."""
    if isinstance(value, str):
        return visible(_pattern(key).sub(HIDDEN, value))
    if isinstance(value, list):
        return [redact(item, key) for item in value]
    if isinstance(value, dict):
        return {redact(name, key): redact(item, key) for name, item in value.items()}
    return value


@lru_cache(maxsize=32)
def _pattern(key: Secret) -> re.Pattern[str]:
    """The key as it is, percent-encoded in part or whole, in base64 wherever it stands; and what looks like any key."""
    spelt = "".join(f"(?:{re.escape(sign)}|%{ord(sign):02x})" for sign in key.reveal())
    encoded = (re.escape(_base64(key.reveal(), before)) for before in range(3))
    return re.compile("|".join(filter(None, (spelt, *encoded, _CONSOLE_KEY))), re.IGNORECASE)


def _base64(key: str, before: int) -> str:
    """What is the same of a key's base64 whatever stands around it, `before` bytes into a group of three."""
    encoded = base64.b64encode(b"\0" * before + key.encode()).decode().rstrip("=")
    return encoded[(before * 8 + 5) // 6 : (before + len(key)) * 8 // 6]
