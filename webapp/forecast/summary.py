"""Statistics of many simulated runs."""

import numpy as np
from numpy.typing import NDArray

from .probability import Floats
from .results import COST_DAYS, ABTest, Ending, Gain, Outcome, ScenarioSummary, SharePath, WrongWinner
from .scenario import DAY, THRESHOLDS, Scenario
from .simulation import NEVER, Ints, SimulationResult, equal_split, hourly_rates, sample_hours

# The 80% band runs from the 10th to the 90th percentile.
LOW, MEDIAN, HIGH = 0.1, 0.5, 0.9
MILESTONES = (7, 14, 28, 56)


def summarize(scenario: Scenario, result: SimulationResult) -> ScenarioSummary:
    """`result` must have been recorded."""
    ended, winner = at_threshold(result, scenario.threshold)
    gain = _gain(result.gain, scenario)
    return ScenarioSummary(
        scenario=scenario,
        days=_floats(sample_hours(scenario) / DAY),
        shares=tuple(_path(result.shares[:, variant]) for variant in range(len(scenario.rates))),
        ending=_ending(ended, scenario),
        outcome=outcome(winner, scenario),
        wrong_winner=_wrong_winner(winner, scenario),
        gain=gain,
        ab_test=_ab_test(scenario, gain),
        successes=_floats(result.successes.mean(axis=1)),
    )


def at_threshold(result: SimulationResult, threshold: int) -> tuple[Ints, Ints]:
    """`ended` and `winner` of each run: (runs,)."""
    index = THRESHOLDS.index(threshold)
    return result.ended[index], result.winner[index]


def outcome(winner: Ints, scenario: Scenario) -> Outcome:
    lost = _lost(winner, scenario)
    wrong = float((lost > 0).sum() / winner.size)
    ended = lost.size / winner.size
    return Outcome(ended - wrong, wrong, 1 - ended, float(lost.sum() / winner.size))


def false_winners(winner: Ints) -> Outcome:
    """Of runs whose variants are equal: to declare a winner is wrong, and costs nothing."""
    wrong = _chance(winner != NEVER)
    return Outcome(0.0, wrong, 1 - wrong, 0.0)


def median_days(ended: Ints) -> float | None:
    return _day(ended, MEDIAN)


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


def _lost(winner: Ints, scenario: Scenario) -> Floats:
    """Successes per day that each declared winner loses."""
    rates = np.array(scenario.average_rates)
    return np.asarray((rates.max() - rates[winner[winner != NEVER]]) * scenario.average_visits)


def _wrong_winner(winner: Ints, scenario: Scenario) -> WrongWinner | None:
    lost = _lost(winner, scenario)
    if not lost.any():
        return None
    cost = float(lost[lost > 0].mean())
    return WrongWinner(cost, cost * COST_DAYS)


def _gain(gain: Floats, scenario: Scenario) -> Gain:
    low, high = np.quantile(gain, (LOW, HIGH))
    equal_split_successes = float(hourly_rates(scenario)[:, 0].mean(axis=1).sum())
    return Gain(float(gain.mean()), float(low), float(high), equal_split_successes)


def _ab_test(scenario: Scenario, gain: Gain) -> ABTest:
    successes, failures = equal_split(scenario)
    is_best = np.array(scenario.rates)[:, None] == max(scenario.rates)
    observed = successes / np.maximum(successes + failures, 1)
    leads = observed == observed.max(axis=0)
    right = (leads & is_best).sum(axis=0) / leads.sum(axis=0)  # of several leaders, one is chosen by chance
    cost = float(hourly_rates(scenario)[:, 0].max(axis=1).sum()) - gain.equal_split
    return ABTest(float(right.mean()), cost, cost - gain.mean)


def _chance(outcomes: NDArray[np.bool_]) -> float:
    return float(outcomes.mean())


def _floats(values: NDArray[np.floating]) -> tuple[float, ...]:
    return tuple(map(float, values))
