"""Simulates many runs of one autotune, hour by hour and all together.

Visits are a Poisson process, so the exposures of a variant in an hour are Poisson with its share of the hour's visits,
and its successes and failures are independent Poisson counts, which may be cut anywhere. An exposure counts from the
first full hour at which its whole attribution window has passed; then, and once exploration has ended, the
probabilities of best are computed again and are the next hour's shares. Nothing depends on the counts before the end
of exploration, so all of them are drawn at once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .exact import MAX_EXPOSURES, as_counts, exact_probability_of_best
from .poisson import Floats32, draw_poisson
from .probability import Floats, probability_of_best
from .scenario import DAY, THRESHOLDS, Scenario

Ints = NDArray[np.int64]

NEVER = -1
# Runs simulated together: more would not be faster, and would keep more pending exposures in memory.
BLOCK_SIZE = 1000
# Ended runs are dropped once they are this share of a block, as dropping means copying the rest.
DROP_SHARE = 0.1
# At about so many points in time the traffic shares are recorded.
MAX_POINTS = 120
LEVELS = np.array(THRESHOLDS) / 100
# The largest error of `probability_of_best`: nearer to a threshold, small counts are decided exactly.
NEAR = 1e-3
ROUNDING = 1e-9


@dataclass(frozen=True)
class SimulationResult:
    """The outcome of each run.

    ended: the hour in which each threshold was first reached, or NEVER: (thresholds, runs).
    winner: the variant that reached it, or NEVER: (thresholds, runs).
    successes: what each variant has to show when exploration ends: (variants, runs).
    gain: expected successes over the horizon above those of an even split, where the autotune ends at the
        scenario's threshold: (runs,).
    shares: each variant's share of traffic at `sample_hours(scenario)`, likewise: (sample hours, variants, runs).
        Both are empty if they were not recorded.
    """

    ended: Ints
    winner: Ints
    successes: Floats
    gain: Floats
    shares: NDArray[np.float32]

    @classmethod
    def concatenate(cls, blocks: Iterable["SimulationResult"]) -> "SimulationResult":
        parts = zip(*(vars(block).values() for block in blocks), strict=True)
        return cls(*(np.concatenate(part, axis=-1) for part in parts))


def sample_hours(scenario: Scenario) -> Ints:
    """The hours at which traffic shares are recorded: evenly spaced, with the first and the last."""
    step = -(-scenario.hours // MAX_POINTS)
    return np.append(np.arange(0, scenario.hours, step), scenario.hours)


def simulate(scenario: Scenario, *, record: bool = False) -> SimulationResult:
    """All runs of the scenario."""
    return SimulationResult.concatenate(simulate_blocks(scenario, record=record))


def simulate_blocks(
    scenario: Scenario, *, record: bool = False, highest: int = THRESHOLDS[-1]
) -> Iterator[SimulationResult]:
    """The runs of the scenario, BLOCK_SIZE at a time.

    They go on until the `highest` threshold, whichever the scenario names: the path to a threshold does not depend on
    it, so one simulation serves all up to that one.
    """
    sizes = [min(BLOCK_SIZE, scenario.runs - start) for start in range(0, scenario.runs, BLOCK_SIZE)]
    seeds = np.random.SeedSequence(scenario.seed).spawn(len(sizes))
    for size, seed in zip(sizes, seeds, strict=True):
        yield _Block(scenario, size, np.random.default_rng(seed), record, highest).run()


def equal_split(scenario: Scenario) -> Floats:
    """What each variant has to show at the horizon if traffic stays equally split: (2, variants, runs)."""
    random = np.random.default_rng(np.random.SeedSequence(scenario.seed, spawn_key=(0, 1)))
    return _Pending(scenario, scenario.runs, random).explore(scenario.hours)


def hourly_rates(scenario: Scenario) -> Floats:
    """Expected successes and failures in each hour if all visits went to a variant: (hours, 2, variants)."""
    days = (np.arange(scenario.hours) // DAY + scenario.start_day) % 7
    rates = np.array(scenario.rates) * np.array(scenario.rate_factors)[days, None]
    visits = scenario.visits_per_day / DAY * np.array(scenario.visit_factors)[days, None]
    return np.stack([visits * rates, visits * (1 - rates)], axis=1)


class _Block:
    """Runs that advance together; `active` holds the indexes of those that have not been dropped."""

    def __init__(self, scenario: Scenario, size: int, random: np.random.Generator, record: bool, highest: int) -> None:
        self.scenario = scenario
        self.last = THRESHOLDS.index(highest) + 1  # so many thresholds end a run
        self.own_threshold = THRESHOLDS.index(scenario.threshold)
        variants = len(scenario.rates)
        self.active = np.arange(size)
        self.ended = np.full((len(THRESHOLDS), size), NEVER)
        self.winner = np.full((len(THRESHOLDS), size), NEVER)
        self.reached = np.zeros(size, np.intp)  # how many thresholds an active run has reached
        self.share = np.full((variants, size), 1 / variants)
        self.pending = _Pending(scenario, size, random)
        self.recorder = _Recorder(scenario, size) if record else None

    def run(self) -> SimulationResult:
        start = min(self.scenario.exploration_hours, self.scenario.hours)
        self.counts = self.pending.explore(start)
        successes = self.counts[0].copy()
        if start == self.scenario.exploration_hours:
            self._update_shares(start, np.arange(self.active.size))
        for hour in range(start, self.scenario.hours):
            if self.active.size:
                self._advance(hour)
        gain, shares = self._recorded()
        return SimulationResult(self.ended, self.winner, successes, gain, shares)

    def _advance(self, hour: int) -> None:
        if self.recorder:
            self.recorder.record(hour, self.active, self.share, self.reached <= self.own_threshold)
        self.pending.visit(hour, self.share)
        matured = self.pending.take(hour + 1)
        self.counts += matured
        changed = np.flatnonzero(matured.any(axis=(0, 1)))
        if changed.size:
            self._update_shares(hour + 1, changed)
            self._drop_finished()

    def _update_shares(self, hour: int, changed: NDArray[np.intp]) -> None:
        successes, failures = self.counts if changed.size == self.active.size else self.counts.take(changed, axis=-1)
        best = probability_of_best(successes, failures)
        self.share[:, changed] = best
        highest = best.max(axis=0)
        for index in _near_a_threshold(highest, successes, failures):
            highest[index] = max(exact_probability_of_best(as_counts(successes[:, index], failures[:, index])))
        reached = np.searchsorted(LEVELS, highest + ROUNDING, side="right")
        for index in np.flatnonzero(reached > self.reached[changed]):
            run = self.active[changed[index]]
            levels = slice(self.reached[changed[index]], reached[index])
            self.ended[levels, run], self.winner[levels, run] = hour, best[:, index].argmax()
            self.reached[changed[index]] = reached[index]

    def _drop_finished(self) -> None:
        running = self.reached < self.last
        if running.mean() <= 1 - DROP_SHARE:
            self.active, self.reached = self.active[running], self.reached[running]
            # Not `share[:, running]`, whose memory has the runs first: then every later step takes longer.
            self.share, self.counts = self.share.compress(running, axis=-1), self.counts.compress(running, axis=-1)
            self.pending.keep(running)

    def _recorded(self) -> tuple[Floats, NDArray[np.float32]]:
        if not self.recorder:
            return np.zeros(0), np.zeros((0, 0, 0), np.float32)
        self.recorder.record_shares(self.scenario.hours, self.active, self.share)
        return self.recorder.result(self.ended[self.own_threshold], self.winner[self.own_threshold])


def _near_a_threshold(highest: Floats, successes: Floats, failures: Floats) -> NDArray[np.intp]:
    """The runs with small counts that may have reached a threshold exactly."""
    small = np.flatnonzero((successes + failures).sum(axis=0) <= MAX_EXPOSURES)
    near = np.abs(highest[small] - LEVELS[:, None]).min(axis=0) < NEAR
    return np.asarray(small[near])


class _Recorder:
    """The gain and the traffic shares of each run up to the scenario's own threshold."""

    def __init__(self, scenario: Scenario, size: int) -> None:
        successes = hourly_rates(scenario)[:, 0]
        self.difference = successes - successes.mean(axis=1, keepdims=True)  # to an even split: (hours, variants)
        self.rows = {hour: row for row, hour in enumerate(sample_hours(scenario).tolist())}
        self.gain = np.zeros(size)
        variants = len(scenario.rates)
        self.shares = np.full((len(self.rows), variants, size), 1 / variants, np.float32)

    def record(self, hour: int, active: NDArray[np.intp], share: Floats, running: NDArray[np.bool_]) -> None:
        """`running` runs have not reached the threshold."""
        self.record_shares(hour, active, share)
        # Not `@`: how BLAS adds up depends on its threads, and the same scenario would have two results.
        self.gain[active] += running * np.einsum("v,vr->r", self.difference[hour], share)

    def record_shares(self, hour: int, active: NDArray[np.intp], share: Floats) -> None:
        if (row := self.rows.get(hour)) is not None:
            self.shares[row][:, active] = share

    def result(self, ended: Ints, winner: Ints) -> tuple[Floats, NDArray[np.float32]]:
        """Once a run has ended, its winner has all traffic."""
        hours = np.array(list(self.rows))[:, None]
        finished = (ended != NEVER) & (hours >= ended)
        is_winner = np.arange(self.shares.shape[1])[:, None] == winner
        shares = np.where(finished[:, None], is_winner[None], self.shares).astype(np.float32)
        left = np.concatenate([self.difference[::-1].cumsum(axis=0)[::-1], np.zeros((1, len(is_winner)))])
        return self.gain + np.where(ended == NEVER, 0, left[ended, winner]), shares


class _Pending:
    """Successes and failures whose attribution window has not passed, by the hour in which it will have.

    With a window of `whole` hours and a `part` of one, exposures of an hour's last `part` wait an hour longer.
    """

    def __init__(self, scenario: Scenario, size: int, random: np.random.Generator) -> None:
        self.whole, self.part = _split(scenario.attribution_hours)
        self.hours = scenario.hours
        self.slots = min(self.whole, scenario.hours) + 2
        self.rates = hourly_rates(scenario)[..., None]
        self.random = random
        self.waiting = np.zeros((self.slots, 2, len(scenario.rates), size), np.float32)

    def explore(self, end: int) -> Floats:
        """The counts that have matured at the hour `end` of an even split; what has not, waits."""
        size, variants = self.waiting.shape[-1], self.waiting.shape[-2]
        expected = np.zeros((self.hours + self.slots + 1, 2, variants, 1))  # by the hour in which they mature
        for delay, part in self._parts():
            expected[delay : end + delay] += self.rates[:end] * part / variants
        for hour in range(end + 1, min(end + self.slots, self.hours + 1)):
            self.waiting[hour % self.slots] = self.random.poisson(expected[hour], (2, variants, size))
        return self.random.poisson(expected[: end + 1].sum(axis=0), (2, variants, size)).astype(float)

    def visit(self, hour: int, share: Floats) -> None:
        for delay, part in self._parts():
            if hour + delay <= self.hours:
                expected = (self.rates[hour] * part * share).astype(np.float32)
                self.waiting[(hour + delay) % self.slots] += draw_poisson(self.random, expected)

    def _parts(self) -> Iterator[tuple[int, float]]:
        """The parts of an hour's exposures, and after how many hours they count."""
        yield self.whole + 1, 1 - self.part
        if self.part:
            yield self.whole + 2, self.part

    def take(self, hour: int) -> Floats32:
        """Removes and returns the counts that matured at the hour."""
        matured: Floats32 = self.waiting[hour % self.slots].copy()
        self.waiting[hour % self.slots] = 0
        return matured

    def keep(self, running: NDArray[np.bool_]) -> None:
        self.waiting = self.waiting.compress(running, axis=-1)


def _split(hours: float) -> tuple[int, float]:
    """Whole hours and the part of one; a part that is a rounding error is none."""
    whole = int(hours + 1e-6)
    part = hours - whole
    return whole, part if part > 1e-6 else 0.0
