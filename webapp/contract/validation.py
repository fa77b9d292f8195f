"""From what was typed to an autotune, or to the list of what must be mended first."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .characters import UNSHOWABLE, code_point
from .choices import choice_of
from .errors import FieldError, Path
from .fields import (
    CONTEXTUAL_ONLY,
    FIELD,
    FIELDS,
    LARGEST_SHARE,
    MAX_JSON,
    MAX_LINE,
    MAX_TEXT,
    MAX_VARIANTS,
    MIN_VARIANTS,
    PARTS,
    SMALLEST_SHARE,
    VARIANT_FIELDS,
    Field,
)
from .form_data import Answers
from .json_input import JsonError, read_json
from .number_input import read_number, suggested_number
from .numbers import LARGEST_WHOLE, Inexact, InvalidNumber, TooLarge


@dataclass(frozen=True)
class Variant:
    name: str
    json: Any
    size: int | float | None = None


@dataclass(frozen=True)
class Autotune:
    """A valid request. Windows and thresholds are the canonical spellings; None is "not provided"."""

    name: str
    variants: tuple[Variant, ...]
    success_event: str
    exploration_window: str
    attribution_window: str
    winner_threshold: str
    is_contextual: bool
    description: str | None = None
    goal_rich_text: str | None = None
    success_event_value: str | None = None
    attribution_window_unit: str | None = None
    exploration_window_rate: int | float | None = None
    longterm_exploration_allocation: int | float | None = None
    feature_list: tuple[str, ...] | None = None
    metadata_field: str | None = None
    higher_is_better: bool | None = None
    metric_source_id: str | None = None
    value_column: str | None = None
    optimization_parameter: str | None = None
    linked_experiment_name: str | None = None
    id_type: str | None = None


class _Refused(ValueError):
    """Its text is the message of a problem at the field that was being read."""


def parse(raw: Answers) -> Autotune | list[FieldError]:
    """Reads answers by the contract: an autotune, or every problem in the order of the form."""
    problems: list[FieldError] = []
    values = {field.attribute: _read(field, raw, (), problems) for field in FIELDS}
    variants = _variants(raw.get("variants", []), problems)
    if not values["is_contextual"]:
        problems += [_contextual_only(name) for name in CONTEXTUAL_ONLY if values[FIELD[name].attribute] is not None]
    if problems:
        return sorted(problems, key=_place)
    values["is_contextual"] = bool(values["is_contextual"])
    return Autotune(variants=variants, **values)


ORDER = [name for part in PARTS for name in [field.name for field in part.fields] or [part.name]]
_COLUMNS = [field.name for field in VARIANT_FIELDS]


def _place(problem: FieldError) -> tuple[int, ...]:
    """Where on the form a problem stands: its field's place, then its row and its place in the row."""
    name, *rest = problem.path
    place = (ORDER.index(str(name)),)
    return (*place, int(rest[0]), _COLUMNS.index(str(rest[1]))) if rest else place


def _contextual_only(name: str) -> FieldError:
    return FieldError((name,), "Only contextual autotunes use this. Clear it, or choose Contextual")


def _variants(raw: list[Mapping[str, str]], problems: list[FieldError]) -> tuple[Variant, ...]:
    if len(raw) < MIN_VARIANTS:
        problems.append(FieldError(("variants",), f"Add a variant: an autotune needs at least {MIN_VARIANTS}"))
    if len(raw) > MAX_VARIANTS:
        problems.append(FieldError(("variants",), f"Remove variants until {MAX_VARIANTS} are left"))
    variants = tuple(_variant(row, given, problems) for row, given in enumerate(raw[:MAX_VARIANTS]))
    problems += _same_names(variants)
    problems += _all_zero(variants)
    return variants


def _variant(row: int, raw: Mapping[str, str], problems: list[FieldError]) -> Variant:
    return Variant(**{field.name: _read(field, raw, ("variants", row), problems) for field in VARIANT_FIELDS})


def _same_names(variants: tuple[Variant, ...]) -> list[FieldError]:
    first: dict[str, int] = {}
    return [
        FieldError(("variants", row, "name"), f"Variant {first[variant.name] + 1} has this name too. Enter another")
        for row, variant in enumerate(variants)
        if variant.name and first.setdefault(variant.name, row) != row
    ]


def _all_zero(variants: tuple[Variant, ...]) -> list[FieldError]:
    if any(variant.size != 0 for variant in variants):
        return []
    return [
        FieldError(("variants", row, "size"), "Give at least one variant a size above 0")
        for row in range(len(variants))
    ]


def _read(field: Field, raw: Mapping[str, Any], path: Path, problems: list[FieldError]) -> Any:
    """One member's value, or None when it was left blank or refused."""
    try:
        text = _text(field, raw.get(field.name) or "")
        if text:
            return _READERS[field.kind](field, text)
        if field.required:
            raise _Refused(field.missing)
    except _Refused as refused:
        problems.append(FieldError((*path, field.name), str(refused)))
    return None


_LIMITS = {"text": MAX_TEXT, "lines": MAX_TEXT, "json": MAX_JSON}


def _text(field: Field, typed: str) -> str:
    """What was typed, with the line ends that browsers change put back, and spaces around a single line gone."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > _LIMITS.get(field.kind, MAX_LINE):
        raise _Refused(f"Shorten this to {_LIMITS.get(field.kind, MAX_LINE):,} characters; it has {len(text):,}")
    if field.kind == "json":
        return text if text.strip() else ""
    if found := UNSHOWABLE.search(text):
        raise _Refused(f"Remove the invisible character {code_point(found[0])}")
    if field.kind == "text":
        return text if text.strip() else ""
    return text.strip()


def _line(_: Field, text: str) -> str:
    if "\n" in text:
        raise _Refused("Put this on one line")
    return text


# Commas, semicolons and tabs, also those of other scripts.
_SEPARATOR = re.compile("[,;\t\u060c\u061b\u3001\uff0c\uff1b]")
_SHOWN_PARTS = 5


def _lines(_: Field, text: str) -> tuple[str, ...]:
    """Each value once, in the order of the first."""
    lines = dict.fromkeys(line.strip() for line in text.split("\n") if line.strip())
    for line in lines:
        if _SEPARATOR.search(line):
            raise _Refused(_one_a_line([part.strip() for part in _SEPARATOR.split(line) if part.strip()]))
    return tuple(lines)


def _one_a_line(parts: list[str]) -> str:
    if len(parts) < 2:
        return f"Write {parts[0]}" if parts else "Remove this line: it holds no attribute"
    more = f" and {len(parts) - _SHOWN_PARTS} more" if len(parts) > _SHOWN_PARTS else ""
    return f"Put each attribute on its own line: {' · '.join(parts[:_SHOWN_PARTS])}{more}"


def _number(_: Field, text: str) -> int | float:
    try:
        number = _plain_number(text)
    except InvalidNumber:
        written = suggested_number(text, 0, LARGEST_WHOLE)
        raise _Refused(f"Write {written}" if written else "Enter a number in figures, such as 50 or 0.5") from None
    except TooLarge as error:
        raise _Refused(f"{error}. Enter a smaller one") from None
    if text.startswith("-"):
        raise _Refused("Enter 0 or more")
    return number


def _share(_: Field, text: str) -> int | float:
    try:
        number = _plain_number(text)
    except (InvalidNumber, TooLarge):
        number = 0  # refused below, as any number outside is
    if not SMALLEST_SHARE <= number <= LARGEST_SHARE:
        written = suggested_number(text, SMALLEST_SHARE, LARGEST_SHARE, as_share=True)
        expected = f"Enter a number from {SMALLEST_SHARE} to {LARGEST_SHARE}, such as 0.5"
        raise _Refused(f"Write {written}" if written else expected)
    return number


def _plain_number(text: str) -> int | float:
    """Raises NoNumber or TooLarge."""
    try:
        return read_number(text)
    except Inexact as error:
        raise _Refused(str(error)) from None


def _choice(field: Field, text: str) -> str | bool:
    choice = choice_of(field.choices, text)
    if choice is None:
        raise _Refused(f"Choose one of: {', '.join(choice.label for choice in field.choices)}")
    return choice.value == "true" if field.boolean else choice.value


def _json(_: Field, text: str) -> Any:
    try:
        return read_json(text)
    except JsonError as error:
        raise _Refused(str(error)) from None


_READERS: dict[str, Callable[[Field, str], Any]] = {
    "line": _line,
    "text": lambda _, text: text,
    "lines": _lines,
    "number": _number,
    "share": _share,
    "choice": _choice,
    "radio": _choice,
    "json": _json,
}
