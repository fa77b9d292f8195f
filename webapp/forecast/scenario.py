"""The input of a forecast, and its limits."""

from dataclasses import dataclass

DAY = 24  # hours

EXPLORATION_HOURS = (1, 24, 48, 168, 336)
THRESHOLDS = (80, 90, 95, 98, 99)
MAX_VISITS = 10_000_000


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
        object.__setattr__(self, "rates", tuple(self.rates))  # a list, where it comes from JSON

    @property
    def hours(self) -> int:
        return self.days * DAY
