"""Builds a scenario from the form data and the assumptions, or says why that is impossible."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..contract.characters import visible
from ..contract.choices import Choice, choice_of, window_hours
from ..contract.errors import FieldError
from ..contract.form import FIELDS, AutotuneForm
from ..contract.form_data import FormData
from ..contract.number_input import suggested_number
from .scenario import MAX_VISITS, Scenario, ScenarioError

MAX_FORM_VARIANTS = 10  # more of them take minutes, and nobody could read the charts
MIN_RATE, MAX_RATE = 0.001, 99.999  # percent
MAX_LIFT = 1_000_000  # percent; a suggestion has to end somewhere
DAY_CHOICES = (7, 14, 28, 56)
BEST_VARIANT = 1  # the variant that a lift makes the best: the first is the default, and the first to be beaten

CONTEXTUAL = (
    "Not estimated: a contextual autotune chooses by what is known about each user and never declares a winner, "
    "so there is no success rate per variant to assume and no end to forecast."
)
VALUE = (
    "Not estimated: this autotune optimizes a value. The outcome depends on how much that value varies and on "
    "Statsig’s model of it, which is not published; a success rate says nothing about either."
)
MANY = f"Not estimated: a forecast can have at most {MAX_FORM_VARIANTS} variants, and this autotune has {{}}."

_USED_FIELDS = ("variants", "explorationWindow", "attributionWindow", "attributionWindowUnit", "winnerThreshold")
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?|\.[0-9]{1,15}")
_DOTTED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")  # 2.000: two, or two thousand?
_GROUPED = re.compile(r"[0-9]{1,3}(?:[, \u00a0\u202f][0-9]{3})+")


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    kind: str = "line"
    hint: str = ""
    missing: str = ""
    start: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def required(self) -> bool:
        return bool(self.missing)


ASSUMPTIONS = (
    Field("visits", "Visits per day", "number", hint="People who see any of the variants."),
    Field("rate", "Success rate (%)", "number", hint="How many of 100 viewers succeed?"),
    Field(
        "lift",
        "Lift of the best (%)",
        "number",
        hint="With 10, a rate of 5% becomes 5.5%.",
        start="10",
    ),
    Field(
        "days",
        "Days to simulate",
        "choice",
        hint="How far to look ahead.",
        missing="Choose the days to simulate",
        start="28",
        choices=tuple(Choice(str(days), f"{days} days", (str(days),)) for days in DAY_CHOICES),
    ),
)

Assumptions = Mapping[str, str]
Names = tuple[str, ...]


def rate_fields(names: Names) -> tuple[Field, ...]:
    """A field for each variant's own rate."""
    return tuple(Field(f"rate-{row}", f"Rate of {name} (%)", "number") for row, name in enumerate(names))


def unsupported_reason(form_data: FormData) -> str:
    """Why there is no forecast for this autotune, whatever the assumptions; blank where there is one."""
    if form_data.get("isContextual") == "true":
        return CONTEXTUAL
    if form_data.get("optimizationParameter") == "value" or str(form_data.get("valueColumn") or "").strip():
        return VALUE
    count = len(form_data["variants"])
    return MANY.format(count) if count > MAX_FORM_VARIANTS else ""


def missing_fields(form_data: FormData) -> list[FieldError]:
    """What a forecast needs: the number of variants, the windows, the threshold.

    The variants' JSON may be megabytes, and no forecast depends on it.
    """
    form = AutotuneForm.from_data({**form_data, "variants": [{**row, "json": ""} for row in form_data["variants"]]})
    form.validate()
    return [error for error in form.error_list() if error.field in _USED_FIELDS]


def variant_names(form_data: FormData) -> Names:
    """A name for each variant, those without one by their number; a name that two of them have, with the number."""
    typed = [visible(row["name"].strip()) for row in form_data["variants"]]
    return tuple(_variant_name(name, index, typed.count(name) > 1) for index, name in enumerate(typed, 1))


def _variant_name(name: str, number: int, repeated: bool) -> str:
    if not name:
        return f"Variant {number}"
    return f"{name} (variant {number})" if repeated else name


def build_scenario(form_data: FormData, assumptions: Assumptions) -> Scenario | list[FieldError]:
    """The scenario, or the errors in the assumptions. The form data must have no `missing_fields`."""
    errors: list[FieldError] = []
    visits = _visits(assumptions.get("visits", ""), errors)
    days = _days(assumptions.get("days", ""), errors)
    rates = _rates(variant_names(form_data), assumptions, errors)
    if errors:
        return errors
    try:
        return Scenario(rates, visits, days=days, **_choices(form_data))
    except ScenarioError as error:
        return [FieldError("", error.message)]


def _choices(form_data: FormData) -> dict[str, Any]:
    value = {name: _value(name, form_data) for name in _USED_FIELDS[1:]}
    return {
        "exploration_hours": round(window_hours(value["explorationWindow"])),
        "attribution_hours": window_hours(value["attributionWindow"], value["attributionWindowUnit"] or None),
        "threshold": int(value["winnerThreshold"].removesuffix("%")),
    }


def _value(name: str, form_data: FormData) -> str:
    choice = choice_of(FIELDS[name].choices, str(form_data.get(name) or "").strip())
    return choice.text if choice else ""


def _visits(text: str, errors: list[FieldError]) -> float:
    typed = text.strip()
    if _DOTTED.fullmatch(typed):
        meant = typed.replace(".", ",")
        errors.append(FieldError("visits", f"Write {meant}, or leave out the dot: a dot starts the decimals"))
        return 0.0
    visits = None if "%" in typed else _number(re.sub("[^0-9]", "", typed) if _GROUPED.fullmatch(typed) else typed)
    if visits is None or not 1 <= visits <= MAX_VISITS:
        suggestion = "" if "%" in typed else _suggestion(typed, 1, MAX_VISITS)
        message = f"Enter the visits per day as a number from 1 to {MAX_VISITS:,}"
        errors.append(FieldError("visits", suggestion or message))
    return visits or 0.0


def _days(text: str, errors: list[FieldError]) -> int:
    if text.strip() not in map(str, DAY_CHOICES):
        errors.append(FieldError("days", "Choose the days to simulate"))
        return DAY_CHOICES[0]
    return int(text)


def _rates(names: Names, assumptions: Assumptions, errors: list[FieldError]) -> tuple[float, ...]:
    """The variants' own rates where any is given; else the second is the best and the others are equal."""
    own = [assumptions.get(f"rate-{row}", "").strip() for row in range(len(names))]
    if any(own):
        rows = enumerate(zip(own, names, strict=True))
        return tuple(_percent(text, f"rate-{row}", f" of {name}", errors) for row, (text, name) in rows)
    rate = _percent(assumptions.get("rate", ""), "rate", "", errors)
    best = rate * _lift(assumptions.get("lift", ""), rate, errors)
    return tuple(best if row == BEST_VARIANT else rate for row in range(len(names)))


def _lift(text: str, rate: float, errors: list[FieldError]) -> float:
    lift = _number(text)
    if lift is None:
        message = "Enter the lift as a number, such as 10 or 0"
        errors.append(FieldError("lift", _suggestion(text, 0, MAX_LIFT) or message))
        return 1.0
    if rate * (1 + lift / 100) >= 1:
        errors.append(FieldError("lift", "Enter a smaller lift: the best variant would succeed every time"))
    return 1 + lift / 100


def _percent(text: str, field: str, suffix: str, errors: list[FieldError]) -> float:
    percent = _number(text)
    if percent is None or not MIN_RATE <= percent <= MAX_RATE:
        message = f"Enter a success rate{suffix} from {MIN_RATE} to {MAX_RATE} percent, such as 5"
        errors.append(FieldError(field, _suggestion(text, MIN_RATE, MAX_RATE) or message))
        return 0.0
    return percent / 100


def _suggestion(text: str, low: float, high: float) -> str:
    """What to write instead; blank where the text is a number already, or nobody can tell what was meant."""
    number = "" if _number(text) is not None else suggested_number(text, low, high)
    return f"Write {number}{', with a decimal point' if ',' in text else ''}" if number else ""


def _number(text: str) -> float | None:
    typed = text.strip().removesuffix("%").strip()
    return float(typed) if _NUMBER.fullmatch(typed) else None
