"""The probability that each variant is the best, given what each has shown.

With independent Beta(1, 1) priors the posterior of a variant with `s` successes and `f` failures is
Beta(s + 1, f + 1), and its probability of best is the integral of its density times the product of the other
variants' distribution functions.

On the scale phi(p), the integral of (p (1 - p))^(-2/3), a Beta posterior is nearly normal: this extends the cube root
of Wilson and Hilferty (1931), which does so for Gamma, to both ends. The small rest is removed by the coefficients of
a cubic: the distribution function at `z` standard deviations is 1 / (1 + exp(-cubic(z))), after Page's approximation
of the normal one (1977). A few evenly spaced nodes suffice then, one exponential each. Runs with too few successes
or failures, or with very different posteriors, are left to `quadrature`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import quadrature

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]

# A posterior with smaller parameters, of fewer than two successes or failures, is not near enough to normal.
FEWEST = 3
# The distance between two nodes, in standard deviations of the narrowest posterior that may be the best.
STEP = 1.0
# The ends of the nodes, and how far such a posterior reaches, in standard deviations.
TAIL, NEAR = 3.6, 3.0
MAX_NODES = 64
# Single floats in the largest array of one pass: what fits in a processor's L2 cache, with the others beside it.
PASS_SIZE = 1 << 16
# Allocating such arrays anew takes longer than computing them. So this is not for several threads at once.
_SCRATCH = np.empty((3, PASS_SIZE), np.float32)
# The normal distribution function is 1 / (1 + exp(-(PAGE_1 z + PAGE_3 z^3))), within 1.4e-4.
PAGE_1, PAGE_3 = 1.5976, 0.070566


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

    Within 1e-3 of the exact value for up to 20 variants and 1e7 exposures each.
    """
    posteriors = _Posteriors.of(successes + 1.0, failures + 1.0)
    nodes = posteriors.nodes()
    order = np.argsort(nodes)
    posteriors, nodes = posteriors.take(order), nodes[order]
    best = np.empty_like(posteriors.a)
    near_normal = int(np.searchsorted(nodes, MAX_NODES, side="right"))
    for part in _passes(nodes[:near_normal], len(best)):
        best[:, order[part]] = posteriors.take(part).integrate(int(nodes[part][-1]))
    if near_normal < len(order):
        others = order[near_normal:]
        best[:, others] = quadrature.probability_of_best(successes[:, others], failures[:, others])
    return best


def _passes(nodes: NDArray[np.intp], variants: int) -> Iterator[slice]:
    """Consecutive runs, which need about the same number of nodes, as many as fit in the cache together."""
    end = len(nodes)
    while end:
        start = max(0, end - max(1, PASS_SIZE // (variants * int(nodes[end - 1]))))
        yield slice(start, end)
        end = start


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
        reach = TAIL * spread
        return cls(a, b, middle, spread, (middle - reach).max(axis=0), (middle + reach).max(axis=0))

    def take(self, selected: NDArray[np.intp] | slice) -> "_Posteriors":
        parts = (self.a, self.b, self.middle, self.spread, self.low, self.high)
        return _Posteriors(*(part[..., selected] for part in parts))

    def nodes(self) -> NDArray[np.intp]:
        """How many nodes each run needs; more than MAX_NODES where a posterior is not near enough to normal."""
        near = self.middle >= (self.middle - NEAR * self.spread).max(axis=0)
        narrowest = np.where(near, self.spread, np.inf).min(axis=0)
        nodes = np.ceil((self.high - self.low) / (STEP * narrowest)) + 1
        fewest = np.minimum(self.a, self.b).min(axis=0)
        return np.where(fewest < FEWEST, MAX_NODES + 1, nodes).astype(np.intp)

    def integrate(self, nodes: int) -> Floats:
        """Single precision: the largest arrays of all take half of the time, and lose nothing."""
        shape = (len(self.a), nodes, self.a.shape[1])
        z, below, ratio = (part[: np.prod(shape)].reshape(shape) for part in _SCRATCH)
        constant, linear, square, cubic = self._coefficients()
        np.multiply(_single((self.high - self.low) / (nodes - 1) / self.spread), _node_numbers(nodes), out=z)
        z += _single((self.low - self.middle) / self.spread)
        _polynomial(z, below, cubic, square, linear, constant)
        np.exp(np.negative(below, out=below), out=below)
        below += 1
        np.reciprocal(below, out=below)
        # Density over distribution function: for a logistic function, the slope of its cubic times what lies above.
        _polynomial(z, ratio, 3 * cubic, 2 * square, linear)
        ratio *= np.subtract(1, below, out=z)
        best = np.einsum("vnl,nl->vl", ratio, below.prod(axis=0)) / self.spread
        return np.asarray(best / best.sum(axis=0))

    def _coefficients(self) -> tuple[Any, ...]:
        """Of each cubic, the constant first. The numbers were fitted to Beta distributions with a, b from 2 on."""
        a, b, total = _single(1 / self.a), _single(1 / self.b), _single(1 / (self.a + self.b))
        skew, skew_square = a - b, a * a - b * b
        weight, weight_square = a + b - 0.758 * total, a * a + b * b
        return (
            -0.00156 * skew - 0.04481 * skew_square,
            PAGE_1 - 0.05341 * weight + 0.00184 * weight_square,
            -0.00999 * skew - 0.06281 * skew_square,
            PAGE_3 + 0.02235 * weight + 0.01914 * weight_square,
        )


def _single(values: Floats) -> Floats32:
    """With an axis for the nodes: (variants, 1, runs)."""
    return values.astype(np.float32)[:, None]


def _node_numbers(nodes: int) -> Floats32:
    return np.arange(nodes, dtype=np.float32)[:, None]


def _polynomial(z: Floats32, value: Floats32, highest: Floats32, *others: Floats32) -> None:
    """At each node, into `value`."""
    np.multiply(highest, z, out=value)
    for coefficient in others[:-1]:
        value += coefficient
        value *= z
    value += others[-1]
