"""The input of a forecast, and its limits."""

from dataclasses import dataclass, replace
from typing import Self

DAY = 24  # hours

EXPLORATION_HOURS = (1, 24, 48, 168, 336)
THRESHOLDS = (80, 90, 95, 98, 99)
MAX_VISITS = 10_000_000
MIN_RATE, MAX_RATE = 0.00001, 0.99999
SAME_EVERY_DAY = (1.0,) * 7
MIN_FACTOR, MAX_FACTOR = 1 / 16, 16.0  # of the search for the smallest difference that can be found


@dataclass(frozen=True)
class Scenario:
    """One autotune to simulate, with the assumptions about it.

    rates: each variant's true success rate, between 0 and 1, both excluded.
    visits_per_day: exposures per day of all variants together, on average.
    exploration_hours: one of EXPLORATION_HOURS.
    attribution_hours: 1 to 24 minutes, hours or days, in hours.
    threshold: the winner threshold in percent, one of THRESHOLDS.
    days: the horizon.
    runs: how many runs to simulate.
    seed: the same scenario with the same seed has the same forecast.
    visit_factors, rate_factors: what the visits and the success rates are multiplied by, Monday first.
    start_day: the weekday of the start, 0 for Monday; the autotune starts at midnight.
    max_wrong: the wrong winners that are accepted, in percent of all runs.
    target_days: by when most runs should have ended; 0 if nobody asked.
    """

    rates: tuple[float, ...]
    visits_per_day: float
    exploration_hours: int
    attribution_hours: float
    threshold: int
    days: int = 28
    runs: int = 1000
    seed: int = 1
    visit_factors: tuple[float, ...] = SAME_EVERY_DAY
    rate_factors: tuple[float, ...] = SAME_EVERY_DAY
    start_day: int = 0
    max_wrong: float = 5
    target_days: int = 0

    def __post_init__(self) -> None:
        for name in ("rates", "visit_factors", "rate_factors"):
            object.__setattr__(self, name, tuple(getattr(self, name)))  # a list, where it comes from JSON

    @property
    def hours(self) -> int:
        return self.days * DAY

    @property
    def sound_windows(self) -> tuple[int, ...]:
        """The exploration windows by whose end something has been counted; all, if none is long enough."""
        return tuple(hours for hours in EXPLORATION_HOURS if hours > self.attribution_hours) or EXPLORATION_HOURS

    @property
    def setting(self) -> tuple[int, int]:
        return self.exploration_hours, self.threshold

    @property
    def has_equal_rates(self) -> bool:
        return len(set(self.rates)) == 1

    @property
    def average_visits(self) -> float:
        """Visits per day over a whole week."""
        return self.visits_per_day * sum(self.visit_factors) / 7

    @property
    def average_rates(self) -> tuple[float, ...]:
        """Each variant's success rate over the visits of a whole week."""
        factor = sum(v * r for v, r in zip(self.visit_factors, self.rate_factors, strict=True))
        return tuple(rate * factor / sum(self.visit_factors) for rate in self.rates)

    def with_equal_rates(self) -> Self:
        """The same autotune if all variants were as good as the first."""
        return self.with_factor(0)

    def with_factor(self, factor: float) -> Self:
        """Each variant's difference to the first multiplied; rates may leave their limits."""
        first = self.rates[0]
        return replace(self, rates=tuple(first + factor * (rate - first) for rate in self.rates))
