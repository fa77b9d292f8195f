"""What a plan is asked for, and what cannot be asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf, isclose
from typing import TypeGuard

MINUTES = 1 / 60
DAY = 24

EXPLORATION_HOURS = (1, 24, 48, 168, 336)
THRESHOLDS = (80, 90, 95, 98, 99)
ATTRIBUTION_COUNTS = range(1, 25)
ATTRIBUTION_UNITS = (MINUTES, 1, DAY)

MOST_VARIANTS = 20
MOST_VISITS = 10_000_000
MOST_DAYS = 90
FEWEST_LAUNCHES, MOST_LAUNCHES = 10, 10_000


class QuestionError(ValueError):
    """`path` leads to the field, such as `("rates", 1)`; `message` is a sentence for the person."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


@dataclass(frozen=True)
class Question:
    """One autotune to plan. Raises QuestionError for what cannot be planned.

    rates: each variant's true success rate, between 0 and 1 and neither.
    visits_per_day: exposures a day of all variants together, on average.
    exploration_hours: one of EXPLORATION_HOURS.
    attribution_hours: 1 to 24 minutes, hours or days, in hours.
    threshold: the winner threshold in percent, one of THRESHOLDS.
    days: how far to look ahead.
    launches: how many launches to simulate.
    seed: the same question with the same seed has the same answer.
    """

    rates: tuple[float, ...]
    visits_per_day: float
    exploration_hours: int
    attribution_hours: float
    threshold: float
    days: int = 28
    launches: int = 1000
    seed: int = 1

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise problem
        # A list is as good as a tuple to ask with, but could change afterwards.
        object.__setattr__(self, "rates", tuple(self.rates))

    @property
    def hours(self) -> int:
        return self.days * DAY


def _problems(question: Question) -> Iterator[QuestionError]:
    yield from _rates(question.rates)
    yield from _visits(question.visits_per_day)
    yield from _choice("exploration_hours", "exploration window", "hours", EXPLORATION_HOURS, question)
    yield from _attribution(question.attribution_hours)
    yield from _choice("threshold", "winner threshold", "percent", THRESHOLDS, question)
    yield from _whole("days", "days", 1, MOST_DAYS, question)
    yield from _whole("launches", "simulated launches", FEWEST_LAUNCHES, MOST_LAUNCHES, question)
    yield from _seed(question.seed)


def _rates(rates: object) -> Iterator[QuestionError]:
    if not isinstance(rates, tuple | list):
        yield QuestionError(("rates",), "Give the variants' success rates as a list.")
    elif len(rates) < 2:
        yield QuestionError(("rates",), "An autotune needs at least two variants to choose between.")
    elif len(rates) > MOST_VARIANTS:
        yield QuestionError(("rates",), f"A plan can have at most {MOST_VARIANTS} variants.")
    else:
        yield from (_rate(index) for index, rate in enumerate(rates) if not (_number(rate) and 0 < rate < 1))


def _rate(index: int) -> QuestionError:
    message = f"The success rate of variant {index + 1} must be more than 0 and less than 1 (0% and 100%)."
    return QuestionError(("rates", index), message)


def _visits(visits: object) -> Iterator[QuestionError]:
    path = ("visits_per_day",)
    if not (_number(visits) and visits > 0):
        yield QuestionError(path, "Say how many visits a day the autotune gets: a number above 0.")
    elif visits > MOST_VISITS:
        yield QuestionError(path, f"A plan can have at most {MOST_VISITS:,} visits a day.")


def _attribution(hours: object) -> Iterator[QuestionError]:
    choices = [count * unit for unit in ATTRIBUTION_UNITS for count in ATTRIBUTION_COUNTS]
    # The first comparison is for whole numbers too large for a float.
    if not (_number(hours) and hours < MOST_DAYS * DAY and any(isclose(hours, c, rel_tol=1e-6) for c in choices)):
        message = "The attribution window must be 1 to 24 whole minutes, hours or days."
        yield QuestionError(("attribution_hours",), message)


def _choice(field: str, name: str, unit: str, choices: tuple[int, ...], question: Question) -> Iterator[QuestionError]:
    value = getattr(question, field)
    if not (_number(value) and value in choices):
        listed = ", ".join(map(str, choices[:-1]))
        yield QuestionError((field,), f"The {name} must be {listed} or {choices[-1]} {unit}.")


def _whole(field: str, name: str, least: int, most: int, question: Question) -> Iterator[QuestionError]:
    value = getattr(question, field)
    if not (isinstance(value, int) and _number(value) and least <= value <= most):
        yield QuestionError((field,), f"The number of {name} must be whole, from {least:,} to {most:,}.")


def _seed(seed: object) -> Iterator[QuestionError]:
    if not (isinstance(seed, int) and _number(seed) and seed >= 0):
        yield QuestionError(("seed",), "The seed must be a whole number, 0 or more.")


def _number(value: object) -> TypeGuard[float]:
    # Compared, as a whole number too large for a float cannot be asked whether it is finite.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < inf
