"""The probability of best against exact and independent values."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special, stats

from webapp.forecast import quadrature
from webapp.forecast.exact import exact_probability_of_best
from webapp.forecast.poisson import draw_poisson
from webapp.forecast.probability import probability_of_best

ERROR = 1e-3
NODES = 2000
RATES = (1e-5, 1e-3, 0.03, 0.1, 0.5, 0.9, 0.999)
EXPOSURES = (0, 1, 3, 10, 100, 1_000, 30_000, 1_000_000, 10_000_000)

Floats = NDArray[np.float64]


def exact_of_two(a: float, b: float, c: float, d: float) -> float:
    """The probability that Beta(a, b) exceeds Beta(c, d), for an integer a: a sum of a terms."""
    k = np.arange(a)
    terms = special.betaln(c + k, b + d) - np.log(b + k) - special.betaln(1 + k, b) - special.betaln(c, d)
    return float(np.exp(terms).sum())


def exact(a: float, b: float, c: float, d: float) -> float:
    """The same probability, by the symmetry of the four counts with the fewest terms."""
    least = min(a, b, c, d)
    if least == a:
        return exact_of_two(a, b, c, d)
    if least == c:
        return 1 - exact_of_two(c, d, a, b)
    return exact_of_two(d, c, b, a) if least == d else 1 - exact_of_two(b, a, d, c)


def by_quantiles(successes: Floats, failures: Floats) -> Floats:
    """For counts of shape (variants,), by the midpoint rule over each variant's own quantiles.

    What is integrated rises from 0 to 1, so the error is below 1 / (2 NODES) whatever the counts.
    """
    a, b = successes + 1, failures + 1
    quantiles = special.betaincinv(a[:, None], b[:, None], (np.arange(NODES) + 0.5) / NODES)
    below = special.betainc(a[:, None, None], b[:, None, None], quantiles[None])
    below[np.arange(len(a)), np.arange(len(a))] = 1
    return np.asarray(below.prod(axis=0).mean(axis=1))


def random_counts(variants: int, runs: int, spread: float) -> tuple[Floats, Floats]:
    """Counts of variants whose exposures differ up to ten-millionfold, around one rate per run."""
    random = np.random.default_rng([variants, runs])
    exposures = np.floor(10 ** random.uniform(-0.3, 7, (variants, runs)))
    logit = special.logit(10 ** random.uniform(-5, np.log10(0.999), runs))
    logit = np.where(random.random(runs) < 0.3, -logit, logit)
    rates = special.expit(logit + spread * random.normal(size=exposures.shape))
    successes = random.binomial(exposures.astype(int), np.clip(rates, 1e-5, 0.999)).astype(float)
    return successes, exposures - successes


def test_two_variants_over_a_wide_grid_agree_with_the_closed_form() -> None:
    counts = [(round(n * rate), n - round(n * rate)) for n in EXPOSURES for rate in RATES]
    pairs = np.array([(*one, *other) for one in counts for other in counts], dtype=float)
    pairs = pairs[pairs.min(axis=1) <= 2_000]
    expected = [exact(*(pair + 1)) for pair in pairs]
    for method, error in ((probability_of_best, ERROR), (quadrature.probability_of_best, ERROR / 4)):
        best = method(pairs[:, (0, 2)].T, pairs[:, (1, 3)].T)
        assert np.abs(best[0] - expected).max() < error


@pytest.mark.parametrize("distance", [-4, -2, -1, 0, 0.5, 1, 3])
@pytest.mark.parametrize("rate", [1e-5, 0.03, 0.5, 0.999])
def test_close_rates_at_large_counts_agree_with_the_quantile_rule(rate: float, distance: float) -> None:
    exposures = np.array([10_000_000.0, 3_000_000.0])
    deviation = np.sqrt(rate * (1 - rate) / exposures).sum()
    successes = np.round(exposures * np.array([rate, rate + 0.7 * distance * deviation]).clip(0, 1))
    best = probability_of_best(successes[:, None], (exposures - successes)[:, None])[:, 0]
    assert np.abs(best - by_quantiles(successes, exposures - successes)).max() < ERROR


@pytest.mark.parametrize("spread", [0.0, 0.05, 1.0])
@pytest.mark.parametrize(("variants", "runs"), [(2, 40), (3, 30), (5, 12), (10, 5), (20, 2)])
def test_unequal_exposures_agree_with_the_quantile_rule(variants: int, runs: int, spread: float) -> None:
    successes, failures = random_counts(variants, runs, spread)
    best = probability_of_best(successes, failures)
    expected = [by_quantiles(s, f) for s, f in zip(successes.T, failures.T, strict=True)]
    assert np.abs(best.T - expected).max() < ERROR


def test_ten_variants_agree_with_many_draws() -> None:
    random = np.random.default_rng(3)
    exposures = np.array([40, 900, 5_000, 5_000, 300, 12_000, 1, 0, 700, 2_500])
    successes = random.binomial(exposures, 0.08)
    draws = random.beta(successes + 1, exposures - successes + 1, (400_000, 10))
    drawn = np.bincount(draws.argmax(axis=1), minlength=10) / len(draws)
    best = probability_of_best(successes[:, None], (exposures - successes)[:, None])[:, 0]
    assert np.abs(best - drawn).max() < ERROR + 4 * 0.5 / np.sqrt(len(draws))


@pytest.mark.parametrize("variants", [2, 3, 10, 20])
def test_probabilities_sum_to_one_and_equal_counts_share_equally(variants: int) -> None:
    successes, failures = random_counts(variants, 500, 0.2)
    best = probability_of_best(successes, failures)
    assert np.abs(best.sum(axis=0) - 1).max() < 1e-12
    assert best.min() >= 0
    equal = probability_of_best(np.full((variants, 1), 5e6), np.full((variants, 1), 5e6))
    assert np.abs(equal - 1 / variants).max() < 1e-12


def test_run_has_the_same_probabilities_in_a_batch_as_alone_within_error() -> None:
    successes, failures = random_counts(3, 300, 0.3)
    together = probability_of_best(successes, failures)
    alone = [probability_of_best(successes[:, [k]], failures[:, [k]])[:, 0] for k in range(successes.shape[1])]
    assert np.abs(together.T - alone).max() < ERROR


@pytest.mark.parametrize("method", [probability_of_best, quadrature.probability_of_best])
@pytest.mark.parametrize("variants", [2, 3, 5, 10])
@pytest.mark.parametrize("exposures", [5, 30, 1_000, 1_000_000])
def test_both_methods_agree_with_the_quantile_rule(method: Any, variants: int, exposures: int) -> None:
    random = np.random.default_rng([variants, exposures])
    counts = np.floor(exposures * 10 ** random.uniform(-0.3, 0.5, (variants, 12))) + 4
    rates = np.clip(
        10 ** random.uniform(-2, -0.01, 12) * (1 + random.normal(size=counts.shape) / exposures**0.5), 0.01, 0.99
    )
    successes = random.binomial(counts.astype(int), rates).astype(float)
    best = method(successes, counts - successes)
    for run in range(12):
        expected = by_quantiles(successes[:, run], counts[:, run] - successes[:, run])
        assert np.abs(best[:, run] - expected).max() < ERROR


@pytest.mark.parametrize(
    ("counts", "best"),
    [
        (((3, 0), (0, 0)), 0.8),
        (((0, 0), (0, 3)), 0.8),
        (((8, 0), (0, 0)), 0.9),
        (((18, 0), (0, 0)), 0.95),
        (((7, 0), (0, 0), (0, 0)), 0.8),
        (((37, 0), (0, 0), (0, 0)), 0.95),
        (((197, 0), (0, 0), (0, 0)), 0.99),
        (((32, 0), *[(0, 0)] * 9), 33 / 42),
    ],
)
def test_small_counts_are_exact(counts: tuple[tuple[int, int], ...], best: float) -> None:
    result = exact_probability_of_best(counts)
    assert result[0] == pytest.approx(best, abs=1e-12)
    assert sum(result) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("expected", [0.0, 0.3, 3.0, 6.0, 20.0, 1e6])
def test_poisson_draws_have_the_distribution(expected: float) -> None:
    draws = draw_poisson(np.random.default_rng(1), np.full(200_000, expected))
    assert draws.min() >= 0
    assert draws.mean() == pytest.approx(expected, abs=5 * (expected / draws.size) ** 0.5 + 1e-3 * expected)
    assert draws.var() == pytest.approx(expected, rel=0.02)
    for quantile in (0.1, 0.5, 0.9):
        point = stats.poisson.ppf(quantile, expected)
        assert (draws <= point).mean() == pytest.approx(stats.poisson.cdf(point, expected), abs=6e-3)
