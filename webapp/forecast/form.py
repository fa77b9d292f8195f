"""The assumptions of a forecast as a form."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Self

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, Label

from ..contract.choices import Choice
from ..contract.error_list import ErrorList
from ..contract.fields import ChoiceField, NumberField, Required
from ..contract.numbers import suggested_number
from .scenario import MAX_VISITS

MIN_RATE, MAX_RATE = 0.001, 99.999  # percent
MAX_LIFT = 1_000_000  # percent
BEST_VARIANT_INDEX = 1  # the variant that a lift makes the best: the first is the default, and the first to be beaten

_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?|\.[0-9]{1,15}")
_DOTTED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")  # 2.000: two, or two thousand?
_GROUPED = re.compile(r"[0-9]{1,3}(?:[, \u00a0\u202f][0-9]{3})+")


class AssumptionField(NumberField):
    """A number between two limits. `message` says what to enter where it is missing or out of range."""

    def __init__(self, label: str = "", *, limits: tuple[float, float], message: str, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.limits, self.message = limits, message

    @property
    def required_message(self) -> str:
        return self.message

    def parse(self, text: str) -> float:
        typed = self.strip_units(text.strip())
        low, high = self.limits
        if not _NUMBER.fullmatch(typed):
            raise ValueError(self._suggestion(typed) or self.message)
        if not low <= float(typed) <= high:
            raise ValueError(self.message)
        return float(typed)

    def strip_units(self, text: str) -> str:
        """The number without a percent sign or separators."""
        return text

    def _suggestion(self, text: str) -> str:
        number = "" if "%" in text else suggested_number(text, *self.limits)
        return f"Enter {number}{', with a decimal point' if ',' in text else ''}" if number else ""


class PercentField(AssumptionField):
    """In percent, with or without the sign."""

    def strip_units(self, text: str) -> str:
        return text.removesuffix("%").strip()


class VisitsField(AssumptionField):
    """Thousands may be separated by commas or spaces."""

    def strip_units(self, text: str) -> str:
        if _DOTTED.fullmatch(text):
            raise ValueError(f"Enter {text.replace('.', ',')}, or leave out the dot: a dot starts the decimals")
        return re.sub("[^0-9]", "", text) if _GROUPED.fullmatch(text) else text


def _rate_field(label: str = "", **kwargs: Any) -> Any:
    message = f"Enter a success rate from {MIN_RATE} to {MAX_RATE} percent, such as 5"
    return PercentField(label, limits=(MIN_RATE, MAX_RATE), message=message, **kwargs)


class AssumptionsForm(ErrorList, Form):
    """Either `rate` and `lift` are used, or the rates of the variants: as soon as one of those is filled in."""

    visits = VisitsField(
        "Visits per day",
        description="Visits that see any of the variants.",
        limits=(1, MAX_VISITS),
        message=f"Enter the visits per day as a number from 1 to {MAX_VISITS:,}",
    )
    rate = _rate_field("Success rate (%)", description="How many of 100 visits succeed?")
    lift = PercentField(
        "Lift of the best (%)",
        description="With 10, a rate of 5% becomes 5.5%.",
        initial="10",
        limits=(0, MAX_LIFT),
        message=f"Enter the lift as a number from 0 to {MAX_LIFT:,}, such as 10",
    )
    days = ChoiceField(
        "Days to simulate",
        [Required("Choose the days to simulate")],
        choices=[Choice(str(days), f"{days} days", (str(days),)) for days in (7, 14, 28, 56)],
        description="How far to look ahead.",
        initial="28",
    )
    variant_rates = FieldList(_rate_field(), name="rate")  # rate-0, rate-1, ...

    @classmethod
    def for_variants(cls, names: Sequence[str], assumptions: Mapping[str, str]) -> Self:
        """The form for variants with these names; what the assumptions leave out has its initial value."""
        initial = {name: field.initial for name, field in ASSUMPTION_FIELDS.items()}
        initial |= {f"rate-{row}": "" for row in range(len(names))}
        form = cls(MultiDict({name: assumptions.get(name, text) for name, text in initial.items()}))
        for field, name in zip(form.variant_rates, names, strict=True):
            field.label = Label(field.id, f"Rate of {name} (%)")
        return form

    def leaf_fields(self) -> Iterator[Any]:
        yield from (self.visits, self.rate, self.lift, self.days, *self.variant_rates)

    @property
    def has_variant_rates(self) -> bool:
        return any(field.typed.strip() for field in self.variant_rates)

    @property
    def rates(self) -> tuple[float, ...]:
        """The success rate of each variant, between 0 and 1, in a valid form."""
        if self.has_variant_rates:
            return tuple(field.data / 100 for field in self.variant_rates)
        rate = self.rate.data / 100
        best = rate * (1 + self.lift.data / 100)
        return tuple(best if row == BEST_VARIANT_INDEX else rate for row in range(len(self.variant_rates)))

    @property
    def query(self) -> dict[str, str]:
        """The parameters of a link to this forecast."""
        return {field.name: field.typed for field in self.leaf_fields() if field.typed}

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        unused = (self.rate, self.lift) if self.has_variant_rates else tuple(self.variant_rates)
        for field in (self.visits, self.rate, self.lift, *self.variant_rates):
            if field in unused:
                field.errors = []
            elif not field.typed.strip():
                field.errors = [field.required_message]
        if not self.error_list() and max(self.rates) >= 1:
            self.lift.errors = ["Enter a smaller lift: the best variant would succeed every time"]
        return not self.error_list()


ASSUMPTION_FIELDS: dict[str, Any] = {field.name: field for field in AssumptionsForm().leaf_fields()}
