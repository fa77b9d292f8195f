"""What a plan says, as plain data: no NumPy, so that it can be read without it."""

from dataclasses import dataclass

from .scenario import Question

COST_DAYS = 28


@dataclass(frozen=True)
class SharePath:
    """One variant's share of traffic at each of the plan's times."""

    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Ending:
    """When the autotune ends, in days from its start; None where that is beyond the horizon.

    `median`, `low` and `high` are over all launches: the day by which half, 10% and 90% have ended.
    `chances` holds (day, chance to have ended by it or None) for each milestone; `chance` is the horizon's;
    `by_day` is the chance to have ended by each of the plan's times.
    """

    median: float | None
    low: float | None
    high: float | None
    chance: float
    chances: tuple[tuple[int, float | None], ...]
    by_day: tuple[float, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """Whether the declared winner has the best rate, or one of the best.

    right: the chance that it has, given that a winner was declared; None where none was.
    wrong: the chance of a wrong winner, over all launches.
    cost_per_day: successes lost a day to the average wrong winner once it gets all traffic; None where
        no launch had a wrong winner.
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
class Plan:
    """What to expect of one autotune; `days` are the times of the shares and of `by_day`, in days from the start."""

    question: Question
    days: tuple[float, ...]
    shares: tuple[SharePath, ...]
    ending: Ending
    verdict: Verdict
    gain: Gain


@dataclass(frozen=True)
class Cell:
    """One exploration window (hours) and threshold (percent): as in Ending and Verdict."""

    exploration_hours: int
    threshold: int
    median_days: float | None
    ended: float
    right: float | None


@dataclass(frozen=True)
class Answer:
    """A plan, and the table of every exploration window by every threshold, windows first."""

    plan: Plan
    table: tuple[Cell, ...]
