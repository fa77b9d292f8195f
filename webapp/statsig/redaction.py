"""Takes the key out of whatever comes from upstream, before it is shown, logged or stored."""

import base64
import re
from typing import Any
from urllib.parse import quote

from ..config import Secret

HIDDEN = "[key]"
_CONSOLE_KEY = re.compile(r"(?:console|secret)-[A-Za-z0-9]{8,}", re.IGNORECASE)
_SURROGATES = re.compile(r"[\ud800-\udfff]")


def redact(value: Any, key: Secret) -> Any:
    """The same JSON value without the key in any of its spellings, and without what cannot be shown."""
    if isinstance(value, str):
        return _SURROGATES.sub("\ufffd", _CONSOLE_KEY.sub(HIDDEN, _without(value, key.reveal())))
    if isinstance(value, list):
        return [redact(item, key) for item in value]
    if isinstance(value, dict):
        return {redact(name, key): redact(item, key) for name, item in value.items()}
    return value


def _without(text: str, key: str) -> str:
    for spelling in _spellings(key):
        text = re.sub(re.escape(spelling), HIDDEN, text, flags=re.IGNORECASE)
    return text


def _spellings(key: str) -> set[str]:
    """As it is, percent-encoded, and what is the same of its base64 wherever it stands in a longer text."""
    every = "".join(f"%{byte:02x}" for byte in key.encode())
    return {key, quote(key, safe=""), every, *(_base64(key, before) for before in range(3))} - {""}


def _base64(key: str, before: int) -> str:
    encoded = base64.b64encode(b"\0" * before + key.encode()).decode().rstrip("=")
    return encoded[(before * 8 + 5) // 6 : (before + len(key)) * 8 // 6]
