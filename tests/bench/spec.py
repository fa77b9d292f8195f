"""The app's fields as the reference needs them, so that both forms have the same ones."""

from typing import Any

from webapp.contract.fields import ChoiceField, JsonField, LinesField, RadioChoiceField, TextField
from webapp.contract.form import FIELDS, VARIANT_FIELDS

from .reference import Field, Spec


def spec() -> Spec:
    return {
        "fields": [_field(field) for field in FIELDS.values()],
        "variant": [_field(field) for field in VARIANT_FIELDS.values()],
    }


def _field(field: Any) -> Field:
    choices = {choice.text: choice.label for choice in field.choices} if isinstance(field, ChoiceField) else {}
    if choices and _kind(field) == "choice" and not field.flags.required:
        choices = {"": "", **choices}
    start = field.initial or next(iter(choices), "")
    return {
        "name": field.short_name,
        "label": field.label.text,
        "kind": _kind(field),
        "start": start,
        "choices": choices,
    }


def _kind(field: Any) -> str:
    if isinstance(field, RadioChoiceField):
        return "radio"
    if isinstance(field, ChoiceField):
        return "choice"
    return "text" if isinstance(field, TextField | LinesField | JsonField) else "line"
