"""Reads Statsig's responses: the JSON body and Retry-After."""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any, NoReturn

from ..config import Secret
from .redaction import redact

DEFAULT_WAIT = 10  # seconds


def parse_json(content: bytes, key: Secret) -> Any:
    """The redacted JSON value; None if it cannot be read."""
    try:
        return redact(json.loads(content, parse_constant=_reject, parse_float=_finite), key)
    except (ValueError, RecursionError):
        return None


def _reject(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(digits: str) -> float:
    """1e999 would become Infinity, which is not JSON when it is sent on."""
    number = float(digits)
    return number if isfinite(number) else _reject(digits)


def parse_retry_after(header: str | None) -> float:
    """Seconds, 0 or more; DEFAULT_WAIT where the header is missing or cannot be read."""
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]+", text):
        return float(text)
    try:
        return max((parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds(), 0)
    except (ValueError, TypeError, OverflowError):
        return DEFAULT_WAIT
