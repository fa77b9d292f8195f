"""Reading what Statsig answers: its JSON and its Retry-After. Its reasons: `reasons`."""

import json
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any, NoReturn

from ..config import Secret
from .redaction import redact

MOST_MARKS = 200_000  # of values that follow one another, or lie within one another; each takes up to 200 bytes
DEFAULT_WAIT = 10  # seconds


def read_reply(content: bytes, key: Secret, beside: int = 0) -> Any:
    """The JSON value of a body, redacted; None where it cannot be read, or has absurdly many parts.

    `beside` is how many marks it may have beside those of any answer: what it repeats of the request.
    """
    if marks_of(content) > MOST_MARKS + beside:
        return None
    try:
        return redact(json.loads(content, parse_constant=_refuse, parse_float=_finite), key)
    except (ValueError, RecursionError):
        return None


def marks_of(content: bytes) -> int:
    """No fewer than the values in a JSON text, less one, and quickly counted."""
    return sum(content.count(mark) for mark in (b",", b"[", b"{"))


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _finite(digits: str) -> float:
    """1e999 would become Infinity, which is no JSON when it is shown."""
    number = float(digits)
    return number if isfinite(number) else _refuse(digits)


def rows_of(body: str) -> int:
    """How many variants a request has: Statsig may name one that nobody sees on the page."""
    try:
        sent = json.loads(body)
    except ValueError:
        return 0
    variants = sent.get("variants") if isinstance(sent, dict) else None
    return len(variants) if isinstance(variants, list) else 0


def asked_wait(header: str | None) -> float:
    """Seconds that a Retry-After asks to wait, 0 or more, however many; DEFAULT_WAIT where it cannot be read."""
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]+", text):
        return float(text)
    try:
        return max((parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds(), 0)
    except (ValueError, TypeError, OverflowError):
        return DEFAULT_WAIT
