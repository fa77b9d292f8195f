"""The results of a forecast as plain data, without NumPy."""

from dataclasses import dataclass
from typing import Any, Self

from .scenario import Scenario

COST_DAYS = 28


@dataclass(frozen=True)
class SharePath:
    """One variant's share of traffic at each of the summary's `days`: the mean and the 80% band."""

    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Ending:
    """When the autotune ends, in days from its start; None if that is beyond the horizon.

    `median`, `low` and `high` are over all runs: the day by which half, 10% and 90% have ended.
    `chances` holds (day, chance to have ended by it or None) for each milestone; `chance` is the horizon's;
    `by_day` is the chance to have ended by each of the summary's `days`.
    """

    median: float | None
    low: float | None
    high: float | None
    chance: float
    chances: tuple[tuple[int, float | None], ...]
    by_day: tuple[float, ...] = ()


@dataclass(frozen=True)
class WinnerStats:
    """Whether the declared winner has the best rate, or one of the best.

    right: the chance that it has, given that a winner was declared; None if none was.
    wrong: the chance of a wrong winner, over all runs.
    cost_per_day: successes lost per day to the average wrong winner once it gets all traffic; None if
        no run had a wrong winner.
    cost: the same over COST_DAYS days.
    """

    right: float | None
    wrong: float
    cost_per_day: float | None
    cost: float | None


@dataclass(frozen=True)
class Gain:
    """Expected successes above those of an equal split over the horizon, and how many an equal split has."""

    mean: float
    low: float
    high: float
    equal_split: float


@dataclass(frozen=True)
class ScenarioSummary:
    """Statistics of one scenario's runs; `days` are the times of `shares` and `by_day`, in days from the start."""

    scenario: Scenario
    days: tuple[float, ...]
    shares: tuple[SharePath, ...]
    ending: Ending
    winner_stats: WinnerStats
    gain: Gain

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        ending = data["ending"]
        return cls(
            scenario=Scenario(**data["scenario"]),
            days=tuple(data["days"]),
            shares=tuple(SharePath(**{name: tuple(path) for name, path in share.items()}) for share in data["shares"]),
            ending=Ending(**{**ending, "chances": _tuples(ending["chances"]), "by_day": tuple(ending["by_day"])}),
            winner_stats=WinnerStats(**data["winner_stats"]),
            gain=Gain(**data["gain"]),
        )


def _tuples(pairs: list[tuple[int, float | None]]) -> tuple[tuple[int, float | None], ...]:
    return tuple((day, chance) for day, chance in pairs)


@dataclass(frozen=True)
class ComparisonCell:
    """One exploration window (hours) and threshold (percent); the figures as in Ending and WinnerStats."""

    exploration_hours: int
    threshold: int
    median_days: float | None
    ended: float
    right: float | None


@dataclass(frozen=True)
class Forecast:
    """The summary of a scenario, and a comparison of every exploration window by every threshold, windows first."""

    summary: ScenarioSummary
    comparison: tuple[ComparisonCell, ...]

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The inverse of `dataclasses.asdict`, also after a round trip through JSON."""
        cells = tuple(ComparisonCell(**cell) for cell in data["comparison"])
        return cls(ScenarioSummary.from_dict(data["summary"]), cells)
