"""The autotune form on its page."""

import re
import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectField, TextAreaField

from ..contract.characters import visible
from ..contract.form import FIELDS, AutotuneForm
from ..contract.form_data import FormData, flat
from ..contract.variants import ROW
from .assumptions import MAX_QUERY_LENGTH
from .variant_rows import BEFORE_PASTE, read_removals

MAX_PROJECT = 100  # characters
MAX_TYPES = 20_000  # characters


def clean_token(text: str | None) -> str:
    return re.sub(r"[^A-Za-z0-9_-]", "", (text or "")[:64])


def parse_int(text: str | None) -> int:
    """0 if the text is not a positive integer; no version is 0."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) else 0


class AutotunePageForm(AutotuneForm, FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The form with its CSRF token and what the page itself sends along.

    `token` names this page of the form, `version` is what it was opened on, `replaces` a newer version that its user
    has seen and may replace, 0 for none. A page that was opened on a working copy has its digest, and of a new form
    the token of the page where it was begun, `first_token`.
    `assumptions` leads back to a forecast.
    `types` are the types that were chosen for parameters, as JSON of the table's script.
    `removed` is what can be undone, as JSON: see `read_removals`; `pasted` are cells of a spreadsheet.
    """

    token: Any = HiddenField(filters=[lambda text: clean_token(text) or secrets.token_urlsafe(16)])
    first_token: Any = HiddenField(filters=[clean_token])
    copy_digest: Any = HiddenField(filters=[clean_token])
    version: Any = HiddenField(filters=[parse_int])
    replaces: Any = HiddenField(filters=[parse_int])
    assumptions: Any = HiddenField(filters=[lambda text: visible(text or "")[:MAX_QUERY_LENGTH]])
    removed: Any = HiddenField(filters=[lambda text: text or ""])
    types: Any = HiddenField(filters=[lambda text: (text or "")[:MAX_TYPES]])
    pasted: Any = TextAreaField(
        "Cells of your spreadsheet",
        description="Copy the cells in your spreadsheet and paste them here. The first column is the name; "
        "with a header row, the others are named by it.",
        filters=[lambda text: visible(text or "")],
    )
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
        names = ("token", "first_token", "copy_digest", "version", "replaces", "assumptions", "project", "removed")
        return {name: self[name].data for name in (*names, "types", "pasted")}

    @property
    def content_fields(self) -> dict[str, Any]:
        """Those of `page_fields` that belong to what was typed, and not to this page."""
        return {name: self[name].data for name in ("assumptions", "project", "types", "pasted")}

    @property
    def key(self) -> str:
        """What a new form and the draft that it becomes are found by."""
        return str(self.first_token.data or self.token.data)

    @property
    def tokens(self) -> dict[str, str]:
        """For a `Submission`."""
        return {"token": self.token.data, "copy_digest": self.copy_digest.data, "key": self.key}

    @property
    def base_version(self) -> int:
        """The version that may be replaced."""
        return int(self.replaces.data or self.version.data)

    @property
    def undo_text(self) -> str:
        """What Undo does; blank if there is nothing to undo."""
        removals = read_removals(self.removed.data)
        if not removals:
            return ""
        row, variants = removals[-1]
        return (
            "Undo the paste" if row == BEFORE_PASTE else f"Undo: restore {variants[0]['name'] or 'the removed variant'}"
        )

    def leaf_fields(self) -> Iterator[Any]:
        yield self.project
        yield from super().leaf_fields()
        yield self.pasted

    def set_projects(self, names: dict[str, str]) -> None:
        """`names` are what pages call the projects that can be chosen; an unknown choice stays visible."""
        choices = dict(names)
        if self.project.data not in choices:
            choices = {self.project.data: self.project.data or "Choose one", **choices}
        self.project.choices = list(choices.items())


def has_prefill(names: Iterable[str]) -> bool:
    """Whether any of these is a field of the form, as in a prefilled link."""
    return any(name in FIELDS or ROW.match(name) for name in names)
