"""Simulates many runs of one autotune, hour by hour and all together.

Visits are a Poisson process: the exposures of a variant in an hour are Poisson with the hour's share of the
day's visits, and its successes and failures are independent Poisson counts, so an hour can be cut exactly
where an attribution window ends within it. An exposure counts from the first full hour at which its whole
attribution window has passed; then, and once exploration has ended, the probabilities of best are computed
again and are the next hour's shares.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .probability import Floats, probability_of_best
from .scenario import DAY, THRESHOLDS, Scenario

Ints = NDArray[np.int64]
Progress = Callable[[float], None]

NEVER = -1
# Runs simulated together: more would not be faster, and would keep more pending exposures in memory.
BLOCK_SIZE = 1000
# Ended runs are dropped once they are this share of a block, as dropping means copying the rest.
DROP_SHARE = 0.1
# About how many points in time the traffic shares are recorded for.
MAX_POINTS = 240


@dataclass(frozen=True)
class SimulationResult:
    """The outcome of each run.

    ended: the hour in which each threshold was first reached, or NEVER: (thresholds, runs).
    winner: the variant that reached it, or NEVER: (thresholds, runs).
    gain: expected successes over the whole horizon above those of an equal split, where the autotune ends
        at the scenario's threshold: (runs,).
    shares: each variant's share of traffic at `sample_hours(scenario)`, likewise, and only for the scenario's
        own exploration window: (sample hours, variants, runs).
    """

    ended: Ints
    winner: Ints
    gain: Floats
    shares: NDArray[np.float32]


def sample_hours(scenario: Scenario) -> Ints:
    """The hours at which traffic shares are recorded: evenly spaced, with the first and the last."""
    step = -(-scenario.hours // MAX_POINTS)
    return np.append(np.arange(0, scenario.hours, step), scenario.hours)


def rate_differences(scenario: Scenario) -> Floats:
    """Each variant's success rate less that of an equal split."""
    rates = np.array(scenario.rates)
    return np.asarray(rates - rates.mean())


def simulate(scenario: Scenario, window: int, report: Progress) -> SimulationResult:
    """All runs of the scenario with an exploration window of `window` hours.

    They go on until the highest threshold, whichever the scenario names: the path to a threshold does not
    depend on it, so one simulation serves all of them.
    """
    sizes = [min(BLOCK_SIZE, scenario.runs - start) for start in range(0, scenario.runs, BLOCK_SIZE)]
    seeds = np.random.SeedSequence(scenario.seed).spawn(len(sizes))
    blocks = []
    for index, (size, seed) in enumerate(zip(sizes, seeds, strict=True)):
        block = _Block(scenario, window, size, np.random.default_rng(seed))
        for progress in block.run():
            report((index + progress) / len(sizes))
        blocks.append(block.result())
    return _concatenate(blocks)


def _concatenate(blocks: list[SimulationResult]) -> SimulationResult:
    return SimulationResult(
        np.concatenate([block.ended for block in blocks], axis=-1),
        np.concatenate([block.winner for block in blocks], axis=-1),
        np.concatenate([block.gain for block in blocks]),
        np.concatenate([block.shares for block in blocks], axis=-1),
    )


class _Block:
    """Runs that advance together; `active` holds the indexes of those that have not been dropped."""

    def __init__(self, scenario: Scenario, window: int, size: int, random: np.random.Generator) -> None:
        self.scenario = scenario
        self.window = window
        self.random = random
        self.threshold_index = THRESHOLDS.index(int(scenario.threshold))
        # The other windows are simulated for the comparison alone, which has no shares.
        self.sample_hours = sample_hours(scenario) if window == scenario.exploration_hours else np.zeros(0, np.int64)
        self._start(size, len(scenario.rates))

    def _start(self, size: int, variants: int) -> None:
        self.active = np.arange(size)
        self.ended = np.full((len(THRESHOLDS), size), NEVER)
        self.winner = np.full((len(THRESHOLDS), size), NEVER)
        self.gain = np.zeros(size)
        self.share_history = np.zeros((len(self.sample_hours), variants, size), np.float32)
        self.share = np.full((variants, size), 1 / variants)
        self.counts = np.zeros((2, variants, size))
        self.stale = np.ones(size, bool)
        self.pending = _Pending(self.scenario, size)

    def run(self) -> Iterator[float]:
        """Advances to the horizon, an hour at a time; yields the progress after each."""
        for hour in range(self.scenario.hours):
            if self.active.size:
                self._record(hour)
                self.pending.visit(hour, self.share, self.random)
                self._count(hour + 1)
                self._drop_finished()
            yield (hour + 1) / self.scenario.hours
        self._record(self.scenario.hours)

    def _record(self, hour: int) -> None:
        for index in np.flatnonzero(self.sample_hours == hour):
            self.share_history[index][:, self.active] = self.share
        if hour < self.scenario.hours:
            running = self.ended[self.threshold_index, self.active] == NEVER
            # From the share, not the difference alone: an equal split then gains exactly nothing.
            unequal = self.share - 1 / len(self.share)
            self.gain[self.active] += running * (rate_differences(self.scenario) @ unequal)

    def _count(self, hour: int) -> None:
        matured = self.pending.take(hour)
        self.counts += matured
        self.stale |= matured.any(axis=(0, 1))
        if hour >= self.window and self.stale.any():
            self._update_shares(hour, np.flatnonzero(self.stale))
            self.stale[:] = False

    def _update_shares(self, hour: int, stale: NDArray[np.intp]) -> None:
        successes, failures = self.counts if stale.size == self.active.size else self.counts[:, :, stale]
        best = probability_of_best(successes, failures)
        self.share[:, stale] = best
        active, highest, leader = self.active[stale], best.max(axis=0), best.argmax(axis=0)
        for threshold_index, threshold in enumerate(THRESHOLDS):
            new = (highest >= threshold / 100) & (self.ended[threshold_index, active] == NEVER)
            self.ended[threshold_index, active[new]] = hour
            self.winner[threshold_index, active[new]] = leader[new]

    def _drop_finished(self) -> None:
        running = self.ended[-1, self.active] == NEVER
        if running.mean() <= 1 - DROP_SHARE:
            self.active, self.stale = self.active[running], self.stale[running]
            self.share, self.counts = self.share[:, running], self.counts[:, :, running]
            self.pending.keep(running)

    def result(self) -> SimulationResult:
        """The outcome of all runs: once a run has ended, its winner has all traffic."""
        ended, winner = self.ended[self.threshold_index], self.winner[self.threshold_index]
        finished = (ended != NEVER) & (self.sample_hours[:, None] >= ended)
        is_winner = np.arange(len(self.scenario.rates))[:, None] == winner
        shares = np.where(finished[:, None], is_winner[None], self.share_history).astype(np.float32)
        hours_left = np.where(ended == NEVER, 0, self.scenario.hours - ended)
        gain = (self.gain + hours_left * rate_differences(self.scenario)[winner]) * self.scenario.visits_per_day / DAY
        return SimulationResult(self.ended, self.winner, gain, shares)


class _Pending:
    """Successes and failures whose attribution window has not passed, by the hour in which it will have.

    With a window of `whole` hours and a `part` of one, exposures of an hour's last `part` wait an hour longer.
    """

    def __init__(self, scenario: Scenario, size: int) -> None:
        self.whole, self.part = _split(scenario.attribution_hours)
        self.slots = min(self.whole, scenario.hours) + 2
        self.hours = scenario.hours
        self.visits = scenario.visits_per_day / DAY
        rates = np.array(scenario.rates)
        self.rates = np.stack([rates, 1 - rates])[:, :, None]
        self.waiting = np.zeros((self.slots, 2, len(rates), size), np.int32)

    def visit(self, hour: int, share: Floats, random: np.random.Generator) -> None:
        for later, part in ((0, 1 - self.part), (1, self.part)):
            matured = hour + 1 + self.whole + later
            if part > 0 and matured <= self.hours:
                self.waiting[matured % self.slots] += random.poisson(self.rates * (self.visits * part * share))

    def take(self, hour: int) -> NDArray[np.int32]:
        """Removes and returns the counts that matured at the hour."""
        matured: NDArray[np.int32] = self.waiting[hour % self.slots].copy()
        self.waiting[hour % self.slots] = 0
        return matured

    def keep(self, running: NDArray[np.bool_]) -> None:
        self.waiting = self.waiting[..., running]


def _split(hours: float) -> tuple[int, float]:
    """Whole hours and the part of one; a part that is a rounding error is none."""
    whole = int(hours + 1e-6)
    part = hours - whole
    return whole, part if part > 1e-6 else 0.0
