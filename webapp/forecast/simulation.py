"""Many launches of one autotune, hour by hour and all together.

Visits are a Poisson process: the exposures of a variant in an hour are Poisson with the hour's share of the
day's visits, and its successes and failures are independent Poisson counts, so an hour can be cut exactly
where an attribution window ends within it. An exposure counts from the first full hour at which its whole
attribution window has passed; then, and once exploration has ended, the probabilities of best are computed
anew and are the next hour's shares.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .probability import Floats, probability_of_best
from .scenario import DAY, THRESHOLDS, Question

Ints = NDArray[np.int64]
Progress = Callable[[float], None]

NEVER = -1
# Launches simulated together: more would not go faster, and would keep more pending exposures in memory.
BLOCK = 1000
# Ended launches are dropped when they are this share of those at hand, as dropping means copying the rest.
DROP_AT = 0.1
# About how many points in time the traffic shares are kept for.
POINTS = 240


@dataclass(frozen=True)
class Launches:
    """What became of each launch.

    ended: the hour in which each threshold was first reached, or NEVER: (thresholds, launches).
    winner: the variant that reached it, or NEVER: (thresholds, launches).
    gain: expected successes over the whole horizon above those of an equal split, where the autotune ends
        at the question's threshold: (launches,).
    shares: each variant's share of traffic at `points(question)`, likewise, and for the question's own
        exploration window alone: (points, variants, launches).
    """

    ended: Ints
    winner: Ints
    gain: Floats
    shares: NDArray[np.float32]


def points(question: Question) -> Ints:
    """The hours at which traffic shares are kept: evenly spaced, with the first and the last."""
    step = -(-question.hours // POINTS)
    return np.append(np.arange(0, question.hours, step), question.hours)


def excess(question: Question) -> Floats:
    """Each variant's success rate less that of an equal split."""
    rates = np.array(question.rates)
    return np.asarray(rates - rates.mean())


def simulate(question: Question, window: int, progress: Progress) -> Launches:
    """All launches of the question with an exploration window of `window` hours.

    They go on until the highest threshold, whichever the question names: the way up to a threshold does
    not depend on it, so one run answers for all of them.
    """
    sizes = [min(BLOCK, question.launches - start) for start in range(0, question.launches, BLOCK)]
    seeds = np.random.SeedSequence(question.seed).spawn(len(sizes))
    blocks = []
    for index, (size, seed) in enumerate(zip(sizes, seeds, strict=True)):
        block = _Block(question, window, size, np.random.default_rng(seed))
        for done in block.run():
            progress((index + done) / len(sizes))
        blocks.append(block.result())
    return _together(blocks)


def _together(blocks: list[Launches]) -> Launches:
    return Launches(
        np.concatenate([block.ended for block in blocks], axis=-1),
        np.concatenate([block.winner for block in blocks], axis=-1),
        np.concatenate([block.gain for block in blocks]),
        np.concatenate([block.shares for block in blocks], axis=-1),
    )


class _Block:
    """Launches that advance together; `at` is where each of those still at hand is in the result."""

    def __init__(self, question: Question, window: int, size: int, random: np.random.Generator) -> None:
        self.question = question
        self.window = window
        self.random = random
        self.level = THRESHOLDS.index(int(question.threshold))
        # The other windows are simulated for the table alone, which has no shares.
        self.points = points(question) if window == question.exploration_hours else np.zeros(0, np.int64)
        self._start(size, len(question.rates))

    def _start(self, size: int, variants: int) -> None:
        self.at = np.arange(size)
        self.ended = np.full((len(THRESHOLDS), size), NEVER)
        self.winner = np.full((len(THRESHOLDS), size), NEVER)
        self.gain = np.zeros(size)
        self.kept = np.zeros((len(self.points), variants, size), np.float32)
        self.share = np.full((variants, size), 1 / variants)
        self.counts = np.zeros((2, variants, size))
        self.stale = np.ones(size, bool)
        self.pending = _Pending(self.question, size)

    def run(self) -> Iterator[float]:
        """Advances to the horizon, an hour at a time; gives the part done after each."""
        for hour in range(self.question.hours):
            if self.at.size:
                self._note(hour)
                self.pending.visit(hour, self.share, self.random)
                self._count(hour + 1)
                self._drop()
            yield (hour + 1) / self.question.hours
        self._note(self.question.hours)

    def _note(self, hour: int) -> None:
        for index in np.flatnonzero(self.points == hour):
            self.kept[index][:, self.at] = self.share
        if hour < self.question.hours:
            running = self.ended[self.level, self.at] == NEVER
            # From the share, not its excess alone: an equal split then gains exactly nothing.
            unequal = self.share - 1 / len(self.share)
            self.gain[self.at] += running * (excess(self.question) @ unequal)

    def _count(self, hour: int) -> None:
        ripe = self.pending.take(hour)
        self.counts += ripe
        self.stale |= ripe.any(axis=(0, 1))
        if hour >= self.window and self.stale.any():
            self._judge(hour, np.flatnonzero(self.stale))
            self.stale[:] = False

    def _judge(self, hour: int, stale: NDArray[np.intp]) -> None:
        successes, failures = self.counts if stale.size == self.at.size else self.counts[:, :, stale]
        best = probability_of_best(successes, failures)
        self.share[:, stale] = best
        at, highest, leader = self.at[stale], best.max(axis=0), best.argmax(axis=0)
        for level, threshold in enumerate(THRESHOLDS):
            new = (highest >= threshold / 100) & (self.ended[level, at] == NEVER)
            self.ended[level, at[new]] = hour
            self.winner[level, at[new]] = leader[new]

    def _drop(self) -> None:
        going = self.ended[-1, self.at] == NEVER
        if going.mean() <= 1 - DROP_AT:
            self.at, self.stale = self.at[going], self.stale[going]
            self.share, self.counts = self.share[:, going], self.counts[:, :, going]
            self.pending.keep(going)

    def result(self) -> Launches:
        """What became of the launches: from the end on, the winner has all traffic."""
        ended, winner = self.ended[self.level], self.winner[self.level]
        over = (ended != NEVER) & (self.points[:, None] >= ended)
        taken = np.arange(len(self.question.rates))[:, None] == winner
        shares = np.where(over[:, None], taken[None], self.kept).astype(np.float32)
        left = np.where(ended == NEVER, 0, self.question.hours - ended)
        gain = (self.gain + left * excess(self.question)[winner]) * self.question.visits_per_day / DAY
        return Launches(self.ended, self.winner, gain, shares)


class _Pending:
    """Successes and failures whose attribution window has not passed, by the hour in which it will have.

    With a window of `whole` hours and a `part`, exposures of an hour's last `part` wait an hour longer.
    """

    def __init__(self, question: Question, size: int) -> None:
        self.whole, self.part = _split(question.attribution_hours)
        self.slots = min(self.whole, question.hours) + 2
        self.hours = question.hours
        self.visits = question.visits_per_day / DAY
        rates = np.array(question.rates)
        self.rates = np.stack([rates, 1 - rates])[:, :, None]
        self.waiting = np.zeros((self.slots, 2, len(rates), size), np.int32)

    def visit(self, hour: int, share: Floats, random: np.random.Generator) -> None:
        for later, part in ((0, 1 - self.part), (1, self.part)):
            ripe = hour + 1 + self.whole + later
            if part > 0 and ripe <= self.hours:
                self.waiting[ripe % self.slots] += random.poisson(self.rates * (self.visits * part * share))

    def take(self, hour: int) -> NDArray[np.int32]:
        """The counts that are ripe at the hour; they wait no longer."""
        ripe: NDArray[np.int32] = self.waiting[hour % self.slots].copy()
        self.waiting[hour % self.slots] = 0
        return ripe

    def keep(self, going: NDArray[np.bool_]) -> None:
        self.waiting = self.waiting[..., going]


def _split(hours: float) -> tuple[int, float]:
    """Whole hours and the part of one; a part that rounding made is none."""
    whole = int(hours + 1e-6)
    part = hours - whole
    return whole, part if part > 1e-6 else 0.0
