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
MAX_NAME = 100  # characters of what Statsig calls a field
MOST_MARKS = 200_000  # of values that follow one another, or lie within one another; each takes up to 200 bytes
DEFAULT_WAIT = 10  # seconds

_SAME_SENTENCE = r"(?:(?!\bnot\b|n[’']t\b|[.;!?]\s).)*?"
_NAME = r"\b(?<!variant )(?<!group )(?<!project )(?<!company )(?:name|id)\b(?! type)"
_IN_USE = r"\b(?:already (?:exist|in use|taken|used)|(?:exists|taken|used) already|(?:is|been) (?:taken|in use))"
_TAKEN = re.compile(
    f"{_NAME}{_SAME_SENTENCE}{_IN_USE}|already exists{_SAME_SENTENCE}{_NAME}|duplicate {_NAME}"
    r"|\b(?:autotune|experiment)(?: \S+)? already exists|^already (?:exists|in use)",
    re.IGNORECASE,
)
_STEP = re.compile(r"[^.\[\]\-/\s\"']+")
_VARIANT_MEMBERS = {field.name for field in VARIANT_FIELDS}


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


def reasons(reply: Any, rows: int = 0) -> list[Problem]:
    """Why Statsig refused a request with so many variants, at fields where it named them; never empty."""
    reply = reply if isinstance(reply, Mapping) else {}
    errors = reply.get("errors")
    found = [_reason(error, rows) for error in errors[:MAX_REASONS]] if isinstance(errors, list) else []
    return [reason for reason in found if reason] or [_overall(reply.get("message"))]


def _reason(error: Any, rows: int) -> Problem | None:
    if not isinstance(error, Mapping):
        return None
    message = error.get("errorMessage") or error.get("message")
    return _said(message, *_place(error.get("property"), rows)) if isinstance(message, str) else None


def _overall(message: Any) -> Problem:
    if not isinstance(message, str) or not message.strip():
        return Problem((), "Statsig did not accept this, and gave no reason.")
    return _said(message)


def _said(message: str, path: Path = (), about: str = "") -> Problem:
    """`about` names what was meant where the path does not."""
    message = message.strip()[:MAX_REASON]
    said = f"Statsig says{about and f' of {about}'}: {message}"
    if _TAKEN.search(message) and (path == ("name",) or not (path or about)):
        return Problem(("name",), f"Enter another name. {said}")
    return Problem(path, said)


def _place(written: Any, rows: int) -> tuple[Path, str]:
    """The field that a property means, and the property's own name where that says more than the field."""
    steps, name = _steps(written)
    path = _field_path(steps, rows)
    return path, "" if list(map(str, path)) == steps else " ".join(name.split())[:MAX_NAME]


def _steps(written: Any) -> tuple[list[str], str]:
    """`body.variants[1].json`, `variants-1-json`, `variants[1]["json"]` or a list, as steps and as one name."""
    if isinstance(written, list):
        steps = [str(step) for step in written]
        name = ".".join(steps)
    else:
        name = written if isinstance(written, str) else ""
        steps = _STEP.findall(name)
    return steps[1:] if steps[:1] in (["body"], ["request"]) else steps, name


def _field_path(steps: list[str], rows: int) -> Path:
    """() where no field is meant."""
    if steps[:1] == ["variants"]:
        return _variant_path(steps[1:3], rows)
    return (steps[0],) if steps and steps[0] in FIELD else ()


def _variant_path(steps: list[str], rows: int) -> Path:
    row = re.fullmatch(r"[0-9]{1,3}", steps[0]) if steps else None
    if not row or int(row[0]) >= rows or len(steps) < 2 or steps[1] not in _VARIANT_MEMBERS:
        return ("variants",)
    return ("variants", int(row[0]), steps[1])


def asked_wait(header: str | None) -> float:
    """Seconds that a Retry-After asks to wait, 0 or more, however many; DEFAULT_WAIT where it cannot be read."""
    text = (header or "").strip()
    if re.fullmatch(r"[0-9]+", text):
        return float(text)
    try:
        return max((parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds(), 0)
    except (ValueError, TypeError, OverflowError):
        return DEFAULT_WAIT
