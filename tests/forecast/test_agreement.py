"""The planner against a slow, separate and obvious simulation, within sampling error.

`make test` runs some of the settings, `make soak` the others.
"""

import random
from dataclasses import dataclass
from math import sqrt

import numpy as np
import pytest

from webapp.forecast.results import Plan
from webapp.forecast.scenario import Question
from webapp.forecast.steps import plan

from .reference_simulation import Launch, Setting, launch

# How many standard errors two figures may differ by: chance alone would go beyond once in 150,000 figures.
ERRORS = 4.5
LAUNCHES = 6000
# Fewer launches of the slow simulation where its probability of best is slow too.
SLOW_OF_TWO, SLOW_OF_MORE = 600, 150

SETTINGS = (
    Setting((0.5, 0.5), 5, 1, 1 / 60, 80, 6),
    Setting((0.4, 0.2), 40, 1, 0.4, 80, 3),
    Setting((0.3, 0.6), 4, 24, 2, 95, 9),
    Setting((0.3, 0.5), 60, 48, 72, 90, 5),
    Setting((0.2, 0.3, 0.4, 0.5), 80, 24, 3, 80, 2),
)
MORE_SETTINGS = (
    Setting((0.5, 0.6), 60, 24, 1, 90, 4),
    Setting((0.5, 0.5), 60, 24, 1, 90, 4),
    Setting((0.2, 0.4), 40, 1, 1, 95, 4),
    Setting((0.1, 0.15), 200, 24, 0.1, 90, 3),
    Setting((0.5, 0.55), 30, 48, 5, 80, 5),
    Setting((0.9, 0.97), 60, 24, 24, 98, 4),
    Setting((0.02, 0.1), 100, 1, 12, 99, 4),
    Setting((0.3, 0.3, 0.5), 60, 24, 1, 90, 3),
    Setting((0.4, 0.4, 0.4), 60, 1, 1, 80, 2),
)


@dataclass(frozen=True)
class Pair:
    """The same setting by the planner and by the slow simulation."""

    setting: Setting
    fast: Plan
    slow: tuple[Launch, ...]

    def error(self, deviation: float, among: int | None = None) -> float:
        """The allowed difference between a mean of slow launches, or of some, and the planner's."""
        slow = len(self.slow) if among is None else among
        return ERRORS * deviation * sqrt(1 / slow + len(self.slow) / slow / LAUNCHES)

    def chance_error(self, chance: float, among: int | None = None) -> float:
        # At least the deviation of 1 in 100: near 0 and 1 a binomial is far from normal.
        return self.error(sqrt(max(chance * (1 - chance), 0.01)), among)


def both(setting: Setting) -> Pair:
    question = Question(
        setting.rates,
        setting.visits_per_day,
        setting.exploration_hours,
        setting.attribution_hours,
        setting.threshold,
        setting.days,
        LAUNCHES,
    )
    source = random.Random(repr(setting))
    count = SLOW_OF_TWO if len(setting.rates) == 2 else SLOW_OF_MORE
    return Pair(setting, plan(question), tuple(launch(setting, source) for _ in range(count)))


@pytest.mark.parametrize(
    "setting", [*SETTINGS, *(pytest.param(more, marks=pytest.mark.soak) for more in MORE_SETTINGS)], ids=str
)
def test_the_planner_agrees_with_the_slow_simulation(setting: Setting) -> None:
    """All figures in one test: the slow launches are made once, whatever process this runs in."""
    pair = both(setting)
    mean_share_of_traffic(pair)
    chance_to_end(pair)
    median_day(pair)
    chance_of_the_right_winner(pair)
    gain_over_an_equal_split(pair)


def mean_share_of_traffic(pair: Pair) -> None:
    slow = np.array([each.shares for each in pair.slow])
    hours = np.round(np.array(pair.fast.days) * 24).astype(int)[:-1]
    difference = np.array(pair.fast.shares[0].mean)[:-1] - slow.mean(axis=0)[hours]
    allowed = [pair.error(max(float(slow[:, hour].std()), 0.01)) for hour in hours]
    assert (np.abs(difference) <= allowed).all()


def chance_to_end(pair: Pair) -> None:
    ended = np.mean([each.ended is not None for each in pair.slow])
    chance = pair.fast.ending.chance
    assert abs(ended - chance) <= pair.chance_error(chance)


def median_day(pair: Pair) -> None:
    """Half of the slow launches have ended by the planner's median, and no more than half before it."""
    median = pair.fast.ending.median
    horizon = pair.setting.days * 24
    by = horizon if median is None else round(median * 24)
    hours = np.array([np.inf if each.ended is None else each.ended for each in pair.slow])
    assert (hours < by).mean() <= 0.5 + pair.error(0.5)
    assert median is None or (hours <= by).mean() >= 0.5 - pair.error(0.5)


def chance_of_the_right_winner(pair: Pair) -> None:
    best = max(pair.setting.rates)
    winners = [pair.setting.rates[each.winner] for each in pair.slow if each.winner is not None]
    right = pair.fast.verdict.right
    assert right is not None
    assert winners
    assert abs(np.mean([rate == best for rate in winners]) - right) <= pair.chance_error(right, len(winners))
    wrong = np.mean([each.winner is not None and pair.setting.rates[each.winner] < best for each in pair.slow])
    assert abs(wrong - pair.fast.verdict.wrong) <= pair.chance_error(pair.fast.verdict.wrong)


def gain_over_an_equal_split(pair: Pair) -> None:
    gains = [each.gain for each in pair.slow]
    assert abs(np.mean(gains) - pair.fast.gain.mean) <= pair.error(float(np.std(gains))) + 1e-9
