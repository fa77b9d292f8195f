"""The variants of an autotune, a small form for each."""

import re
from collections.abc import Iterator
from typing import Any

from wtforms import FieldList, Form

from .fields import JsonField, LineField, NumberField, Required
from .limits import MAX_VARIANTS, MIN_VARIANTS

TOO_MANY_VARIANTS = f"Remove variants until {MAX_VARIANTS} are left"


class VariantForm(Form):
    name = LineField(
        "Name",
        [Required("Enter a name for this variant")],
        example="e.g. red",
    )
    json = JsonField(
        "JSON",
        [Required("Enter a value for this variant")],
        example='{"color": "red"}',
    )
    size = NumberField("Share in % (optional)")

    @property
    def form_data(self) -> dict[str, str]:
        return {"name": self.name.typed, "size": self.size.typed, "json": self.json.typed}

    def body(self) -> dict[str, Any]:
        size = {} if self.size.data is None else {"size": self.size.data}
        return {"name": self.name.data, "json": self.json.data, **size}


# How the name of a variant's field begins, with its row.
ROW = re.compile(r"variants-([0-9]{1,3})-")


class VariantList(FieldList):  # type: ignore[type-arg]  # generic in its stubs alone
    """The variants. Its own `errors` are about their number; those of their fields are at the fields."""

    limit = MAX_VARIANTS  # a policy may lower it
    row_numbers: tuple[int, ...] = ()  # as submitted: WTForms renumbers the entries where there are gaps

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        # WTForms stops with an error at `variants-²-name`, and takes an index of 5,000 digits.
        self.row_numbers = tuple(sorted({int(match[1]) for name in formdata if (match := ROW.match(name))}))
        return iter(self.row_numbers)

    def validate(self, form: Any, extra_validators: Any = ()) -> bool:
        self.errors = []
        for entry in self.entries[:MAX_VARIANTS]:
            entry.validate(form)
        if len(self.entries) < MIN_VARIANTS:
            self.errors.append(f"Add a variant: an autotune needs at least {MIN_VARIANTS}")
        if len(self.entries) > MAX_VARIANTS:
            self.errors.append(TOO_MANY_VARIANTS)
        return not self.errors and not any(entry.errors for entry in self.entries)
