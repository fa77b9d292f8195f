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
class Outcome:
    """How all runs stand at the horizon; the three add up to 1.

    right, wrong: a winner was declared, and it has the highest rate (or one of the highest), or has not.
    running: no winner was declared.
    expected_loss: successes lost per day to wrong winners once they get all traffic, on average over all runs.
    """

    right: float
    wrong: float
    running: float
    expected_loss: float

    @property
    def ended(self) -> float:
        return self.right + self.wrong


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
class WrongWinner:
    """Successes lost to the average wrong winner, per day and over COST_DAYS days, once it gets all traffic."""

    cost_per_day: float
    cost: float


@dataclass(frozen=True)
class Gain:
    """Expected successes above those of an even split over the horizon, and how many an even split has."""

    mean: float
    low: float
    high: float
    equal_split: float


@dataclass(frozen=True)
class ABTest:
    """An even split for as long as the horizon.

    right: how often the variant with the highest observed rate then has the highest true rate.
    cost, autotune_cost: successes below those of the best variant alone, over the horizon.
    """

    right: float
    cost: float
    autotune_cost: float


@dataclass(frozen=True)
class ScenarioSummary:
    """Statistics of one scenario's runs; `days` are the times of `shares` and `by_day`, in days from the start.

    successes: how many each variant has when exploration ends, on average; an exposure counts once its attribution
        window has ended.
    """

    scenario: Scenario
    days: tuple[float, ...]
    shares: tuple[SharePath, ...]
    ending: Ending
    outcome: Outcome
    wrong_winner: WrongWinner | None
    gain: Gain
    ab_test: ABTest
    successes: tuple[float, ...]

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        ending, wrong_winner = data["ending"], data["wrong_winner"]
        return cls(
            scenario=Scenario(**data["scenario"]),
            days=tuple(data["days"]),
            shares=tuple(SharePath(**{name: tuple(path) for name, path in share.items()}) for share in data["shares"]),
            ending=Ending(**{**ending, "chances": _tuples(ending["chances"]), "by_day": tuple(ending["by_day"])}),
            outcome=Outcome(**data["outcome"]),
            wrong_winner=wrong_winner and WrongWinner(**wrong_winner),
            gain=Gain(**data["gain"]),
            ab_test=ABTest(**data["ab_test"]),
            successes=tuple(data["successes"]),
        )


def _tuples(pairs: list[tuple[int, float | None]]) -> tuple[tuple[int, float | None], ...]:
    return tuple((day, chance) for day, chance in pairs)


@dataclass(frozen=True)
class ComparisonCell:
    """One exploration window (hours) and threshold (percent).

    median_days: by which half of all runs have ended; None if that is beyond the horizon.
    false_winner: the chance that a winner is declared although all variants are equal; None if not simulated.
    """

    exploration_hours: int
    threshold: int
    median_days: float | None
    outcome: Outcome
    false_winner: float | None = None

    @property
    def setting(self) -> tuple[int, int]:
        return self.exploration_hours, self.threshold

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(**{**data, "outcome": Outcome(**data["outcome"])})


@dataclass(frozen=True)
class Recommendation:
    """The setting that ends soonest among those that are rarely wrong; `cell` is None, with a reason, if none is.

    The finalists were simulated 10,000 times; a cell that is not the autotune's own has the figures of these runs.
    """

    cell: ComparisonCell | None
    reason: str = ""

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        cell = data["cell"]
        return cls(cell and ComparisonCell.from_dict(cell), data["reason"])


@dataclass(frozen=True)
class CurvePoint:
    """The own setting with other rates: `factor` multiplies each variant's difference to the first."""

    factor: float
    rates: tuple[float, ...]
    median_days: float | None
    outcome: Outcome

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        return cls(**{**data, "rates": tuple(data["rates"]), "outcome": Outcome(**data["outcome"])})


@dataclass(frozen=True)
class Target:
    """What it takes to have 80 in 100 runs ended within `days`, of which at most `max_wrong` percent are wrong.

    cell: the setting that is right most often, None if no setting keeps these limits.
    left_out: the indexes of the fewest variants without which there is one, the closest to the best; none if there is a
        cell, None if even two variants are too many.
    factor: the smallest by which the differences between the rates could be multiplied, from MIN_FACTOR to MAX_FACTOR;
        None if there is none.
    rates: those of the factor.
    """

    days: int
    max_wrong: float
    cell: ComparisonCell | None
    left_out: tuple[int, ...] | None
    factor: float | None
    rates: tuple[float, ...] | None

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        cell = data["cell"] and ComparisonCell.from_dict(data["cell"])
        left_out, rates = (None if data[name] is None else tuple(data[name]) for name in ("left_out", "rates"))
        return cls(**{**data, "cell": cell, "left_out": left_out, "rates": rates})


@dataclass(frozen=True)
class Forecast:
    """The parts of a forecast that are complete; the summary is the first.

    equal: the outcome if no variant is better; every declared winner counts as wrong.
    comparison: every exploration window by every threshold, windows first.
    curve: the own setting with smaller and larger differences between the variants.
    """

    summary: ScenarioSummary
    equal: Outcome | None = None
    comparison: tuple[ComparisonCell, ...] = ()
    recommendation: Recommendation | None = None
    curve: tuple[CurvePoint, ...] = ()
    target: Target | None = None

    @property
    def own_cell(self) -> ComparisonCell:
        """The autotune's own setting; once the comparison is complete."""
        return next(cell for cell in self.comparison if cell.setting == self.summary.scenario.setting)

    @property
    def part_count(self) -> int:
        return sum(bool(part) for part in vars(self).values())

    @property
    def is_complete(self) -> bool:
        scenario = self.summary.scenario
        if scenario.has_equal_rates:
            return bool(self.comparison)
        return bool(self.curve and (self.target or not scenario.target_days))

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """The inverse of `dataclasses.asdict`, also after a round trip through JSON; parts may be missing."""
        equal, recommendation, target = (data.get(name) for name in ("equal", "recommendation", "target"))
        return cls(
            summary=ScenarioSummary.from_dict(data["summary"]),
            equal=equal and Outcome(**equal),
            comparison=tuple(map(ComparisonCell.from_dict, data.get("comparison", ()))),
            recommendation=recommendation and Recommendation.from_dict(recommendation),
            curve=tuple(map(CurvePoint.from_dict, data.get("curve", ()))),
            target=target and Target.from_dict(target),
        )
