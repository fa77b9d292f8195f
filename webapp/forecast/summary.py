"""Statistics of many simulated runs: the summary of a scenario, and the comparison of windows and thresholds."""

import numpy as np
from numpy.typing import NDArray

from .probability import Floats
from .results import COST_DAYS, ComparisonCell, Ending, Gain, ScenarioSummary, SharePath, WinnerStats
from .scenario import DAY, THRESHOLDS, Scenario
from .simulation import NEVER, Ints, SimulationResult, sample_hours

# The 80% band runs from the 10th to the 90th percentile.
LOW, MEDIAN, HIGH = 0.1, 0.5, 0.9
MILESTONES = (7, 14, 28, 56)


def summarize(scenario: Scenario, result: SimulationResult) -> ScenarioSummary:
    threshold_index = THRESHOLDS.index(int(scenario.threshold))
    ended, winner = result.ended[threshold_index], result.winner[threshold_index]
    return ScenarioSummary(
        scenario=scenario,
        days=_floats(sample_hours(scenario) / DAY),
        shares=tuple(_path(result.shares[:, variant]) for variant in range(len(scenario.rates))),
        ending=_ending(ended, scenario),
        winner_stats=_winner_stats(winner, scenario),
        gain=_gain(result.gain, scenario),
    )


def comparison_row(scenario: Scenario, window: int, result: SimulationResult) -> tuple[ComparisonCell, ...]:
    """One exploration window of the comparison, a cell for each threshold."""
    return tuple(
        _comparison_cell(scenario, (window, threshold), ended, winner)
        for threshold, ended, winner in zip(THRESHOLDS, result.ended, result.winner, strict=True)
    )


def _comparison_cell(scenario: Scenario, setting: tuple[int, int], ended: Ints, winner: Ints) -> ComparisonCell:
    return ComparisonCell(*setting, _day(ended, MEDIAN), _chance(ended != NEVER), _winner_stats(winner, scenario).right)


def _path(shares: NDArray[np.float32]) -> SharePath:
    """From one variant's shares of shape (points, runs)."""
    low, high = np.quantile(shares, (LOW, HIGH), axis=1)
    return SharePath(_floats(shares.mean(axis=1, dtype=float)), _floats(low), _floats(high))


def _ending(ended: Ints, scenario: Scenario) -> Ending:
    low, median, high = (_day(ended, share) for share in (LOW, MEDIAN, HIGH))
    finished = ended != NEVER
    known = {day: _chance(finished & (ended <= day * DAY)) for day in MILESTONES if day <= scenario.days}
    by_day = tuple(_chance(finished & (ended <= hour)) for hour in sample_hours(scenario))
    chances = tuple((day, known.get(day)) for day in MILESTONES)
    return Ending(median, low, high, _chance(finished), chances, by_day)


def _day(ended: Ints, share: float) -> float | None:
    """The first day by which this share of all runs has ended, None if that is beyond the horizon."""
    hours = np.sort(ended[ended != NEVER])
    needed = int(np.ceil(share * ended.size - 1e-9))
    return float(hours[needed - 1]) / DAY if needed <= hours.size else None


def _winner_stats(winner: Ints, scenario: Scenario) -> WinnerStats:
    lost = max(scenario.rates) - np.array(scenario.rates)[winner[winner != NEVER]]
    wrong = lost[lost > 0]
    cost = float(wrong.mean()) * scenario.visits_per_day if wrong.size else None
    return WinnerStats(
        right=1 - wrong.size / lost.size if lost.size else None,
        wrong=wrong.size / winner.size,
        cost_per_day=cost,
        cost=None if cost is None else cost * COST_DAYS,
    )


def _gain(gain: Floats, scenario: Scenario) -> Gain:
    low, high = np.quantile(gain, (LOW, HIGH))
    rate = float(np.mean(scenario.rates))
    return Gain(float(gain.mean()), float(low), float(high), rate * scenario.visits_per_day * scenario.days)


def _chance(outcomes: NDArray[np.bool_]) -> float:
    return float(outcomes.mean())


def _floats(values: NDArray[np.floating]) -> tuple[float, ...]:
    return tuple(map(float, values))
