"""The exact probability of best for small counts.

Three successes of three against nothing seen is exactly 4/5, so whether it reaches 80% must not depend on rounding.
The densities and distribution functions are polynomials, which Gauss-Legendre quadrature integrates exactly.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = tuple[tuple[int, int], ...]  # successes and failures of each variant

MAX_EXPOSURES = 250  # of all variants: with more, a probability is hardly ever exactly a threshold
LOG_FACTORIAL = np.append(0, np.cumsum(np.log(np.arange(1, MAX_EXPOSURES + 2))))


@lru_cache(maxsize=4096)
def exact_probability_of_best(counts: Counts) -> tuple[float, ...]:
    """Of each variant, within 1e-12, for up to MAX_EXPOSURES in all."""
    rate, weight = _nodes(sum(map(sum, counts)) // 2 + len(counts))
    below = np.array([_below(*count, rate) for count in counts])
    density = [_density(*count, rate) for count in counts]
    others = [np.delete(below, variant, axis=0).prod(axis=0) for variant in range(len(counts))]
    return tuple(float(weight @ (d * o)) for d, o in zip(density, others, strict=True))


@lru_cache
def _nodes(count: int) -> tuple[Floats, Floats]:
    points, weights = np.polynomial.legendre.leggauss(count)
    return (points + 1) / 2, weights / 2


def _below(successes: int, failures: int, rate: Floats) -> Floats:
    """The distribution function of Beta(successes + 1, failures + 1): a binomial tail."""
    total = successes + failures + 1
    k = np.arange(successes + 1, total + 1)
    return np.asarray(_binomial(k, total - k, rate[:, None]).sum(axis=1))


def _density(successes: int, failures: int, rate: Floats) -> Floats:
    return (successes + failures + 1) * _binomial(np.array(successes), np.array(failures), rate)


def _binomial(successes: NDArray[np.intp], failures: NDArray[np.intp], rate: Floats) -> Floats:
    ways = LOG_FACTORIAL[successes + failures] - LOG_FACTORIAL[successes] - LOG_FACTORIAL[failures]
    return np.asarray(np.exp(ways + successes * np.log(rate) + failures * np.log1p(-rate)))


def as_counts(successes: Sequence[float], failures: Sequence[float]) -> Counts:
    return tuple((int(good), int(bad)) for good, bad in zip(successes, failures, strict=True))
