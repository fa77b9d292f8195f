"""The autotune form on its page, and the buttons that change it without saving."""

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField

from ..contract.characters import visible
from ..contract.form import CONTEXTUAL_FIELDS, FIELDS, AutotuneForm
from ..contract.form_data import FormData, empty_variant, flat
from ..contract.json_input import write_json
from ..contract.limits import MAX_VARIANTS
from ..contract.variants import ROW
from .assumptions import MAX_QUERY_LENGTH

MAX_PROJECT = 100  # characters


def clean_token(text: str | None) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", (text or "")[:64])


def parse_int(text: str | None) -> int:
    """0 if the text is not a positive integer; no version is 0."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0


class AutotunePageForm(AutotuneForm, FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The form with its CSRF token and what the page itself sends along.

    `token` names this form, `version` is what it was opened on, `assumptions` leads back to a forecast.
    """

    token: Any = HiddenField(filters=[lambda text: clean_token(text) or secrets.token_urlsafe(16)])
    version: Any = HiddenField(filters=[parse_int])
    assumptions: Any = HiddenField(filters=[lambda text: visible(text or "")[:MAX_QUERY_LENGTH]])
    project: Any = SelectField(
        "Statsig project",
        choices=[],
        filters=[lambda text: visible(text or "")[:MAX_PROJECT]],
        render_kw={"required": True},
        validate_choice=False,
    )

    @classmethod
    def with_data(cls, form_data: FormData, **page_fields: Any) -> "AutotunePageForm":
        """The form with what was typed before, and with values of the fields above."""
        values = flat(form_data)
        for name, value in page_fields.items():
            values[name] = str(value)
        return cls(values)

    @property
    def page_fields(self) -> dict[str, Any]:
        """What to pass to `with_data` for the same form with other form data."""
        names = ("token", "version", "assumptions", "project")
        return {name: self[name].data for name in names}

    def leaf_fields(self) -> Iterator[Any]:
        yield self.project
        yield from super().leaf_fields()

    def set_projects(self, names: dict[str, str]) -> None:
        """`names` are what pages call the projects that can be chosen; an unknown choice stays visible."""
        choices = dict(names)
        if self.project.data not in choices:
            choices = {self.project.data: self.project.data or "Choose one", **choices}
        self.project.choices = list(choices.items())


def has_prefill(names: Iterable[str]) -> bool:
    """Whether any of these is a field of the form, as in a prefilled link."""
    return any(name in FIELDS or ROW.match(name) for name in names)


_ROW_ACTION = re.compile(r"(remove|format)-([0-9]{1,3})")


@dataclass
class FormUpdate:
    """The form data after a button, the ID of the field that gets the focus, and what keeps the button from working."""

    form_data: FormData
    focus: str = ""
    error: str = ""


def apply_form_action(form: AutotuneForm, action: str) -> FormUpdate | None:
    """None for a button that saves."""
    form_data = form.form_data
    if match := _ROW_ACTION.fullmatch(action):
        rows = form.variants.row_numbers  # as submitted: there may be gaps
        if int(match[2]) not in rows:
            return FormUpdate(form_data)
        row = rows.index(int(match[2]))
        return _remove(form_data, row) if match[1] == "remove" else _format(form, row)
    if action == "add":
        return _add(form_data)
    if action == "clear":
        return FormUpdate(form_data | dict.fromkeys(CONTEXTUAL_FIELDS, ""), "isContextual")
    return None


def _add(form_data: FormData) -> FormUpdate:
    variants = form_data["variants"]
    if len(variants) >= MAX_VARIANTS:
        return FormUpdate(form_data, "variants", f"You can add up to {MAX_VARIANTS} variants")
    return FormUpdate(form_data | {"variants": [*variants, empty_variant()]}, f"variants-{len(variants)}-name")


def _remove(form_data: FormData, row: int) -> FormUpdate:
    variants = form_data["variants"][:row] + form_data["variants"][row + 1 :]
    focus = f"variants-{min(row, len(variants) - 1)}-name" if variants else "variants"
    return FormUpdate(form_data | {"variants": variants}, focus)


def _format(form: AutotuneForm, row: int) -> FormUpdate:
    form_data, field = form.form_data, form.variants[row].form.json
    if not field.validate(form):
        return FormUpdate(form_data, field.id, field.errors[0])
    form_data["variants"][row]["json"] = write_json(field.data)
    return FormUpdate(form_data, field.id)
