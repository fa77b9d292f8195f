"""The probability of best against exact and independent values: the fast method, quadrature, and small counts."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special

from webapp.forecast import probability, quadrature
from webapp.forecast.exact import exact_probability_of_best

ERROR = 1e-3
NODES = 2000
RATES = (1e-5, 1e-3, 0.03, 0.1, 0.5, 0.9, 0.999)
EXPOSURES = (0, 1, 3, 10, 100, 1_000, 30_000, 1_000_000, 10_000_000)

Floats = NDArray[np.float64]
Method = Callable[[Floats, Floats], Floats]

both_methods = pytest.mark.parametrize(
    "method",
    [
        pytest.param(probability.probability_of_best, id="fast"),
        pytest.param(quadrature.probability_of_best, id="quadrature"),
    ],
)


@pytest.fixture(autouse=True)
def floating_point_errors() -> Iterator[None]:
    """Only underflow is expected: far from a posterior its density is 0."""
    with np.errstate(all="raise", under="ignore"):
        yield


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


def clustered_counts(variants: int, runs: int) -> tuple[Floats, Floats]:
    """Small and large counts of equal variants of which one differs: there the errors of the others add up."""
    random = np.random.default_rng([variants, runs])
    rates = random.uniform(0.05, 0.95, (2, runs))
    rates[1] = rates[0] + 3 * np.sqrt(rates[0] * (1 - rates[0]) / 300) * random.normal(size=runs)
    exposures = np.floor(10 ** random.uniform(0.8, 3.5, (2, runs)))
    successes = np.round(exposures * rates.clip(0.02, 0.98)).clip(2, exposures - 2)
    which = np.append(0, np.ones(variants - 1, int))
    return successes[which], (exposures - successes)[which]


@both_methods
def test_two_variants_over_a_wide_grid_agree_with_the_closed_form(method: Method) -> None:
    counts = [(round(n * rate), n - round(n * rate)) for n in EXPOSURES for rate in RATES]
    pairs = np.array([(*one, *other) for one in counts for other in counts], dtype=float)
    pairs = pairs[pairs.min(axis=1) <= 2_000]
    best = method(pairs[:, (0, 2)].T, pairs[:, (1, 3)].T)
    expected = [exact(*(pair + 1)) for pair in pairs]
    assert np.abs(best[0] - expected).max() < ERROR


@both_methods
@pytest.mark.parametrize("distance", [-4, -2, -1, 0, 0.5, 1, 3])
@pytest.mark.parametrize("rate", [1e-5, 0.03, 0.5, 0.999])
def test_close_rates_at_large_counts_agree_with_the_quantile_rule(method: Method, rate: float, distance: float) -> None:
    exposures = np.array([10_000_000.0, 3_000_000.0])
    deviation = np.sqrt(rate * (1 - rate) / exposures).sum()
    successes = np.round(exposures * np.array([rate, rate + 0.7 * distance * deviation]).clip(0, 1))
    best = method(successes[:, None], (exposures - successes)[:, None])[:, 0]
    assert np.abs(best - by_quantiles(successes, exposures - successes)).max() < ERROR


@pytest.mark.slow
@both_methods
@pytest.mark.parametrize("spread", [0.0, 0.05, 1.0])
@pytest.mark.parametrize(("variants", "runs"), [(2, 40), (3, 30), (5, 12), (10, 5), (20, 2)])
def test_unequal_exposures_agree_with_the_quantile_rule(
    method: Method, variants: int, runs: int, spread: float
) -> None:
    successes, failures = random_counts(variants, runs, spread)
    best = method(successes, failures)
    expected = [by_quantiles(s, f) for s, f in zip(successes.T, failures.T, strict=True)]
    assert np.abs(best.T - expected).max() < ERROR


@pytest.mark.parametrize(("variants", "error"), [(2, ERROR), (3, ERROR), (10, ERROR), (20, 1.5 * ERROR)])
def test_both_methods_agree_where_one_variant_differs_from_equal_ones(variants: int, error: float) -> None:
    successes, failures = clustered_counts(variants, 2000)
    best = probability.probability_of_best(successes, failures)
    assert np.abs(best - quadrature.probability_of_best(successes, failures)).max() < error


@pytest.mark.parametrize(
    ("successes", "failures"),
    [
        ([490_027, 453], [1_923_108, 1_507]),
        ([22, 528_680], [62, 3_838_640]),
        ([63, *[622] * 9], [2, *[172] * 9]),
        ([6_364, *[137_213] * 9], [25_587, *[578_961] * 9]),
    ],
)
@both_methods
def test_narrow_posterior_far_below_a_wide_one_is_not_overrated(
    method: Method, successes: list[float], failures: list[float]
) -> None:
    s, f = np.array(successes, float), np.array(failures, float)
    assert np.abs(method(s[:, None], f[:, None])[:, 0] - by_quantiles(s, f)).max() < ERROR


def test_ten_variants_agree_with_many_draws() -> None:
    random = np.random.default_rng(3)
    exposures = np.array([40, 900, 5_000, 5_000, 300, 12_000, 1, 0, 700, 2_500])
    successes = random.binomial(exposures, 0.08)
    draws = random.beta(successes + 1, exposures - successes + 1, (400_000, 10))
    drawn = np.bincount(draws.argmax(axis=1), minlength=10) / len(draws)
    best = probability.probability_of_best(successes[:, None], (exposures - successes)[:, None])[:, 0]
    assert np.abs(best - drawn).max() < ERROR + 4 * 0.5 / np.sqrt(len(draws))


@pytest.mark.parametrize("variants", [2, 3, 10, 20])
def test_probabilities_sum_to_one_and_equal_counts_share_equally(variants: int) -> None:
    successes, failures = random_counts(variants, 500, 0.2)
    best = probability.probability_of_best(successes, failures)
    assert np.abs(best.sum(axis=0) - 1).max() < 1e-12
    assert best.min() >= 0
    for count in (0, 3, 5_000_000):
        equal = probability.probability_of_best(np.full((variants, 1), count), np.full((variants, 1), count))
        assert np.abs(equal - 1 / variants).max() < 1e-6


@both_methods
def test_run_has_the_same_probabilities_in_a_batch_as_alone_within_error(method: Method) -> None:
    successes, failures = random_counts(3, 300, 0.3)
    together = method(successes, failures)
    alone = [method(successes[:, [k]], failures[:, [k]])[:, 0] for k in range(successes.shape[1])]
    assert np.abs(together.T - alone).max() < ERROR


@pytest.mark.parametrize(
    ("counts", "first"),
    [
        (((3, 0), (0, 0)), 4 / 5),
        (((0, 3), (0, 0)), 1 / 5),
        (((8, 0), (0, 0)), 0.9),
        (((18, 0), (0, 0)), 0.95),
        *((((s, 0), *[(0, 0)] * (k - 1)), (s + 1) / (s + k)) for s in (1, 7) for k in (3, 10)),
        *((((s, f), (u, v)), exact(s + 1, f + 1, u + 1, v + 1)) for s, f, u, v in [(2, 5, 1, 9), (30, 70, 20, 60)]),
    ],
)
def test_small_counts_are_exact(counts: tuple[tuple[int, int], ...], first: float) -> None:
    best = exact_probability_of_best(counts)
    assert best[0] == pytest.approx(first, abs=1e-12)
    assert sum(best) == pytest.approx(1, abs=1e-12)
