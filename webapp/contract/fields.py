"""The field types of the form, where WTForms has none.

What was typed stays visible, valid or not; `data` is the value to send.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from wtforms import Field, widgets
from wtforms.fields.choices import Choice as Option  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.fields.choices import SelectFieldBase
from wtforms.validators import InputRequired, StopValidation

from .characters import UNPRINTABLE, code_point, escape_json, spell_out, visible
from .choices import Choice, find_choice
from .json_input import read_json, write_json
from .limits import MAX_LINE, MAX_SHARE, MAX_TEXT, MIN_SHARE
from .numbers import LARGEST_WHOLE, InvalidNumber, read_number, suggested_number, without_exponent


class Required(InputRequired):
    """Like InputRequired, but spaces alone do not count as input."""

    def __call__(self, form: Any, field: Any) -> None:
        if not field.typed.strip():
            field.errors[:] = []
            raise StopValidation(self.message or "")


class TypedField(Field):
    """A field that keeps its text. `data` is what `parse` makes of it, None if it was left blank.

    `default_note` says what Statsig does when the field is blank, `initial` is the text on an empty form, and
    `contextual_only` fields belong to contextual autotunes. `required_message` is for an optional field that a policy
    requires.
    """

    max_length = MAX_LINE
    attributes: dict[str, Any] = {}  # noqa: RUF012
    expected_json = "a string"

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        default_note: str = "",
        initial: str = "",
        contextual_only: bool = False,
        example: str = "",
        required_message: str = "",
        **kwargs: Any,
    ) -> None:
        placeholder = {"placeholder": example} if example else {}
        render_kw = {**placeholder, **self.attributes, **kwargs.pop("render_kw", {})}
        super().__init__(label, list(validators), render_kw=render_kw, **kwargs)
        self.default_note, self.initial, self.contextual_only = default_note, initial, contextual_only
        self.typed = ""
        self._required_message = required_message

    @property
    def title(self) -> str:
        """The label in messages, in the history and in the review."""
        return str(self.label.text).removesuffix(" (optional)")

    @property
    def required_message(self) -> str:
        messages = (str(rule.message) for rule in self.validators if isinstance(rule, Required))
        return next(messages, self._required_message)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = valuelist[0] if valuelist else ""
        self.data = None
        text = self.typed.replace("\r\n", "\n").replace("\r", "\n")  # browsers change line ends
        if text.strip():
            self.check_text(text)
            self.data = self.parse(text)

    def check_text(self, text: str) -> None:
        """Raises ValueError."""
        if len(text) > self.max_length:
            raise ValueError(f"Shorten this to {self.max_length:,} characters; it has {len(text):,}")
        if match := UNPRINTABLE.search(text):
            raise ValueError(f"Remove the invisible character {code_point(match[0])}")

    def parse(self, text: str) -> Any:
        """The value to send. Raises ValueError with what to do."""
        return text

    def from_json(self, value: object) -> str:
        """The text to type for a value of a request body. Raises ValueError for another type."""
        if not isinstance(value, str):
            raise ValueError(f"Expected {self.expected_json}")
        return value

    def _value(self) -> str:
        return visible(self.typed)


class LineField(TypedField):
    """One line, without the spaces around it."""

    widget = widgets.TextInput()
    attributes = {"dir": "auto"}  # noqa: RUF012

    def parse(self, text: str) -> str:
        if "\n" in text.strip():
            raise ValueError("Put this on one line")
        return text.strip()


class _TextArea(widgets.TextArea):
    """A text area that grows with its text, up to 14 rows."""

    def __init__(self, min_rows: int = 2) -> None:
        super().__init__()
        self.min_rows = min_rows

    def __call__(self, field: Any, **kwargs: Any) -> Any:
        rows = min(max(field.typed.count("\n") + 1, self.min_rows), 14)
        return super().__call__(field, rows=rows, **kwargs)


class TextField(TypedField):
    """Several lines, sent as typed."""

    widget = _TextArea()
    max_length = MAX_TEXT
    attributes = {"dir": "auto", "spellcheck": "true", "autocapitalize": "sentences"}  # noqa: RUF012


# Commas, semicolons and tabs, also those of other scripts.
_SEPARATOR = re.compile("[,;\t\u060c\u061b\u3001\uff0c\uff1b]")
_MAX_LISTED = 5


class LinesField(TypedField):
    """One value per line; each value once, in the order of the first."""

    widget = _TextArea()
    max_length = MAX_TEXT
    attributes = {"dir": "auto"}  # noqa: RUF012
    expected_json = "a list of strings"

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(["\n".join(valuelist)])

    def parse(self, text: str) -> list[str]:
        lines = dict.fromkeys(line.strip() for line in text.split("\n") if line.strip())
        for line in lines:
            if _SEPARATOR.search(line):
                raise ValueError(_one_per_line([part.strip() for part in _SEPARATOR.split(line) if part.strip()]))
        return list(lines)

    def from_json(self, value: object) -> str:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ValueError(f"Expected {self.expected_json}")
        return "\n".join(value)


def _one_per_line(parts: list[str]) -> str:
    if len(parts) < 2:
        return f"Enter {parts[0]}" if parts else "Remove this line: it contains no attribute"
    more = f" and {len(parts) - _MAX_LISTED} more" if len(parts) > _MAX_LISTED else ""
    return f"Put each attribute on its own line: {' · '.join(parts[:_MAX_LISTED])}{more}"


class NumberField(TypedField):
    """A number from 0 on, sent as it was typed."""

    widget = widgets.TextInput()
    attributes = {"inputmode": "decimal", "class": "short"}  # noqa: RUF012
    expected_json = "a number"

    def parse(self, text: str) -> int | float:
        try:
            number = read_number(text.strip())
        except InvalidNumber:
            suggestion = suggested_number(text, 0, LARGEST_WHOLE)
            message = f"Enter {suggestion}" if suggestion else "Enter a number in digits, such as 50 or 0.5"
            raise ValueError(message) from None
        if text.strip().startswith("-"):
            raise ValueError("Enter 0 or more")
        return number

    def from_json(self, value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"Expected {self.expected_json}")
        return without_exponent(value)


class ShareField(NumberField):
    """A number from 0.001 to 1."""

    def parse(self, text: str) -> int | float:
        try:
            number = read_number(text.strip())
        except InvalidNumber:
            number = 0  # refused below, as any number outside is
        if not MIN_SHARE <= number <= MAX_SHARE:
            suggestion = suggested_number(text, MIN_SHARE, MAX_SHARE, as_share=True)
            range_message = f"Enter a number from {MIN_SHARE} to {MAX_SHARE}, such as 0.5"
            raise ValueError(f"Enter {suggestion}" if suggestion else range_message)
        return number


class JsonField(TypedField):
    """Any JSON value. `data` is None for `null` too: a field that must be filled in is Required."""

    widget = _TextArea(min_rows=1)
    attributes = {"class": "code", "data-json": True}  # noqa: RUF012

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata([escape_json(text) for text in valuelist])  # what a page cannot show

    def check_text(self, text: str) -> None:
        """`read_json` does, with line and column."""

    def parse(self, text: str) -> Any:
        return read_json(text)

    def from_json(self, value: object) -> str:
        return write_json(value)


class ChoiceField(SelectFieldBase, TypedField):
    """One of some choices, in any of their spellings. An unknown one stays visible.

    `blank_label` is the option for no choice, if it is optional.
    """

    widget: Any = widgets.Select()

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        choices: Sequence[Choice],
        blank_label: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(label, validators, **kwargs)  # type: ignore[arg-type]
        note = f"Not provided: {self.default_note}" if self.default_note else ""
        self.blank_label = blank_label or note
        self.choices = tuple(choices)
        self.render_kw = {}
        if isinstance(self.choices[0].value, bool):
            self.expected_json = "true or false"

    @property
    def choice(self) -> Choice | None:
        return find_choice(self.choices, self.typed.strip())

    def parse(self, text: str) -> str | bool:
        if self.choice is None:
            raise ValueError(f"Choose one of: {', '.join(choice.label for choice in self.choices)}")
        return self.choice.value

    def from_json(self, value: object) -> str:
        if isinstance(self.choices[0].value, bool):
            if not isinstance(value, bool):
                raise ValueError(f"Expected {self.expected_json}")
            return str(value).lower()
        return super().from_json(value)

    def iter_choices(self) -> Iterator[Any]:
        unknown = self.typed.strip() if self.choice is None else ""
        if not self.flags.required:
            yield Option("", self.blank_label, False, {})
        elif not self.typed.strip():
            yield Option("", "Choose one", False, {})
        for choice in self.choices:
            yield Option(choice.text, choice.label, choice == self.choice, {})
        if unknown:
            yield Option(visible(unknown), spell_out(unknown), True, {})


class RadioChoiceField(ChoiceField):
    """A choice as radio buttons; the first is checked if none of them was chosen."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.RadioInput()

    def iter_choices(self) -> Iterator[Any]:
        checked = self.choice or self.choices[0]
        for choice in self.choices:
            yield Option(choice.text, choice.label, choice == checked, {})
