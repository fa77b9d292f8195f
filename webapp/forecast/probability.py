"""The probability that each variant is the best, given what each has shown.

With independent Beta(1, 1) priors the posterior of a variant with `s` successes and `f` failures is
Beta(s + 1, f + 1), and its probability of best is the integral of its density times the product of the other
variants' distribution functions.

On the scale phi(p), the integral of (p (1 - p))^(-2/3), a Beta posterior is nearly normal: this extends the cube root
of Wilson and Hilferty (1931), which does so for Gamma, to both ends. There its distribution function at `z` standard
deviations is exp(-exp(-quartic(z))), with coefficients that were fitted once. With this double exponential, as in the
theory of extremes, the product of all distribution functions is one of a sum, and the errors of many variants do not
add up. A few evenly spaced nodes suffice, one exponential each. Runs with too few successes or failures, or with very
different posteriors, are left to `quadrature`.
"""

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import quadrature

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

# A posterior with smaller parameters, of fewer than two successes or failures, is not near enough to normal.
FEWEST = 3
# The distance between two nodes for one variant, in standard deviations of the narrowest posterior that may be the
# best. That of the largest of many is narrower, by about this power of their number.
STEP, NARROWER = 1.25, -0.2
# How far a posterior reaches, in standard deviations. Above it is more, as many variants have as many chances there.
LOW_TAIL, HIGH_TAIL = 3.7, 4.1
MAX_NODES = 64
# The distance between two nodes at most, in standard deviations of any posterior.
WIDEST_STEP = 3.0
# So many standard deviations above a posterior, its distribution function is 1.
FAR_ABOVE = 10
# Single floats in the largest array of one pass: what fits in a processor's L2 cache, with the other beside it.
PASS_SIZE = 1 << 16
# Allocating such arrays takes longer than computing them. So this is not for several threads at once.
_SCRATCH = np.empty((2, PASS_SIZE), np.float32)
# Of the quartic, the constant first: each is the product of a row with 1, 1/a, 1/b, 1/(a+b), 1/a^2, 1/b^2. They are
# the least squares fit, reweighted until the largest error is least, to Beta distributions with a and b from 3 to
# 300,000 at z from -3.7 to 4.2. A value's weight is how much its error may change a probability of 12 variants.
QUARTIC = np.array(
    [
        [0.365694, -0.007120, -0.008005, 0.005697, -0.033098, 0.088398],
        [1.152738, -0.046398, -0.043549, 0.046348, 0.009083, 0.015934],
        [0.206858, -0.007122, -0.002986, 0.003607, -0.033010, -0.051061],
        [0.030656, 0.016963, 0.019642, -0.020229, -0.014846, 0.022955],
        [0.001620, 0.002010, 0.002653, -0.002338, -0.002828, 0.032214],
    ],
    np.float32,
)
POWERS = np.arange(len(QUARTIC))


def _scale_coefficients() -> Floats:
    """A polynomial P, highest power first, with phi(p) = cbrt(p) P(p) up to 1/2 within 1e-5, and a slope within 1e-4.

    From the series of the incomplete beta function with both parameters 1/3.
    """
    k = np.arange(80)
    series = np.cumprod(np.append(1, (2 / 3 + k[:-1]) / (k[:-1] + 1))) / (k + 1 / 3)
    chebyshev = np.polynomial.Chebyshev.interpolate(lambda p: (series * p[:, None] ** k).sum(axis=1), 6, (0, 0.5))
    return np.asarray(chebyshev.convert(kind=np.polynomial.Polynomial).coef[::-1])


SCALE = _scale_coefficients()
MIDDLE = float(np.cbrt(0.5) * np.polyval(SCALE, 0.5))  # phi(1/2), around which the scale is symmetric


def probability_of_best(successes: NDArray[Any], failures: NDArray[Any]) -> Floats:
    """The probability of best for counts of shape (variants, runs); each run's sum to one.

    Within 1e-3 of the exact value for up to 10 variants and 1e7 exposures each, and 1.5e-3 for 20.
    """
    posteriors = _Posteriors.of(successes + 1.0, failures + 1.0)
    nodes = posteriors.nodes()
    order = np.argsort(nodes)
    near_normal, others = np.split(order, [np.searchsorted(nodes, MAX_NODES, side="right", sorter=order)])
    best = np.empty_like(posteriors.a)
    if near_normal.size:
        best[:, near_normal] = _of_near_normal(posteriors.take(near_normal), nodes[near_normal])
    if others.size:
        best[:, others] = quadrature.probability_of_best(successes[:, others], failures[:, others])
    return best


def _of_near_normal(posteriors: "_Posteriors", nodes: NDArray[np.intp]) -> Floats:
    """`nodes` must be sorted."""
    passes = _passes(nodes, len(posteriors.a))
    for part in passes:
        nodes[part] = nodes[part][-1]
    quartics = posteriors.quartics(nodes)
    return np.concatenate([_integrate(quartics[..., part], int(nodes[part][-1])) for part in passes], axis=1)


def _passes(nodes: NDArray[np.intp], variants: int) -> list[slice]:
    """Consecutive runs, which need about the same number of nodes, as many as fit in the cache together."""
    passes: list[slice] = []
    end = len(nodes)
    while end:
        start = max(0, end - max(1, PASS_SIZE // (variants * int(nodes[end - 1]))))
        passes.insert(0, slice(start, end))
        end = start
    return passes


@dataclass(frozen=True)
class _Posteriors:
    """Beta(a, b) of each variant and run, with its median and standard deviation on the scale: (variants, runs).

    The highest rate of each run lies between `low` and `high`: (runs,).
    """

    a: Floats
    b: Floats
    middle: Floats
    spread: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(cls, a: Floats, b: Floats) -> "_Posteriors":
        total = a + b
        median = (np.minimum(a, b) - 1 / 3) / (total - 2 / 3)
        middle = np.cbrt(median) * np.polyval(SCALE, median)
        middle = np.where(a > b, 2 * MIDDLE - middle, middle)
        spread = 1 / np.sqrt(np.cbrt(a * b / (total * total)) * (total - 1 / 3))
        low, high = (middle - LOW_TAIL * spread).max(axis=0), (middle + HIGH_TAIL * spread).max(axis=0)
        return cls(a, b, middle, spread, low, high)

    def take(self, selected: NDArray[np.intp]) -> "_Posteriors":
        parts = (self.a, self.b, self.middle, self.spread, self.low, self.high)
        # Not `part[:, selected]`, whose memory has the runs first: then every later step takes longer.
        return _Posteriors(*(part.take(selected, axis=-1) for part in parts))

    def nodes(self) -> NDArray[np.intp]:
        """How many nodes each run needs; more than MAX_NODES where a posterior is not near enough to normal."""
        narrowest = np.where(self.middle >= self.low, self.spread, np.inf).min(axis=0)
        step = STEP * len(self.a) ** NARROWER * narrowest
        nodes = np.ceil((self.high - self.low) / step) + 1
        fewest = np.minimum(self.a, self.b).min(axis=0)
        return np.where(fewest < FEWEST, MAX_NODES + 1, nodes).astype(np.intp)

    def quartics(self, nodes: NDArray[np.intp]) -> Floats32:
        """As functions of the node's number, 0 in the middle: coefficients of shape (5, variants, runs)."""
        distance = (self.high - self.low) / (nodes - 1)
        # One that is too narrow for the nodes lies below all of them, where it has no density.
        too_narrow = distance / self.spread > WIDEST_STEP
        step = _single(np.where(too_narrow, 0, distance / self.spread))
        middle = ((self.high + self.low) / 2 - self.middle) / self.spread
        z = _single(np.where(too_narrow, FAR_ABOVE, middle))
        quartics = self._standard_quartics()
        for first in POWERS[:-1]:  # repeated Horner's scheme: the Taylor expansion at the middle
            for power in reversed(POWERS[first:-1]):
                quartics[power] += z * quartics[power + 1]
        for power in POWERS[1:]:
            quartics[power:] *= step
        return quartics

    def _standard_quartics(self) -> Floats32:
        """As functions of `z`."""
        a, b, total = _single(1 / self.a), _single(1 / self.b), _single(1 / (self.a + self.b))
        terms = np.stack([np.ones_like(a), a, b, total, a * a, b * b])
        return np.asarray(QUARTIC @ terms.reshape(len(terms), -1)).reshape(-1, *a.shape)


def _integrate(quartics: Floats32, nodes: int) -> Floats:
    """Single precision takes half of the time, and loses nothing.

    Exponents and their slopes are polynomials of the node's number: at all nodes, each are a product of matrices.
    """
    coefficients = quartics.transpose(1, 0, 2)
    shape = (len(coefficients), nodes, coefficients.shape[2])
    exponent, slope = (part[: prod(shape)].reshape(shape) for part in _SCRATCH)
    number = np.arange(nodes)[:, None] - (nodes - 1) / 2
    np.matmul(_single(-(number**POWERS)), coefficients, out=exponent)
    np.matmul(_single(number ** POWERS[:-1] * POWERS[1:]), coefficients[:, 1:], out=slope)
    np.exp(exponent, out=exponent)
    all_below = np.exp(-exponent.sum(axis=0))
    slope *= exponent  # the density over the distribution function
    best = np.einsum("vnl,nl->vl", slope, all_below).astype(float)
    return np.asarray(best / best.sum(axis=0))


def _single(values: NDArray[np.floating]) -> Floats32:
    return values.astype(np.float32)
