"""The request body of an autotune."""

from typing import Any

from .choices import bare_number
from .fields import FIELDS, Field
from .json_input import write_json
from .validation import Autotune, Variant


def payload(autotune: Autotune) -> dict[str, Any]:
    """The members to send, and no others: what was left blank is absent. JSON-ready."""
    members: dict[str, Any] = {
        "name": autotune.name,
        "variants": [_variant(each) for each in autotune.variants],
    }
    for field in FIELDS:
        value = getattr(autotune, field.attribute)
        if value is not None and not _is_classic(field, value):
            members[field.name] = list(value) if isinstance(value, tuple) else value
    if autotune.attribution_window_unit:
        members["attributionWindow"] = bare_number(autotune.attribution_window)
    return members


def body(autotune: Autotune) -> str:
    """The exact text that is shown when read back, and sent."""
    return write_json(payload(autotune))


def _is_classic(field: Field, value: Any) -> bool:
    """`isContextual` says something only when true."""
    return field.name == "isContextual" and value is False


def _variant(variant: Variant) -> dict[str, Any]:
    members = {"name": variant.name, "json": variant.json}
    return members if variant.size is None else members | {"size": variant.size}
