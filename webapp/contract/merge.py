"""Merges two forms that were changed at the same time, by the version with which both began.

A part of a form is a field, a variant (by its name), or the order of the variants. What only one of the two changed is
taken from that one; where both changed it, yours stays, and a person chooses.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .changes import variant_text
from .form import FIELDS, AutotuneForm
from .form_data import FormData

WINDOW, UNIT = "attributionWindow", "attributionWindowUnit"  # one field for people
VARIANT = "variant "  # how the key of a variant begins


class Part(NamedTuple):
    """`value` is that of a form, None if it has none; `put` returns a form with the value of another one."""

    key: str
    title: str
    value: Callable[[FormData], Any]
    put: Callable[[FormData, FormData], FormData]


class Difference(NamedTuple):
    """A part that the other person changed. `is_taken`: the form has their value, otherwise yours."""

    key: str
    title: str
    theirs: str
    yours: str
    is_taken: bool


def merge(base: FormData, theirs: FormData, yours: FormData) -> FormData:
    """Yours, with what only the other person changed."""
    merged = yours
    for part in _parts(base, theirs, yours):
        before, other, own = (part.value(data) for data in (base, theirs, yours))
        if other != before and own == before:
            merged = part.put(merged, theirs)
        elif part.key.startswith(VARIANT) and before and other and own:
            merged = _put_variant(merged, _merged_variant(before, other, own))
    return merged


def _merged_variant(before: dict[str, str], other: dict[str, str], own: dict[str, str]) -> dict[str, str]:
    """The JSON and the share can be changed by different people."""
    return {name: other[name] if own[name] == before[name] else own[name] for name in own}


def differences(base: FormData, theirs: FormData, form_data: FormData) -> list[Difference]:
    """What the other person changed, beside a form that is merged with it."""
    return [
        Difference(
            part.key,
            part.title,
            theirs=_text(part, theirs),
            yours=_text(part, base if is_taken else form_data),
            is_taken=is_taken,
        )
        for part in _parts(base, theirs, form_data)
        if part.value(theirs) != part.value(base)
        for is_taken in [part.value(form_data) == part.value(theirs)]
    ]


def choose(base: FormData, theirs: FormData, form_data: FormData, take: set[str], keep: set[str]) -> FormData:
    """The form with the parts that are to be as theirs (`take`), or as they were before theirs (`keep`).

    What was typed over theirs stays.
    """
    chosen = form_data
    for part in _parts(base, theirs, form_data):
        if part.key in take:
            chosen = part.put(chosen, theirs)
        elif part.key in keep and part.value(form_data) == part.value(theirs):
            chosen = part.put(chosen, base)
    return chosen


def _text(part: Part, form_data: FormData) -> str:
    value = part.value(form_data)
    if part.key.startswith(VARIANT):
        return variant_text(value) if value else ""
    if part.key in FIELDS:
        return AutotuneForm.from_data({**form_data, "variants": []}).display_value(part.key)
    return "" if value is None else ", ".join(value) if isinstance(value, tuple) else str(value)


def _parts(*versions: FormData) -> Iterator[Part]:
    for name, field in FIELDS.items():
        if name != UNIT:
            yield _field(name, field.title, (WINDOW, UNIT) if name == WINDOW else (name,))
    yield _field("project", "Statsig project", ("project",))
    yield from _variant_parts(versions)


def _field(key: str, title: str, names: tuple[str, ...]) -> Part:
    def value(form_data: FormData) -> Any:
        return tuple(form_data.get(name) for name in names) if len(names) > 1 else form_data.get(key)

    return Part(key, title, value, lambda to, source: to | {name: source[name] for name in names})


def _variant_parts(versions: tuple[FormData, ...]) -> Iterator[Part]:
    """One for each name, or one for all variants where the names of a saved version do not tell them apart.

    Of several with one name in the form, which is being edited, the first one counts.
    """
    lists = [_names(version) for version in versions]
    if any(len({*names, ""}) <= len(names) for names in lists[:2]):
        yield Part("variants", "Variants", _all_variants, lambda to, source: to | {"variants": source["variants"]})
        return
    for name in dict.fromkeys(name for names in lists for name in names):
        yield Part(f"{VARIANT}{name}", f"Variant {name}", _find(name), _put(name))
    shared = [name for name in lists[0] if all(names.count(name) == 1 for names in lists)]
    yield Part("order", "Order of the variants", _order(shared), _reorder(shared))


def _names(form_data: FormData) -> list[str]:
    return [_name(variant) for variant in form_data["variants"]]


def _name(variant: dict[str, str]) -> str:
    return variant["name"].strip()


def _all_variants(form_data: FormData) -> tuple[str, ...]:
    return tuple(f"{_name(variant)}: {variant_text(variant)}" for variant in form_data["variants"])


def _find(name: str) -> Callable[[FormData], dict[str, str] | None]:
    return lambda form_data: next((variant for variant in form_data["variants"] if _name(variant) == name), None)


def _put(name: str) -> Callable[[FormData, FormData], FormData]:
    """Adds, replaces or removes the variant as in the source, where it follows the same variant as there."""

    def put(to: FormData, source: FormData) -> FormData:
        variant = _find(name)(source)
        if variant is None:
            return to | {"variants": [other for other in to["variants"] if _name(other) != name]}
        if name in _names(to):
            return _put_variant(to, variant)
        before = {*_names(source)[: _names(source).index(name)]}
        position = max((row for row, other in enumerate(_names(to), 1) if other in before), default=0)
        return to | {"variants": [*to["variants"][:position], variant, *to["variants"][position:]]}

    return put


def _put_variant(to: FormData, variant: dict[str, str]) -> FormData:
    row = _names(to).index(_name(variant))
    return to | {"variants": [*to["variants"][:row], variant, *to["variants"][row + 1 :]]}


def _order(shared: list[str]) -> Callable[[FormData], tuple[str, ...]]:
    """The order of the variants that all versions have."""
    return lambda form_data: tuple(name for name in _names(form_data) if name in shared)


def _reorder(shared: list[str]) -> Callable[[FormData, FormData], FormData]:
    def put(to: FormData, source: FormData) -> FormData:
        in_order = (_find(name)(to) for name in _order(shared)(source))
        return to | {"variants": [next(in_order) if _name(one) in shared else one for one in to["variants"]]}

    return put
