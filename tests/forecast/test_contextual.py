"""The forecast of a contextual autotune: how soon each variant has enough samples, and what to do if that is late."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.forecast.contextual import (
    LATE_DAYS,
    Remedy,
    compute_contextual,
    contextual_sentences,
    format_period,
    warnings,
)

HOUR = 1 / 24
NAMED = "every variant has the 1,000 samples that Statsig names for a contextual autotune"
NO_WINNER = "A contextual autotune never declares a winner: measure its effect with a linked experiment."


def forecast(**changed: Any) -> Any:
    settings = {"variants": 2, "visits_per_day": 2000, "random_share": 0.1, "attribution_hours": 1, **changed}
    return compute_contextual(**settings)


@pytest.mark.parametrize(
    ("changes", "earliest", "latest"),
    [
        ({}, (1000, 1 + HOUR), (100, 10 + HOUR)),
        ({"variants": 4}, (500, 2 + HOUR), (50, 20 + HOUR)),
        ({"random_share": 0.5}, (1000, 1 + HOUR), (500, 2 + HOUR)),
        ({"random_share": 1}, (1000, 1 + HOUR), (1000, 1 + HOUR)),
        ({"attribution_hours": 48}, (1000, 3), (100, 12)),
        ({"visits_per_day": 1, "random_share": 0.001}, (0.5, 2000 + HOUR), (0.0005, 2_000_000 + HOUR)),
        ({"visits_per_day": 10_000_000, "variants": 100}, (100_000, 0.01 + HOUR), (10_000, 0.1 + HOUR)),
    ],
)
def test_samples_and_days_at_the_earliest_and_at_the_latest(
    changes: dict[str, Any], earliest: tuple[float, float], latest: tuple[float, float]
) -> None:
    result = forecast(**changes)
    assert (result.earliest.samples_per_day, result.earliest.days) == pytest.approx(earliest)
    assert (result.latest.samples_per_day, result.latest.days) == pytest.approx(latest)


def test_random_visits_are_the_random_share_of_all_visits() -> None:
    assert forecast(random_share=0.05).random_visits_per_day == pytest.approx(100)


@pytest.mark.parametrize("favored_share", [0.0, 0.5, 1.0])
def test_no_variant_needs_longer_than_the_latest_when_served_as_the_sdk_does(favored_share: float) -> None:
    """A slow copy of the SDK: in the random share, the chance of a variant falls with its samples; all other visits go
    to the first variant, or are split with the second. The counts are updated every hour, as the model is."""
    rng, days = random.Random(1), forecast(variants=3, visits_per_day=2400).latest.days
    samples = [0, 0, 0]
    for _ in range(round(days * 24)):
        weights = [1 / (count + 1) for count in samples]
        served = [
            rng.choices(range(3), weights)[0] if rng.random() < 0.1 else int(rng.random() >= favored_share)
            for _ in range(100)
        ]
        samples = [count + served.count(variant) for variant, count in enumerate(samples)]
    assert min(samples) >= 0.95 * 1000


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (1e-6, "about 1 hour"),
        (HOUR, "about 1 hour"),
        (23 * HOUR, "about 23 hours"),
        (0.99, "about 24 hours"),
        (1, "about 1 day"),
        (1 + HOUR, "about 1.1 days"),
        (28, "about 28 days"),
        (28.001, "about 28.1 days"),
        (99.91, "about 100 days"),
        (100.01, "about 101 days"),
        (365, "about 365 days"),
        (366, "more than a year"),
    ],
)
def test_period_is_rounded_up(days: float, text: str) -> None:
    assert format_period(days) == text


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, f"There are enough visits: {NAMED} about 1.1 to 10.1 days after the start."),
        ({"random_share": 1}, f"There are enough visits: {NAMED} about 1.1 days after the start."),
        ({"visits_per_day": 100_000}, f"There are enough visits: {NAMED} about 2 to 6 hours after the start."),
        ({"visits_per_day": 30_000}, f"There are enough visits: {NAMED} about 3 to 17 hours after the start."),
        ({"visits_per_day": 10_000}, f"There are enough visits: {NAMED} about 6 hours to 2.1 days after the start."),
        ({"variants": 8}, f"There may be too few visits: {NAMED} about 4.1 to 40.1 days after the start."),
        (
            {"visits_per_day": 50},
            f"There are too few visits: {NAMED} about 40.1 days to more than a year after the start.",
        ),
        ({"visits_per_day": 1}, f"There are too few visits: {NAMED} more than a year after the start."),
    ],
)
def test_verdict_comes_first(changes: dict[str, Any], verdict: str) -> None:
    assert contextual_sentences(forecast(**changes))[0] == verdict


IN_TIME = "To have them within 28 days at the latest, use"
ALLOCATION = "a long-term exploration allocation of at least"


@pytest.mark.parametrize(
    ("changes", "remedy", "sentence"),
    [
        ({"variants": 8}, Remedy(5, 0.15, None), f"{IN_TIME} at most 5 variants, or {ALLOCATION} 0.15."),
        ({"visits_per_day": 500}, Remedy(None, 0.15, None), f"{IN_TIME} {ALLOCATION} 0.15."),
        ({"variants": 100, "random_share": 0.5}, Remedy(27, None, None), f"{IN_TIME} at most 27 variants."),
        (
            {"variants": 10, "visits_per_day": 300},
            Remedy(None, None, 0.24),
            f"{IN_TIME} 2 variants and {ALLOCATION} 0.24: neither alone is enough.",
        ),
        (
            {"visits_per_day": 100},
            Remedy(None, None, None),
            "Not even 2 variants with half of the traffic random have them within 28 days: "
            "consider a classic autotune, for which Statsig names 100 samples.",
        ),
    ],
)
def test_late_samples_have_a_remedy(changes: dict[str, Any], remedy: Remedy, sentence: str) -> None:
    result = forecast(**changes)
    assert result.remedy == remedy
    assert contextual_sentences(result)[1] == sentence


@pytest.mark.parametrize("changes", [{}, {"variants": 5}, {"visits_per_day": 10_000_000, "variants": 100}])
def test_samples_in_time_need_no_remedy(changes: dict[str, Any]) -> None:
    assert forecast(**changes).remedy is None


@given(
    variants=st.integers(2, 100),
    visits=st.floats(1, 1e7),
    share=st.floats(0.001, 1),
    hours=st.sampled_from([1 / 60, 1, 24, 576]),
)
def test_each_remedy_is_enough_and_no_more_than_needed(
    variants: int, visits: float, share: float, hours: float
) -> None:
    def days(variants: int = variants, share: float = share) -> float:
        return compute_contextual(variants, visits, share, hours).latest.days

    remedy = compute_contextual(variants, visits, share, hours).remedy
    assert (remedy is not None) == (days() > LATE_DAYS)
    if remedy and remedy.variants:
        assert 2 <= remedy.variants < variants
        assert days(variants=remedy.variants) <= LATE_DAYS + 1e-6 < days(variants=remedy.variants + 1) + 2e-6
    if remedy and remedy.random_share:
        assert share < remedy.random_share <= 0.5
        smaller = max(remedy.random_share - 0.01001, 0.0001)
        assert days(share=remedy.random_share) <= LATE_DAYS + 1e-6 < days(share=smaller)
    if remedy and remedy.share_with_two_variants:
        assert not remedy.variants and not remedy.random_share
        assert days(2, remedy.share_with_two_variants) <= LATE_DAYS + 1e-6


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "10% of the traffic stays random: 200 of 2,000 visits a day."),
        ({"random_share": 0.0015}, "0.15% of the traffic stays random: 3 of 2,000 visits a day."),
        ({"visits_per_day": 1}, "10% of the traffic stays random: 0.1 of 1 visit a day."),
        (
            {"visits_per_day": 1, "random_share": 0.001},
            "0.1% of the traffic stays random: 0.001 of 1 visit a day.",
        ),
        ({"random_share": 1}, "100% of the traffic stays random: 2,000 of 2,000 visits a day."),
    ],
)
def test_random_share_is_stated(changes: dict[str, Any], sentence: str) -> None:
    assert sentence in contextual_sentences(forecast(**changes))


@pytest.mark.parametrize(("visits", "example"), [(2000, ", such as 0.1"), (500, ", such as 0.15"), (100, "")])
def test_autotune_that_never_uses_what_it_learns_has_a_warning(visits: float, example: str) -> None:
    assert warnings(forecast(visits_per_day=visits, random_share=1))[-1] == (
        "All traffic stays random, so what the autotune learns is never used: "
        f"choose a smaller long-term exploration allocation{example}."
    )
    assert "All traffic" not in " ".join(warnings(forecast(visits_per_day=visits, random_share=0.999)))


def test_no_winner_is_stated_last() -> None:
    assert contextual_sentences(forecast())[-1] == NO_WINNER
