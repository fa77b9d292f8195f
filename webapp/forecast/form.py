"""The assumptions of a forecast as a form."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Self

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, Form, Label

from ..contract.choices import Choice
from ..contract.error_list import ErrorList
from ..contract.fields import ChoiceField, NumberField, Required
from ..contract.numbers import suggested_number
from .scenario import MAX_RATE, MAX_VISITS, MIN_RATE

MIN_LIFT, MAX_LIFT = -99.9, 1_000_000  # percent
SECOND_VARIANT = 1  # which differs from all others by the lift: the first is the default, the one to beat
WEEKDAY_FIELDS = {"weekday_visits": "Visits", "weekday_rates": "Success rate"}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_NUMBER = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]{1,15})?|\.[0-9]{1,15})")
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
        typed = self.strip_units(text.strip().replace("\N{MINUS SIGN}", "-"))
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


def _percent_field(name: str, limits: tuple[float, float], example: str, **kwargs: Any) -> Any:
    """`name` completes the message "Enter ..."."""
    message = f"Enter {name} from {limits[0]:,.10g} to {limits[1]:,.10g} percent, such as {example}"
    return PercentField(limits=limits, message=message, **kwargs)


def _rate_field(**kwargs: Any) -> Any:
    return _percent_field("a success rate", (MIN_RATE * 100, MAX_RATE * 100), "5", **kwargs)


def _weekday_fields(name: str, limits: tuple[float, float], prefix: str) -> Any:
    """Seven fields, Monday first: `<prefix>-0`, `<prefix>-1`, ..."""
    return FieldList(_percent_field(name, limits, "60"), name=prefix)


class VisitsForm(ErrorList, Form):
    """All that is assumed about a contextual autotune."""

    visits = VisitsField(
        "Visits per day",
        description="Visits that see any of the variants.",
        limits=(1, MAX_VISITS),
        message=f"Enter the visits per day as a number from 1 to {MAX_VISITS:,}",
    )

    @classmethod
    def from_assumptions(cls, assumptions: Mapping[str, str]) -> Self:
        return cls(MultiDict({"visits": assumptions.get("visits", "")}))

    def leaf_fields(self) -> Iterator[Any]:
        yield self.visits

    @property
    def query(self) -> dict[str, str]:
        """The parameters of a link to this forecast."""
        return {field.name: field.typed for field in self.leaf_fields() if field.typed}

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        if not self.visits.typed.strip():
            self.visits.errors = [self.visits.required_message]
        return not self.error_list()


class AssumptionsForm(VisitsForm):
    """Either `rate` and `lift` are used, or the rates of the variants: as soon as one of those is filled in."""

    rate = _rate_field(label="Success rate (%)", description="How many of 100 visits succeed?")
    lift = _percent_field(
        "the lift",
        (MIN_LIFT, MAX_LIFT),
        "10, or -10 for a worse variant",
        label="Lift of the second variant (%)",
        description="With 10, a rate of 5% becomes 5.5%. Negative if it is worse.",
        initial="10",
    )
    days = ChoiceField(
        "Days to simulate",
        [Required("Choose the days to simulate")],
        choices=[Choice(str(days), f"{days} days", (str(days),)) for days in (7, 14, 28, 56)],
        description="How far to look ahead.",
        initial="28",
    )
    variant_rates = FieldList(_rate_field(), name="rate")  # rate-0, rate-1, ...
    weekday_visits = _weekday_fields("the visits", (1, 1000), "weekday_visits")
    weekday_rates = _weekday_fields("the success rate", (5, 1000), "weekday_rates")
    start = ChoiceField(
        "Starts on a",
        [Required("Choose the weekday of the start")],
        choices=[Choice(day.lower(), day, (day.lower(),)) for day in WEEKDAYS],
        initial="monday",
    )
    max_wrong = _percent_field(
        "the wrong winners",
        (0.1, 50),
        "5",
        label="Wrong winners you accept (in 100)",
        description="The recommended setting has no more.",
        initial="5",
    )
    within = AssumptionField(
        "Must end within (days)",
        description="Optional. Shows what it takes.",
        limits=(2, 56),
        message="Enter the days as a number from 2 to 56, or leave this blank",
    )

    @classmethod
    def for_variants(cls, names: Sequence[str], assumptions: Mapping[str, str]) -> Self:
        """The form for variants with these names; what the assumptions leave out has its initial value."""
        initial = {name: field.initial for name, field in ASSUMPTION_FIELDS.items()}
        initial |= {f"rate-{row}": "" for row in range(len(names))}
        initial |= {f"{name}-{day}": "" for name in WEEKDAY_FIELDS for day in range(len(WEEKDAYS))}
        form = cls(MultiDict({name: assumptions.get(name, text) for name, text in initial.items()}))
        for field, name in zip(form.variant_rates, names, strict=True):
            field.label = Label(field.id, f"Rate of {name} (%)")
        for field in (*form.weekday_visits, *form.weekday_rates):
            name, _, day = field.id.partition("-")
            field.label = Label(field.id, f"{weekday_title(name, int(day))} (%)")
        return form

    def leaf_fields(self) -> Iterator[Any]:
        yield from (self.visits, self.rate, self.lift, self.days, *self.variant_rates)
        yield from (*self.weekday_visits, *self.weekday_rates, self.start, self.max_wrong, self.within)

    @property
    def query(self) -> dict[str, str]:
        usual = {field.name for field in (self.start, self.max_wrong) if field.typed == field.initial}
        return {name: text for name, text in super().query.items() if name not in usual}

    @property
    def has_variant_rates(self) -> bool:
        return _any_typed(self.variant_rates)

    @property
    def has_weekdays(self) -> bool:
        return _any_typed((*self.weekday_visits, *self.weekday_rates))

    @property
    def has_details(self) -> bool:
        """Whether more is assumed than visits, a rate, a lift and days."""
        return len(self.query.keys() - {"visits", "rate", "lift", "days"}) > 0

    @property
    def rates(self) -> tuple[float, ...]:
        """The success rate of each variant, between 0 and 1, in a valid form."""
        if self.has_variant_rates:
            return tuple(field.data / 100 for field in self.variant_rates)
        rate = self.rate.data / 100
        second = rate * (1 + self.lift.data / 100)
        return tuple(second if row == SECOND_VARIANT else rate for row in range(len(self.variant_rates)))

    @property
    def visit_factors(self) -> tuple[float, ...]:
        """By weekday, in a valid form."""
        return _factors(self.weekday_visits)

    @property
    def rate_factors(self) -> tuple[float, ...]:
        return _factors(self.weekday_rates)

    @property
    def start_day(self) -> int:
        return [day.lower() for day in WEEKDAYS].index(self.start.data)

    def validate(self, extra_validators: Any = None) -> bool:
        super().validate(extra_validators)
        unused = (self.rate, self.lift) if self.has_variant_rates else tuple(self.variant_rates)
        for field in (self.rate, self.lift, *self.variant_rates, self.max_wrong):
            if field in unused:
                field.errors = []
            elif not field.typed.strip():
                field.errors = [field.required_message]
        if not self.error_list():
            self._check_rates()
        return not self.error_list()

    def _check_rates(self) -> None:
        rates = [rate * factor for rate in self.rates for factor in self.rate_factors]
        if max(self.rates) > MAX_RATE:
            self.lift.errors = ["Enter a smaller lift: the second variant would succeed every time"]
        elif max(rates) > MAX_RATE:
            day = self.rate_factors.index(max(self.rate_factors))
            self.weekday_rates[day].errors = ["Enter a smaller percentage: a variant would succeed every time"]
        elif min(rates) < MIN_RATE:
            field = (
                self.lift
                if min(self.rates) < MIN_RATE
                else self.weekday_rates[self.rate_factors.index(min(self.rate_factors))]
            )
            field.errors = [f"Enter a larger one: a variant’s success rate would be below {MIN_RATE:.3%}"]


def weekday_title(name: str, day: int) -> str:
    """Of a field in WEEKDAY_FIELDS."""
    return f"{WEEKDAY_FIELDS[name]} on {WEEKDAYS[day]}s"


def _any_typed(fields: Iterable[Any]) -> bool:
    return any(field.typed.strip() for field in fields)


def _factors(fields: Iterable[Any]) -> tuple[float, ...]:
    return tuple(1.0 if field.data is None else field.data / 100 for field in fields)


ASSUMPTION_FIELDS: dict[str, Any] = {field.name: field for field in AssumptionsForm().leaf_fields()}
