"""The buttons of the form that change it without saving: most of them move, add or remove variants."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..contract.form import CONTEXTUAL_FIELDS, AutotuneForm
from ..contract.form_data import FormData, empty_variant, with_min_variants
from ..contract.json_input import write_json
from ..contract.limits import MAX_VARIANTS
from ..contract.pasted_table import merge_json, parse_table
from ..contract.variants import TOO_MANY_VARIANTS
from .form_parser import MAX_FIELDS

Variants = list[dict[str, str]]
_ROW_ACTION = re.compile(r"(up|down|duplicate|remove|format)-([0-9]{1,3})")
BEFORE_PASTE = -1
_MAX_REMOVALS = 20
_MAX_REMOVED = 200_000  # characters of the field; a form can have two million
_OTHER_FIELDS = 80  # at most, of a page beside its variants
_MAX_ROWS = (MAX_FIELDS - _OTHER_FIELDS) // len(empty_variant())
NO_TABLE = "This is not a table: copy at least two columns"
TOO_MANY_ROWS = f"This has too many rows: an autotune can have up to {MAX_VARIANTS} variants"


@dataclass
class FormUpdate:
    """The form data after a button, the ID of the field that gets the focus, and what keeps the button from working.

    `page_fields` are the fields of the page that change with it.
    """

    form_data: FormData
    focus: str = ""
    error: str = ""
    page_fields: dict[str, str] = field(default_factory=dict)


def apply_form_action(form: Any, action: str) -> FormUpdate | None:
    """None for a button that saves."""
    if match := _ROW_ACTION.fullmatch(action):
        rows = form.variants.row_numbers  # as submitted: there may be gaps
        if int(match[2]) not in rows:
            return FormUpdate(form.form_data)
        return _ROW_ACTIONS[match[1]](form, rows.index(int(match[2])))
    return _FORM_ACTIONS[action](form) if action in _FORM_ACTIONS else None


def default_first(form: AutotuneForm, default: int, action: str) -> tuple[FormData, str]:
    """The form data with the variant of a row number first, and the action with the row's new number."""
    form_data, rows = form.form_data, list(form.variants.row_numbers)
    order = sorted(rows, key=lambda row: row != default)
    variants = [form_data["variants"][rows.index(row)] for row in order]
    match = _ROW_ACTION.fullmatch(action)
    if match and int(match[2]) in order:
        action = f"{match[1]}-{order.index(int(match[2]))}"
    return form_data | {"variants": variants}, action


def _with_variants(form: AutotuneForm, variants: Variants, row: int, **page_fields: str) -> FormUpdate:
    """The focus goes to the name in a row, or to the section if there is none."""
    focus = f"variants-{min(row, len(variants) - 1)}-name" if variants else "variants"
    return FormUpdate(form.form_data | {"variants": variants}, focus, page_fields=page_fields)


def _add(form: AutotuneForm) -> FormUpdate:
    return _insert(form, len(form.variants), empty_variant())


def _insert(form: AutotuneForm, row: int, variant: dict[str, str], **page_fields: str) -> FormUpdate:
    variants: Variants = form.form_data["variants"]
    if len(variants) >= MAX_VARIANTS:
        return FormUpdate(form.form_data, "variants", f"You can add up to {MAX_VARIANTS} variants")
    return _with_variants(form, [*variants[:row], variant, *variants[row:]], row, **page_fields)


def _duplicate(form: AutotuneForm, row: int) -> FormUpdate:
    """Without its name, which must differ."""
    return _insert(form, row + 1, {**form.form_data["variants"][row], "name": ""})


def _remove(form: Any, row: int) -> FormUpdate:
    variants: Variants = form.form_data["variants"]
    removed = _with_removal(form, row, [variants[row]])
    return _with_variants(form, variants[:row] + variants[row + 1 :], row, removed=removed)


def _undo(form: Any) -> FormUpdate:
    removals = read_removals(form.removed.data)
    if not removals:
        return FormUpdate(form.form_data)
    row, variants = removals.pop()
    if row == BEFORE_PASTE:
        return _with_variants(form, variants, 0, removed=json.dumps(removals))
    return _insert(form, row, variants[0], removed=json.dumps(removals))


def read_removals(text: str | None) -> list[tuple[int, Variants]]:
    """The form's `removed` field, the last one last: the row and its variant, or BEFORE_PASTE and all variants."""
    try:
        return [
            (int(row), [{name: str(variant[name]) for name in empty_variant()} for variant in variants])
            for row, variants in json.loads(text or "[]")
            if variants
        ]
    except (ValueError, TypeError, LookupError, RecursionError):
        return []


def _with_removal(form: Any, row: int, variants: Variants) -> str:
    """The new value of `removed`."""
    removals = [*read_removals(form.removed.data), (row, variants)][-_MAX_REMOVALS:]
    while len(text := json.dumps(removals)) > _MAX_REMOVED and removals:
        del removals[0]
    return text


def _default(form: Any) -> FormUpdate:
    """The variant that was chosen is the first already, and stays it if the one before comes back."""
    removed = [(row or 1, variants) for row, variants in read_removals(form.removed.data)]
    return FormUpdate(form.form_data, "variants-0-default", page_fields={"removed": json.dumps(removed)})


def _up(form: AutotuneForm, row: int) -> FormUpdate:
    return _swap(form, row, max(row - 1, 0))


def _down(form: AutotuneForm, row: int) -> FormUpdate:
    return _swap(form, row, min(row + 1, len(form.variants) - 1))


def _swap(form: AutotuneForm, row: int, other: int) -> FormUpdate:
    variants: Variants = form.form_data["variants"]
    variants[row], variants[other] = variants[other], variants[row]
    return _with_variants(form, variants, other)


def _format(form: AutotuneForm, row: int) -> FormUpdate:
    form_data, json_field = form.form_data, form.variants[row].form.json
    if not json_field.validate(form):
        return FormUpdate(form_data, json_field.id, json_field.errors[0])
    form_data["variants"][row]["json"] = write_json(json_field.data)
    return FormUpdate(form_data, json_field.id)


def _clear(form: AutotuneForm) -> FormUpdate:
    return FormUpdate(form.form_data | dict.fromkeys(CONTEXTUAL_FIELDS, ""), "isContextual")


def _paste(form: Any) -> FormUpdate:
    """Nothing that was pasted is lost, even if it is too much."""
    pasted = parse_table(form.pasted.data, _parameters(form))
    if pasted is None:
        return FormUpdate(form.form_data, "pasted", NO_TABLE)
    variants, row = _merged(form.form_data["variants"], pasted)
    if len(variants) > _MAX_ROWS:
        return FormUpdate(form.form_data, "pasted", TOO_MANY_ROWS)
    form_data = with_min_variants(form.form_data | {"variants": variants})
    too_many = len(variants) > MAX_VARIANTS
    focus = "variants" if too_many else f"variants-{row}-name"
    page_fields = {"pasted": "", "removed": _with_removal(form, BEFORE_PASTE, form.form_data["variants"])}
    return FormUpdate(form_data, focus, TOO_MANY_VARIANTS if too_many else "", page_fields)


def _parameters(form: AutotuneForm) -> list[str]:
    """The keys of the variants' objects, in order of first appearance, and those that have no values yet."""
    objects = [*(variant.form.json.data for variant in form.variants), _types(form)]
    return list(dict.fromkeys(key for value in objects if isinstance(value, dict) for key in value))


def _types(form: Any) -> Any:
    with suppress(ValueError, RecursionError):
        return json.loads(form.types.data or "{}")
    return None


def _merged(variants: Variants, pasted: Variants) -> tuple[Variants, int]:
    """A pasted variant replaces the one of its name. Also returns the row of the first new variant, if there is one."""
    merged = [variant for variant in variants if any(text.strip() for text in variant.values())]
    rows = {variant["name"]: row for row, variant in reversed([*enumerate(merged)]) if variant["name"]}
    new, first = len(merged), rows.get(pasted[0]["name"], 0)
    for variant in pasted:
        row = rows.pop(variant["name"], None)
        if row is None:
            merged.append(empty_variant() | variant)
        else:
            merged[row] = _with_pasted(merged[row], variant)
    return merged, new if new < len(merged) else first


def _with_pasted(variant: dict[str, str], pasted: dict[str, str]) -> dict[str, str]:
    """Parameters that were not pasted stay."""
    if "json" not in pasted:
        return variant | pasted
    return variant | pasted | {"json": merge_json(variant["json"], pasted["json"])}


_ROW_ACTIONS: dict[str, Callable[[AutotuneForm, int], FormUpdate]] = {
    "up": _up,
    "down": _down,
    "duplicate": _duplicate,
    "remove": _remove,
    "format": _format,
}
_FORM_ACTIONS: dict[str, Callable[[AutotuneForm], FormUpdate]] = {
    "add": _add,
    "default": _default,
    "undo": _undo,
    "paste": _paste,
    "clear": _clear,
}
