"""The input of a forecast, and its limits."""

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

MAX_VARIANTS = 20
MAX_VISITS = 10_000_000
MAX_DAYS = 90
MIN_RUNS, MAX_RUNS = 10, 10_000


class ScenarioError(ValueError):
    """`path` leads to the field, such as `("rates", 1)`; `message` is a sentence for the user."""

    def __init__(self, path: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.path = path
        self.message = message


@dataclass(frozen=True)
class Scenario:
    """One autotune to simulate, with the assumptions about it. Raises ScenarioError outside the limits.

    rates: each variant's true success rate, between 0 and 1, both excluded.
    visits_per_day: exposures per day of all variants together, on average.
    exploration_hours: one of EXPLORATION_HOURS.
    attribution_hours: 1 to 24 minutes, hours or days, in hours.
    threshold: the winner threshold in percent, one of THRESHOLDS.
    days: the horizon.
    runs: how many runs to simulate.
    seed: the same scenario with the same seed has the same forecast.
    """

    rates: tuple[float, ...]
    visits_per_day: float
    exploration_hours: int
    attribution_hours: float
    threshold: float
    days: int = 28
    runs: int = 1000
    seed: int = 1

    def __post_init__(self) -> None:
        for error in _errors(self):
            raise error
        # Callers may pass a list, which could change afterwards.
        object.__setattr__(self, "rates", tuple(self.rates))

    @property
    def hours(self) -> int:
        return self.days * DAY


def _errors(scenario: Scenario) -> Iterator[ScenarioError]:
    yield from _rates(scenario.rates)
    yield from _visits(scenario.visits_per_day)
    yield from _choice("exploration_hours", "exploration window", "hours", EXPLORATION_HOURS, scenario)
    yield from _attribution(scenario.attribution_hours)
    yield from _choice("threshold", "winner threshold", "percent", THRESHOLDS, scenario)
    yield from _whole("days", "days", 1, MAX_DAYS, scenario)
    yield from _whole("runs", "simulated runs", MIN_RUNS, MAX_RUNS, scenario)
    yield from _seed(scenario.seed)


def _rates(rates: object) -> Iterator[ScenarioError]:
    if not isinstance(rates, tuple | list):
        yield ScenarioError(("rates",), "Give the variants' success rates as a list.")
    elif len(rates) < 2:
        yield ScenarioError(("rates",), "An autotune needs at least two variants to choose between.")
    elif len(rates) > MAX_VARIANTS:
        yield ScenarioError(("rates",), f"A forecast can have at most {MAX_VARIANTS} variants.")
    else:
        yield from (_rate(index) for index, rate in enumerate(rates) if not (_number(rate) and 0 < rate < 1))


def _rate(index: int) -> ScenarioError:
    message = f"The success rate of variant {index + 1} must be more than 0 and less than 1 (0% and 100%)."
    return ScenarioError(("rates", index), message)


def _visits(visits: object) -> Iterator[ScenarioError]:
    path = ("visits_per_day",)
    if not (_number(visits) and visits > 0):
        yield ScenarioError(path, "Enter the visits per day: a number above 0.")
    elif visits > MAX_VISITS:
        yield ScenarioError(path, f"A forecast can have at most {MAX_VISITS:,} visits per day.")


def _attribution(hours: object) -> Iterator[ScenarioError]:
    choices = [count * unit for unit in ATTRIBUTION_UNITS for count in ATTRIBUTION_COUNTS]
    # The first comparison is for whole numbers too large for a float.
    if not (_number(hours) and hours < MAX_DAYS * DAY and any(isclose(hours, c, rel_tol=1e-6) for c in choices)):
        message = "The attribution window must be 1 to 24 whole minutes, hours or days."
        yield ScenarioError(("attribution_hours",), message)


def _choice(field: str, name: str, unit: str, choices: tuple[int, ...], scenario: Scenario) -> Iterator[ScenarioError]:
    value = getattr(scenario, field)
    if not (_number(value) and value in choices):
        listed = ", ".join(map(str, choices[:-1]))
        yield ScenarioError((field,), f"The {name} must be {listed} or {choices[-1]} {unit}.")


def _whole(field: str, name: str, least: int, most: int, scenario: Scenario) -> Iterator[ScenarioError]:
    value = getattr(scenario, field)
    if not (isinstance(value, int) and _number(value) and least <= value <= most):
        yield ScenarioError((field,), f"The number of {name} must be whole, from {least:,} to {most:,}.")


def _seed(seed: object) -> Iterator[ScenarioError]:
    if not (isinstance(seed, int) and _number(seed) and seed >= 0):
        yield ScenarioError(("seed",), "The seed must be a whole number, 0 or more.")


def _number(value: object) -> TypeGuard[float]:
    # Compared, as a whole number too large for a float would raise OverflowError in math.isfinite.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < inf
