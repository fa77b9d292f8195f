"""From a submitted form to answers, by WTForms; what they are worth is the contract's to say."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, FormField, StringField

from ..contract.characters import escape_json, visible
from ..contract.fields import FIELDS, VARIANT_FIELDS
from ..contract.form_data import Answers

_ROW = re.compile(r"variants-([0-9]{1,3})-")


def _row_numbers(names: Iterable[str]) -> Iterator[int]:
    return (int(match[1]) for name in names if (match := _ROW.match(name)))


class _Rows(FieldList):  # type: ignore[type-arg]  # generic in its stubs alone
    """Takes the rows that are there and no others: WTForms stops with an error at `variants-²-name`."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        return _row_numbers(formdata)


_VariantForm = type("VariantForm", (Form,), {field.name: StringField() for field in VARIANT_FIELDS})
AutotuneForm = type(
    "AutotuneForm",
    (Form,),
    {
        **{field.name: StringField() for field in FIELDS},
        "variants": _Rows(FormField(_VariantForm)),
        **{name: StringField() for name in ("token", "version", "project", "action")},
    },
)


class Submitted:
    """One submission: the answers as typed, and what the form says of itself."""

    def __init__(self, data: MultiDict[str, str]) -> None:
        values = AutotuneForm(data).data
        self.answers: Answers = {field.name: values[field.name] or "" for field in FIELDS}
        self.answers |= {field.name: "\n".join(data.getlist(field.name)) for field in FIELDS if field.kind == "lines"}
        self.numbers = sorted(set(_row_numbers(data)))
        self.answers["variants"] = [{name: text or "" for name, text in row.items()} for row in values["variants"]]
        for row in self.answers["variants"]:
            row["json"] = escape_json(row["json"])  # what a page cannot show would not come back from it
        self.token = clean_token(values["token"])
        self.version = whole_number(values["version"])
        self.project = visible(values["project"] or "")[:100]
        self.action: str = values["action"] or "check"


def clean_token(text: str | None) -> str:
    """What a form's token may be: whatever else somebody writes there is left out."""
    return re.sub(r"[^A-Za-z0-9_-]", "", (text or "")[:64])


def whole_number(text: str | None) -> int:
    """0 for what is none: no version and no page has that number."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0


def names_a_field(names: Sequence[str]) -> bool:
    """Whether any of these is a member of the form, as in a prefilled link."""
    known = {field.name for field in FIELDS}
    return any(name in known or _ROW.match(name) for name in names)
