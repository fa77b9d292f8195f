"""The simulation agrees with a slow, simple one within sampling error.

`make test-slow` runs some of the settings, `make soak` the others.
"""

import random
from dataclasses import asdict, dataclass
from math import sqrt

import numpy as np
import pytest

from webapp.forecast.results import ScenarioSummary
from webapp.forecast.scenario import Scenario

from .compute import compute_summary
from .reference_simulation import Run, Setting, simulate_run

pytestmark = pytest.mark.slow

# How many standard errors two figures may differ by: by chance, 1 in 150,000 figures differs more.
STANDARD_ERRORS = 4.5
RUNS = 6000
# Fewer runs of the slow simulation where its probability of best is slow too.
SLOW_RUNS_OF_TWO, SLOW_RUNS_OF_MORE = 600, 150

SETTINGS = (
    Setting((0.5, 0.5), 5, 1, 1 / 60, 80, 6),
    Setting((0.4, 0.2), 40, 1, 0.4, 80, 3),
    Setting((0.3, 0.6), 4, 24, 2, 95, 9),
    Setting((0.3, 0.5), 60, 48, 72, 90, 5),
    Setting((0.2, 0.3, 0.4, 0.5), 80, 24, 3, 80, 2),
    Setting((0.2, 0.6), 1, 1, 1, 80, 14),  # where thresholds are reached exactly
    Setting((0.3, 0.4), 60, 24, 1, 90, 4, (0.5, 1, 1, 1, 1, 2, 1), (1, 1, 1, 1, 1, 0.6, 0.6), 4),
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
    Setting((0.1, 0.7), 1, 24, 2, 90, 21),
    Setting((0.5, 0.5), 2, 1, 1, 95, 28),
    Setting((0.6, 0.2, 0.2), 2, 1, 1, 80, 10),
    Setting((0.02, 0.025), 10_000, 24, 1, 95, 2),
    Setting((0.2, 0.22), 50, 24, 1, 90, 7, (1, 1, 1, 1, 1, 0.2, 3), (1, 1, 1, 1, 1, 0.6, 0.6), 5),
)


@dataclass(frozen=True)
class Pair:
    """The results of both simulations for a setting."""

    setting: Setting
    fast: ScenarioSummary
    slow: tuple[Run, ...]

    def error(self, deviation: float, among: int | None = None) -> float:
        """The allowed difference between a mean over slow runs, or over some of them, and the fast mean."""
        slow = len(self.slow) if among is None else among
        return STANDARD_ERRORS * deviation * sqrt(1 / slow + len(self.slow) / slow / RUNS)

    def chance_error(self, chance: float, among: int | None = None) -> float:
        # At least the deviation of 1 in 100: near 0 and 1 a binomial is far from normal.
        return self.error(sqrt(max(chance * (1 - chance), 0.01)), among)


def both(setting: Setting) -> Pair:
    scenario = Scenario(**asdict(setting), runs=RUNS)
    source = random.Random(repr(setting))
    count = SLOW_RUNS_OF_TWO if len(setting.rates) == 2 else SLOW_RUNS_OF_MORE
    return Pair(setting, compute_summary(scenario), tuple(simulate_run(setting, source) for _ in range(count)))


@pytest.mark.parametrize(
    "setting", [*SETTINGS, *(pytest.param(setting, marks=pytest.mark.soak) for setting in MORE_SETTINGS)], ids=str
)
def test_simulation_agrees_with_the_slow_one(setting: Setting) -> None:
    """All figures in one test: the slow runs are simulated once, whatever process this runs in."""
    pair = both(setting)
    mean_share_of_traffic(pair)
    chance_to_end(pair)
    median_day(pair)
    chance_of_the_right_winner(pair)
    gain_over_an_equal_split(pair)


def mean_share_of_traffic(pair: Pair) -> None:
    slow = np.array([run.shares for run in pair.slow])
    hours = np.round(np.array(pair.fast.days) * 24).astype(int)[:-1]
    difference = np.array(pair.fast.shares[0].mean)[:-1] - slow.mean(axis=0)[hours]
    allowed = [pair.error(max(float(slow[:, hour].std()), 0.01)) for hour in hours]
    assert (np.abs(difference) <= allowed).all()


def chance_to_end(pair: Pair) -> None:
    ended = np.mean([run.ended is not None for run in pair.slow])
    chance = pair.fast.ending.chance
    assert abs(ended - chance) <= pair.chance_error(chance)


def median_day(pair: Pair) -> None:
    """Half of the slow runs have ended by the fast median, and no more than half before it."""
    median = pair.fast.ending.median
    horizon = pair.setting.days * 24
    by = horizon if median is None else round(median * 24)
    hours = np.array([np.inf if run.ended is None else run.ended for run in pair.slow])
    assert (hours < by).mean() <= 0.5 + pair.error(0.5)
    assert median is None or (hours <= by).mean() >= 0.5 - pair.error(0.5)


def chance_of_the_right_winner(pair: Pair) -> None:
    best, outcome = max(pair.setting.rates), pair.fast.outcome
    winners = [None if run.winner is None else pair.setting.rates[run.winner] for run in pair.slow]
    for share, is_counted in (
        (outcome.right, best.__eq__),
        (outcome.wrong, lambda rate: rate is not None and rate < best),
    ):
        assert abs(np.mean([bool(is_counted(rate) is True) for rate in winners]) - share) <= pair.chance_error(share)


def gain_over_an_equal_split(pair: Pair) -> None:
    gains = [run.gain for run in pair.slow]
    assert abs(np.mean(gains) - pair.fast.gain.mean) <= pair.error(float(np.std(gains))) + 1e-9
