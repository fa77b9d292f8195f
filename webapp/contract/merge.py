"""Merges two forms that were changed at the same time, by the version with which both began.

A part of a form is a field, the JSON or the share of a variant, a variant that not all versions have, the order of the
variants, or the default. What only one of the two changed is taken from that one; where both changed it, yours stays,
and a person chooses.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from .changes import variant_text
from .form import FIELDS, UNIT, VARIANT_FIELDS, WINDOW, AutotuneForm
from .form_data import FormData


class Part(NamedTuple):
    """`value` is that of a form; `put` returns a form with the value of another one; `text` is for people."""

    key: str
    title: str
    value: Callable[[FormData], Any]
    put: Callable[[FormData, FormData], FormData]
    text: Callable[[FormData], str]


class Difference(NamedTuple):
    """A part that the other person changed. `is_taken`: the form has their value, and `yours` is that of before.

    `id` tells the part and the value that the form has.
    """

    id: str
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
        if own != before:
            merged = part.put(merged, yours)  # a variant that was added before may be the first one now
        elif other != before:
            merged = part.put(merged, theirs)
    return merged


def differences(base: FormData, theirs: FormData, form_data: FormData) -> list[Difference]:
    """What the other person changed, beside a form that is merged with it."""
    changed = [part for part in _parts(base, theirs, form_data) if part.value(theirs) != part.value(base)]
    return [_difference(part, base, theirs, form_data) for part in changed]


def _difference(part: Part, base: FormData, theirs: FormData, form_data: FormData) -> Difference:
    is_taken = _is_taken(part, theirs, form_data)
    yours = part.text(base if is_taken else form_data)
    return Difference(_id(part, form_data), part.key, part.title, part.text(theirs), yours, is_taken)


def _is_taken(part: Part, theirs: FormData, form_data: FormData) -> bool:
    return bool(part.value(form_data) == part.value(theirs))


def changed_alike(base: FormData, theirs: FormData, yours: FormData) -> set[str]:
    """The keys of the parts that both changed to the same."""
    return {difference.key for difference in differences(base, theirs, yours) if difference.is_taken}


def choose(base: FormData, theirs: FormData, form_data: FormData, chosen: set[str]) -> FormData:
    """The form with the other value of the differences with these IDs, unless they were changed since."""
    result = form_data
    for part in _parts(base, theirs, form_data):
        if _id(part, form_data) in chosen:
            result = part.put(result, base if _is_taken(part, theirs, form_data) else theirs)
    return result


def _id(part: Part, form_data: FormData) -> str:
    """Whatever the ends of lines: browsers submit others than scripts."""
    text = repr((part.key, part.value(form_data))).replace(r"\r\n", r"\n")
    return sha256(text.encode(errors="replace")).hexdigest()[:16]


def _parts(*versions: FormData) -> Iterator[Part]:
    for name, field in FIELDS.items():
        if name != UNIT:
            names = (WINDOW, UNIT) if name == WINDOW else (name,)
            yield Part(name, field.title, _fields_of(names), _put_fields(names), _field_text(name))
    yield Part("project", "Statsig project", _fields_of(("project",)), _put_fields(("project",)), _project)
    yield from _variant_parts(versions)


def _fields_of(names: tuple[str, ...]) -> Callable[[FormData], tuple[Any, ...]]:
    return lambda form_data: tuple(form_data.get(name) for name in names)


def _put_fields(names: tuple[str, ...]) -> Callable[[FormData, FormData], FormData]:
    return lambda to, source: to | {name: source.get(name, "") for name in names}


def _field_text(name: str) -> Callable[[FormData], str]:
    return lambda form_data: AutotuneForm.from_data({**form_data, "variants": []}).display_value(name)


def _project(form_data: FormData) -> str:
    return str(form_data.get("project") or "")


def _variant_parts(versions: tuple[FormData, ...]) -> Iterator[Part]:
    """By their names, or all as one where the names of a saved version do not tell them apart.

    Of several with one name in the form, which is being edited, the first one counts.
    """
    lists = [_names(version) for version in versions]
    if any(len({*names, ""}) <= len(names) for names in lists[:2]):
        yield Part("variants", "Variants", _fields_of(("variants",)), _put_fields(("variants",)), _text_of_all)
        return
    shared = [name for name in lists[0] if all(names.count(name) == 1 for names in lists)]
    for name in dict.fromkeys(name for names in lists for name in names):
        yield from _properties(name) if name in shared else [_presence(name)]
    defaults = {names[0] for names in lists if names}
    order = _order([name for name in shared if name not in defaults])
    yield Part("order", "Order of the variants", order, _put_order(order), lambda data: ", ".join(order(data)))
    yield Part("default", "Default", _default, _put_default, _default)


def _properties(name: str) -> Iterator[Part]:
    for key in ("json", "size"):
        title = f"{VARIANT_FIELDS[key].title} of variant {name}"
        value = _property(name, key)
        yield Part(f"{key} {name}", title, value, _put_property(name, key), value)


def _property(name: str, key: str) -> Callable[[FormData], str]:
    return lambda form_data: (_find(form_data, name) or {}).get(key, "")


def _put_property(name: str, key: str) -> Callable[[FormData, FormData], FormData]:
    def put(to: FormData, source: FormData) -> FormData:
        variant, other = _find(to, name), _find(source, name)
        return _replaced(to, name, variant | {key: other[key]}) if variant and other else to

    return put


def _presence(name: str) -> Part:
    def put(to: FormData, source: FormData) -> FormData:
        variant, own = _find(source, name), _find(to, name)
        if variant and own:
            return _replaced(to, name, variant)
        return _inserted(to, source, variant) if variant else _removed(to, own)

    return Part(
        f"variant {name}", f"Variant {name}", lambda data: _find(data, name), put, lambda data: _text(data, name)
    )


def _text(form_data: FormData, name: str) -> str:
    variant = _find(form_data, name)
    return variant_text(variant) if variant else "not there"


def _default(form_data: FormData) -> str:
    return next(iter(_names(form_data)), "")


def _put_default(to: FormData, source: FormData) -> FormData:
    variant = _find(to, _default(source))
    return to | {"variants": [variant, *_removed(to, variant)["variants"]]} if variant else to


def _order(names: list[str]) -> Callable[[FormData], list[str]]:
    return lambda form_data: [name for name in _names(form_data) if name in names]


def _put_order(order: Callable[[FormData], list[str]]) -> Callable[[FormData, FormData], FormData]:
    def put(to: FormData, source: FormData) -> FormData:
        wanted = [_find(to, name) for name in order(source) if name in order(to)]
        moved = iter(wanted)
        return to | {"variants": [next(moved) if one in wanted else one for one in to["variants"]]}

    return put


def _text_of_all(form_data: FormData) -> str:
    return "\n".join(f"{_name(variant)}: {variant_text(variant)}" for variant in form_data["variants"])


def _names(form_data: FormData) -> list[str]:
    return [_name(variant) for variant in form_data["variants"]]


def _name(variant: dict[str, str]) -> str:
    return variant["name"].strip()


def _find(form_data: FormData, name: str) -> dict[str, str] | None:
    return next((variant for variant in form_data["variants"] if _name(variant) == name), None)


def _replaced(to: FormData, name: str, variant: dict[str, str]) -> FormData:
    row = _names(to).index(name)
    return to | {"variants": [*to["variants"][:row], variant, *to["variants"][row + 1 :]]}


def _inserted(to: FormData, source: FormData, variant: dict[str, str]) -> FormData:
    """Where it follows the same variant as in the source."""
    names = _names(source)
    before = {*names[: names.index(_name(variant))]}
    row = max((row for row, name in enumerate(_names(to), 1) if name in before), default=0)
    return to | {"variants": [*to["variants"][:row], variant, *to["variants"][row:]]}


def _removed(to: FormData, variant: dict[str, str] | None) -> FormData:
    return to | {"variants": [other for other in to["variants"] if other is not variant]}
