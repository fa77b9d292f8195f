"""Form data as it is stored: a text for each field, and a list of variants with a text for each of theirs."""

from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from .limits import MIN_VARIANTS

# {"name": "Button Color Test", ..., "variants": [{"name": "red", "size": "", "json": "{}"}, ...]}
FormData = dict[str, Any]


def flat(form_data: Mapping[str, Any]) -> MultiDict[str, str]:
    """The form data as a browser submits it, with keys such as `variants-0-name`."""
    return MultiDict(_pairs(form_data))


def _pairs(form_data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, text in form_data.items():
        if name != "variants":
            yield name, text or ""
    for row, variant in enumerate(form_data.get("variants", ())):
        for name in ("name", "size", "json"):
            yield f"variants-{row}-{name}", variant.get(name) or ""


def empty_variant() -> dict[str, str]:
    return {"name": "", "size": "", "json": ""}


def with_min_variants(form_data: FormData) -> FormData:
    variants = form_data["variants"]
    return form_data | {"variants": variants + [empty_variant() for _ in range(MIN_VARIANTS - len(variants))]}
