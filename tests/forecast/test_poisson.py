"""Poisson draws against the distribution itself."""

import numpy as np
import pytest
from scipy import stats

from webapp.forecast.poisson import MANY, draw_poisson

DRAWS = 400_000
# What the expansion for many expected events may be wrong by, beside the sampling error.
ERROR = 1.5e-3


@pytest.mark.parametrize("expected", [0.001, 0.3, 1, MANY - 0.01, MANY, 8, 60, 400_000])
def test_draws_have_the_poisson_distribution(expected: float) -> None:
    counts = draw_poisson(np.random.default_rng(1), np.full(DRAWS, expected, np.float32)).astype(float)
    values, repeats = np.unique(counts, return_counts=True)
    difference = repeats.cumsum() / DRAWS - stats.poisson.cdf(values, expected)
    assert np.abs(difference).max() < ERROR + 2 / np.sqrt(DRAWS)
    assert counts.mean() == pytest.approx(expected, rel=ERROR + 4 / np.sqrt(DRAWS * expected))
    assert counts.var() == pytest.approx(expected, rel=2 * ERROR + 6 / np.sqrt(DRAWS * min(expected, 1)))


def test_each_count_has_its_own_expectation() -> None:
    expected = np.array([[0, 2000, 0.5], [7, 0, 3]], np.float32)
    random = np.random.default_rng(2)
    counts = np.array([draw_poisson(random, expected) for _ in range(3000)])
    assert (counts[:, expected == 0] == 0).all()
    assert np.abs(counts.mean(axis=0) - expected).max() < 5 * np.sqrt(2000 / 3000)
    assert counts.mean(axis=0) == pytest.approx(expected, rel=0.1)
    assert (counts == np.floor(counts)).all()
