"""What many simulated launches say about one plan, and about every threshold and exploration window."""

import numpy as np
from numpy.typing import NDArray

from .probability import Floats
from .results import COST_DAYS, Cell, Ending, Gain, Plan, SharePath, Verdict
from .scenario import DAY, THRESHOLDS, Question
from .simulation import NEVER, Ints, Launches, points

# The 80% band runs from the 10th to the 90th percentile.
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
MILESTONES = (7, 14, 28, 56)


def summarise(question: Question, launches: Launches) -> Plan:
    level = THRESHOLDS.index(int(question.threshold))
    ended, winner = launches.ended[level], launches.winner[level]
    return Plan(
        question=question,
        days=_floats(points(question) / DAY),
        shares=tuple(_path(launches.shares[:, variant]) for variant in range(len(question.rates))),
        ending=_ending(ended, question),
        verdict=_verdict(winner, question),
        gain=_gain(launches.gain, question),
    )


def cells(question: Question, window: int, launches: Launches) -> tuple[Cell, ...]:
    """One exploration window of the table, a cell for each threshold."""
    return tuple(
        _cell(question, (window, threshold), ended, winner)
        for threshold, ended, winner in zip(THRESHOLDS, launches.ended, launches.winner, strict=True)
    )


def _cell(question: Question, place: tuple[int, int], ended: Ints, winner: Ints) -> Cell:
    return Cell(*place, _day(ended, MIDDLE), _chance(ended != NEVER), _verdict(winner, question).right)


def _path(shares: NDArray[np.float32]) -> SharePath:
    """From one variant's shares of shape (points, launches)."""
    low, high = np.quantile(shares, (LOW, HIGH), axis=1)
    return SharePath(_floats(shares.mean(axis=1, dtype=float)), _floats(low), _floats(high))


def _ending(ended: Ints, question: Question) -> Ending:
    low, median, high = (_day(ended, level) for level in (LOW, MIDDLE, HIGH))
    over = ended != NEVER
    known = {day: _chance(over & (ended <= day * DAY)) for day in MILESTONES if day <= question.days}
    by_day = tuple(_chance(over & (ended <= hour)) for hour in points(question))
    chances = tuple((day, known.get(day)) for day in MILESTONES)
    return Ending(median, low, high, _chance(over), chances, by_day)


def _day(ended: Ints, level: float) -> float | None:
    """The first day by which this part of all launches has ended, None where that is beyond the horizon."""
    hours = np.sort(ended[ended != NEVER])
    needed = int(np.ceil(level * ended.size - 1e-9))
    return float(hours[needed - 1]) / DAY if needed <= hours.size else None


def _verdict(winner: Ints, question: Question) -> Verdict:
    lost = max(question.rates) - np.array(question.rates)[winner[winner != NEVER]]
    wrong = lost[lost > 0]
    cost = float(wrong.mean()) * question.visits_per_day if wrong.size else None
    return Verdict(
        right=1 - wrong.size / lost.size if lost.size else None,
        wrong=wrong.size / winner.size,
        cost_per_day=cost,
        cost=None if cost is None else cost * COST_DAYS,
    )


def _gain(gain: Floats, question: Question) -> Gain:
    low, high = np.quantile(gain, (LOW, HIGH))
    rate = float(np.mean(question.rates))
    return Gain(float(gain.mean()), float(low), float(high), rate * question.visits_per_day * question.days)


def _chance(happened: NDArray[np.bool_]) -> float:
    return float(happened.mean())


def _floats(values: NDArray[np.floating]) -> tuple[float, ...]:
    return tuple(map(float, values))
