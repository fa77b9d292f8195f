"""Statsig's reasons for rejecting a request, at the form fields they name.

Known shapes (see docs/statsig-api.md): `{"message": ...}`, and `{"errors": [...]}` whose entries have a property
and a message. How Statsig writes a nested property is not documented. Anything else is shown as it is.
"""

import json
import re
from typing import Any

from ..contract.errors import FieldError
from ..contract.form import FIELDS, VARIANT_FIELDS

MAX_ERRORS = 50
MAX_MESSAGE, MAX_PROPERTY = 500, 100  # characters
NO_REASON = "Statsig rejected this without giving a reason."
NAME_TAKEN = "Enter another name."

_ROW = re.compile("0|[1-9][0-9]?")
_TAKEN = re.compile(
    r"(?:(?:the|this) )?(?:(?:autotune|experiment) )?(?:name|id) (?:is |has been )?already (?:in use|taken|used|exists)"
    r"|.*\bwith (?:this|that|the same) (?:name|id) already exists|already (?:exists|in use)",
    re.IGNORECASE,
)


def parse_errors(body: Any) -> list[FieldError]:
    """Never empty."""
    listed = body.get("errors") if isinstance(body, dict) else None
    entries = [entry for entry in listed if entry and _text(entry)] if isinstance(listed, list) else []
    if entries:
        return [_entry_error(entry) for entry in entries[:MAX_ERRORS]]
    message = body
    if isinstance(body, dict):
        message = body.get("message") or {name: value for name, value in body.items() if value and name != "status"}
    text = _text(message) if message else ""
    return [_error("", "", text)] if text else [FieldError("", NO_REASON)]


def is_name_taken(errors: list[FieldError]) -> bool:
    return any(error.message.startswith(NAME_TAKEN) for error in errors)


def _entry_error(entry: Any) -> FieldError:
    if isinstance(entry, dict):
        written = entry.get("property") or entry.get("path")
        message = entry.get("errorMessage") or entry.get("message")
        if written and message:
            name = _property_name(written)
            return _error(_field_id(name), name, _text(message))
        entry = message or entry
    return _error("", "", _text(entry))


def _property_name(written: Any) -> str:
    name = ".".join(map(str, written)) if isinstance(written, list) else str(written)
    return " ".join(name[:MAX_PROPERTY].split())


def _field_id(name: str) -> str:
    """The field of `variants[0].json`, `variants.0.json` or `variants-0-json`; blank if there is none."""
    match _steps(name):
        case ["variants", row, field, *_] if _ROW.fullmatch(row) and field in VARIANT_FIELDS:
            return f"variants-{row}-{field}"
        case ["variants", *_]:
            return "variants"
        case [field, *_] if field in FIELDS:
            return field
        case _:
            return ""


def _steps(name: str) -> list[str]:
    return re.findall(r"\w+", name)


def _error(field: str, name: str, message: str) -> FieldError:
    about = f" about {name}" if len(_steps(name)) > len(_steps(field)) else ""
    message = message[:MAX_MESSAGE]
    text = f"Statsig says{about}: {message}"
    if field in ("", "name") and _TAKEN.match(message):
        return FieldError("name", f"{NAME_TAKEN} {text}")
    return FieldError(field, text)


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
