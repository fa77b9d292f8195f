"""A request body that did not come from the form, read by the form."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .diff import same_json
from .errors import FieldError
from .fields import ChoiceField, TypedField
from .form import FIELDS, VARIANT_FIELDS, AutotuneForm
from .form_data import FormData, empty_variant
from .json_input import write_json

PLACEHOLDER = re.compile(r"<(?:string|any|number|boolean)>")  # as the example on Statsig's page has them


def form_from_body(body: object) -> AutotuneForm:
    """The form with a decoded body in it. Its `validate` finds what the form finds and the errors that only a body has:
    wrong types, unknown properties, and values that would be sent differently, such as a text with spaces around it."""
    reader = _Reader(body)
    form = AutotuneForm.from_data(reader.form_data)
    form.type_errors = (*reader.errors, *_changed_values(form, reader.values))
    return form


class _Reader:
    def __init__(self, body: object) -> None:
        self.errors: list[FieldError] = []
        self.values: dict[str, Any] = {}  # those that were read, by the ID of their field
        self.form_data = self._read(body)

    def _read(self, body: object) -> FormData:
        if not isinstance(body, Mapping):
            self.errors.append(FieldError("", "The body must be a JSON object"))
            return {"variants": []}
        self._unknown_properties(body, {"variants", *FIELDS}, "")
        form_data: FormData = {name: self._text(field, body, name) for name, field in FIELDS.items()}
        return form_data | {"variants": self._variants(body.get("variants", []))}

    def _variants(self, variants: object) -> list[dict[str, str]]:
        if not isinstance(variants, list):
            self.errors.append(FieldError("variants", "Variants must be a list"))
            return []
        return [self._variant(variant, f"variants-{row}") for row, variant in enumerate(variants)]

    def _variant(self, variant: object, field_id: str) -> dict[str, str]:
        if not isinstance(variant, Mapping):
            self.errors.append(FieldError(field_id, "A variant must be an object"))
            return empty_variant()
        self._unknown_properties(variant, set(VARIANT_FIELDS), f"{field_id}-")
        return {name: self._text(field, variant, f"{field_id}-{name}") for name, field in VARIANT_FIELDS.items()}

    def _unknown_properties(self, given: Mapping[Any, Any], known: set[str], prefix: str) -> None:
        for name in given:
            if name not in known:
                self._unknown_property(prefix, name)

    def _unknown_property(self, prefix: str, name: str) -> None:
        self.errors.append(FieldError(f"{prefix}{name}", f"{name} is not a property of Create Autotune"))

    def _text(self, field: TypedField, given: Mapping[Any, Any], field_id: str) -> str:
        name = field.short_name
        if name not in given or (given[name] is None and name != "json"):
            return ""
        try:
            text = self._to_text(field, given[name], field_id)
        except ValueError as error:
            self.errors.append(FieldError(field_id, str(error)))
            return ""
        self.values[field_id] = given[name]
        return text

    def _to_text(self, field: TypedField, value: object, _field_id: str) -> str:
        return field.from_json(value)


class LenientBody(_Reader):
    """A body as somebody would have typed it: validation finds what is wrong with a number in place of a text.

    `unknown` and `placeholders` are the IDs of fields that were left out.
    """

    def __init__(self, body: object) -> None:
        self.unknown: list[str] = []
        self.placeholders: list[str] = []
        super().__init__(body)

    def _unknown_property(self, prefix: str, name: str) -> None:
        self.unknown.append(f"{prefix}{name}")

    def _to_text(self, field: TypedField, value: object, field_id: str) -> str:
        texts = value if isinstance(value, list) else [value]
        if texts and all(isinstance(text, str) and PLACEHOLDER.fullmatch(text) for text in texts):
            self.placeholders.append(field_id)
            return ""
        try:
            return field.from_json(value)
        except ValueError:
            if isinstance(value, dict | list):
                raise
            return value if isinstance(value, str) else write_json(value)


def _changed_values(form: AutotuneForm, values: Mapping[str, Any]) -> Iterator[FieldError]:
    for field in form.leaf_fields():
        value = values.get(field.id)
        skipped = value in (None, "", []) or field.process_errors or isinstance(field, ChoiceField)
        if skipped or same_json(field.data, value) or (field.data is None and field.flags.required):
            continue
        what_to_do = "Leave this out" if field.data is None else f"Enter {write_json(field.data)}"
        yield FieldError(field.id, f"{what_to_do}: it would be sent like that")
