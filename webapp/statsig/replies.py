"""Reading what Statsig answers: its JSON, its reasons, its Retry-After."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import isfinite
from typing import Any, NoReturn

from ..config import Secret
from ..contract import FIELD, VARIANT_FIELDS, Path, Problem
from .redaction import redact

MAX_REASONS = 50
MAX_REASON = 500  # characters
DEFAULT_WAIT, LONGEST_WAIT = 10, 60  # seconds

_TAKEN = re.compile(r"\b(name|id)\b.*\b(already|taken|in use|exists)\b|\balready (exists|in use)\b", re.IGNORECASE)
_STEP = re.compile(r"[^.\[\]\-/\s]+")
_VARIANT_MEMBERS = {field.name for field in VARIANT_FIELDS}


def read_reply(content: bytes, key: Secret) -> Any:
    """The JSON value of a body, redacted; None where it cannot be read."""
    try:
        return redact(json.loads(content, parse_constant=_refuse, parse_float=_finite), key)
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _finite(digits: str) -> float:
    """1e999 would become Infinity, which is no JSON when it is shown."""
    number = float(digits)
    return number if isfinite(number) else _refuse(digits)


def reasons(reply: Any) -> list[Problem]:
    """Why Statsig refused, at fields where it named them; never empty."""
    reply = reply if isinstance(reply, Mapping) else {}
    errors = reply.get("errors")
    found = [_reason(error) for error in errors[:MAX_REASONS]] if isinstance(errors, list) else []
    return [reason for reason in found if reason] or [_overall(reply.get("message"))]


def _reason(error: Any) -> Problem | None:
    if not isinstance(error, Mapping):
        return None
    message = error.get("errorMessage") or error.get("message")
    return Problem(field_path(error.get("property")), _said(message)) if isinstance(message, str) else None


def _overall(message: Any) -> Problem:
    if not isinstance(message, str) or not message.strip():
        return Problem((), "Statsig did not accept this, and gave no reason.")
    if _TAKEN.search(message):
        return Problem(("name",), f"Enter another name. {_said(message)}")
    return Problem((), _said(message))


def _said(message: str) -> str:
    return f"Statsig says: {message.strip()[:MAX_REASON]}"


def field_path(written: Any) -> Path:
    """`variants[1].json`, `variants.1.json` or `variants-1-json` as a path; () where no field is meant."""
    steps = _STEP.findall(written) if isinstance(written, str) else []
    if steps[:1] == ["variants"]:
        return _variant_path(steps[1:3])
    return (steps[0],) if steps and steps[0] in FIELD else ()


def _variant_path(steps: list[str]) -> Path:
    row = re.fullmatch(r"[0-9]{1,3}", steps[0]) if steps else None
    if not row or len(steps) < 2 or steps[1] not in _VARIANT_MEMBERS:
        return ("variants",)
    return ("variants", int(row[0]), steps[1])


def retry_after(header: str | None) -> int:
    """Seconds to wait, 0 to 60, whatever the header says."""
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return min(int(text), LONGEST_WAIT)
    try:
        wait = (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return LONGEST_WAIT if re.fullmatch(r"[0-9]+", text) else DEFAULT_WAIT
    return int(min(max(wait, 0), LONGEST_WAIT))
