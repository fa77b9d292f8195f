"""What differs between two versions of a form, in words."""

from collections.abc import Iterator
from typing import NamedTuple

from .form import FIELDS, UNIT, AutotuneForm
from .form_data import FormData


class Change(NamedTuple):
    """`field` is that of the form data; the texts are blank where nothing was typed."""

    field: str
    title: str
    before: str
    after: str


def changes(before: FormData, after: FormData) -> list[Change]:
    """In the order of the form."""
    old, new = (AutotuneForm.from_data({**data, "variants": []}) for data in (before, after))
    return [*_of_fields(old, new), *_of_variants(before["variants"], after["variants"])]


def _of_fields(old: AutotuneForm, new: AutotuneForm) -> Iterator[Change]:
    for name, field in FIELDS.items():
        if name == UNIT:
            continue  # part of the window's words
        texts = old.display_value(name), new.display_value(name)
        if texts[0] != texts[1]:
            yield Change(name, field.title, *texts)


def _of_variants(old: list[dict[str, str]], new: list[dict[str, str]]) -> Iterator[Change]:
    """By their names; a variant without a name by its number."""
    before, after = _by_name(old), _by_name(new)
    for name in dict.fromkeys([*before, *after]):
        texts = before.get(name, ""), after.get(name, "")
        if texts[0] != texts[1]:
            yield Change("variants", f"Variant {name}", *texts)
    defaults = [next(iter(names), "") for names in (before, after)]
    if defaults[0] != defaults[1]:
        yield Change("variants", "Default", *defaults)
    kept = [name for name in before if name in after]
    order = [name for name in after if name in before]
    if kept != order:
        yield Change("variants", "Order of the variants", ", ".join(kept), ", ".join(order))


def _by_name(variants: list[dict[str, str]]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for number, variant in enumerate(variants, 1):
        name = variant["name"].strip() or f"{number}"
        if any(text.strip() for text in variant.values()):
            texts[f"{name} ({number})" if name in texts else name] = variant_text(variant)
    return texts


def variant_text(variant: dict[str, str]) -> str:
    share = variant["size"].strip()
    return variant["json"].strip() + (f", share {share}%" if share else "") or "No JSON"
