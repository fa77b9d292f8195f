"""Columns that are computed from others, so that the list and the searches need not read the form data."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from ..contract.characters import visible
from .folding import fold_to_search, name_key, shortened

MAX_PART = 1_000  # characters of one name, event or person in the search text
MAX_TEXT = 20_000  # characters of the whole search text
MAX_SHOWN = 200  # characters of the event, or of the names of variants, in the list
MAX_NAMES = 40  # characters of the names of variants; if there are more, the list begins with their number

Row = Mapping[str, Any]

# What they are computed from.
SOURCES = ("name", "statsig_id", "expected_id", "form_data", "created_by", "changed_by", "sent_by")


def derive(row: Row, names: Iterable[str]) -> dict[str, str]:
    """The columns of these names."""
    form_data = json.loads(row["form_data"] or "{}")
    return {name: DERIVED[name](row, form_data) for name in names}


def _search_text(row: Row, form_data: Row) -> str:
    """A line each for name, Statsig ID, success event, variants and people."""
    lines = dict.fromkeys(fold_to_search(part[:MAX_PART]) for part in _searched_parts(row, form_data) if part)
    return "\n".join(lines)[:MAX_TEXT]


def _searched_parts(row: Row, form_data: Row) -> Iterator[str | None]:
    yield row["name"]
    yield row.get("statsig_id") or row.get("expected_id")
    yield form_data.get("successEvent")
    yield from _names_of_variants(form_data)
    yield from (row.get(person) for person in ("created_by", "changed_by", "sent_by"))


def success_event(form_data: Row) -> str:
    return visible((form_data.get("successEvent") or "").strip()[:MAX_SHOWN])


def _variant_names(form_data: Row) -> str:
    """`red, blue`, or `4 variants: a long name, ...` where the names are too long; blank if there are none."""
    names = [visible(name.strip()) for name in _names_of_variants(form_data)]
    text = ", ".join(filter(None, names))
    return text if len(text) <= MAX_NAMES else f"{len(names)} variants: {text}"[:MAX_SHOWN]


def _names_of_variants(form_data: Row) -> Iterator[str]:
    return (variant["name"] for variant in form_data.get("variants", ()))


def parameters(form_data: Row) -> str:
    """The keys of all variants' JSON objects, for comparison; blank if there are none."""
    return parameters_of({key for variant in form_data.get("variants", ()) for key in _keys(variant["json"])})


def parameters_of(keys: Collection[str]) -> str:
    return visible(shortened(json.dumps(sorted(keys), ensure_ascii=False))) if keys else ""


def _keys(text: str) -> Iterable[str]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return value if isinstance(value, dict) else ()


DERIVED: dict[str, Callable[[Row, Row], str]] = {
    "name_key": lambda row, _: name_key(row["name"]),
    "search_text": _search_text,
    "success_event": lambda _, form_data: success_event(form_data),
    "variant_names": lambda _, form_data: _variant_names(form_data),
    "parameters": lambda _, form_data: parameters(form_data),
}
