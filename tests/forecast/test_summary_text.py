"""The sentences of a forecast."""

from dataclasses import replace
from typing import Any

import pytest

from webapp.forecast.formats import format_days, per_100, short_count
from webapp.forecast.results import (
    ABTest,
    ComparisonCell,
    Ending,
    Forecast,
    Gain,
    Outcome,
    Recommendation,
    ScenarioSummary,
    Target,
    WrongWinner,
)
from webapp.forecast.scenario import Scenario
from webapp.forecast.summary_text import (
    equal_sentence,
    headline,
    no_recommendation,
    recommendation_sentence,
    sentences,
    target_sentences,
)

SCENARIO = Scenario((0.1, 0.12), 2000, 24, 1, 95)
SUMMARY = ScenarioSummary(
    scenario=SCENARIO,
    days=(),
    shares=(),
    ending=Ending(9.0, 2.04, 21.2, 0.98, ()),
    outcome=Outcome(0.92, 0.06, 0.02, 2.4),
    wrong_winner=WrongWinner(40.0, 1120.0),
    gain=Gain(482.4, -20.0, 540.2, 6160.0),
    ab_test=ABTest(0.998, 560.0, 77.6),
    successes=(100.0, 120.0),
)
NOTHING_ENDS = replace(
    SUMMARY, ending=Ending(None, None, None, 0.0, ()), outcome=Outcome(0.0, 0.0, 1.0, 0.0), wrong_winner=None
)


def cell(window: int, threshold: int, days: float | None, wrong: float, false_winner: float = 0.5) -> ComparisonCell:
    return ComparisonCell(window, threshold, days, Outcome(0.9 - wrong, wrong, 0.1, 1.0), false_winner)


WHEN = "Half of the simulated runs find a winner within 9 days, 90 in 100 within 22 days"


def test_sentences_are_ordered_by_importance() -> None:
    assert sentences(SUMMARY) == [
        f"{WHEN}; in all, 6 in 100 pick the wrong one.",
        "Once it has all traffic, a wrong winner loses 40 successes a day compared with the best variant, 1,120 "
        "successes every 28 days. On average over all runs, the expected loss is 2.4 successes a day.",
        "Compared with an A/B test of the same 28 days, with an even split, the autotune gains 482 successes on "
        "average, between \N{MINUS SIGN}20 and +540 in 80 of 100 runs. The A/B test costs 560 successes compared with "
        "the best variant alone, the autotune 78 successes.",
        "When the A/B test ends after 28 days, the variant that is ahead is the right one in more than 99 in 100 "
        "tests; the autotune has declared it the winner by then in 92.",
    ]


@pytest.mark.parametrize(
    ("shares", "texts"),
    [
        ((0.63, 0.01, 0.36), ("63", "1", "36")),
        ((0.955, 0.005, 0.04), ("96", "<1", "4")),  # the largest remainder is rounded up, the first of equal ones
        ((0.333, 0.333, 0.334), ("33", "33", "34")),
        ((0.996, 0.004, 0.0), (">99", "<1", "0")),
        ((0.9995, 0.0, 0.0005), (">99", "0", "<1")),
        ((0.0, 0.0, 1.0), ("0", "0", "100")),
        ((1.0, 0.0, 0.0), ("100", "0", "0")),
        ((0.0, 0.995, 0.005), ("0", ">99", "<1")),
        ((0.0, 0.725, 1 - 0.725), ("0", "73", "27")),
    ],
)
def test_counts_of_100_add_up_and_never_claim_certainty(
    shares: tuple[float, float, float], texts: tuple[str, str, str]
) -> None:
    counts = per_100(Outcome(*shares, 0.0))
    assert sum(whole for whole, _ in counts) == 100
    assert tuple(short_count(*count) for count in counts) == texts


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"outcome": Outcome(0.98, 0.0, 0.02, 0)},
            f"{WHEN}; in all, none picks the wrong one.",
        ),
        (
            {"outcome": Outcome(0.976, 0.004, 0.02, 0)},
            f"{WHEN}; in all, fewer than 1 in 100 picks the wrong one.",
        ),
        (
            {"outcome": Outcome(0.97, 0.01, 0.02, 0)},
            f"{WHEN}; in all, 1 in 100 picks the wrong one.",
        ),
        (
            {"ending": Ending(None, None, None, 0.04, ()), "outcome": Outcome(0.03, 0.01, 0.96, 0)},
            "Only 4 in 100 runs find a winner within 28 days; in all, 1 in 100 picks the wrong one.",
        ),
        (
            {"scenario": replace(SCENARIO, rates=(0.1, 0.1)), "outcome": Outcome(0.56, 0.0, 0.44, 0)},
            "All variants are equal here, yet 56 in 100 runs declare a winner within 28 days.",
        ),
    ],
)
def test_headline_says_how_long_and_how_often_wrong(changes: dict[str, Any], text: str) -> None:
    assert headline(replace(SUMMARY, **changes)) == text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({}, "No run finds a winner within 28 days."),
        ({"days": 7, "exploration_hours": 168}, "No run finds a winner within 7 days: all are still exploring."),
        (
            {"days": 7, "attribution_hours": 576},
            "No run finds a winner within 7 days: no visit counts before its attribution window of 24 days is over.",
        ),
    ],
)
def test_horizon_too_short_for_any_end_is_explained(changes: dict[str, Any], text: str) -> None:
    assert headline(replace(NOTHING_ENDS, scenario=replace(SCENARIO, **changes))) == text


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        (Ending(20.0, 3.0, None, 0.7, ()), "within 20 days, 70 in 100 within 28 days; "),
        (Ending(1.0, 1.0, 1.0, 1.0, ()), "within 1 day; "),
    ],
)
def test_headline_says_when_most_have_ended(ending: Ending, text: str) -> None:
    assert text in headline(replace(SUMMARY, ending=ending, outcome=Outcome(0.64, 0.06, 0.3, 2.4)))


def test_price_of_the_threshold_is_stated() -> None:
    assert equal_sentence(Outcome(0.0, 0.562, 0.438, 0.0), SCENARIO) == (
        "If nothing is better, 56 in 100 runs still declare a winner within 28 days, by chance: that costs no "
        "successes, but proves nothing. A higher threshold or a longer exploration makes it rarer."
    )


@pytest.mark.parametrize(
    ("successes", "remedy"),
    [
        (39.4, "exploring for 2 days avoids that"),
        (6.0, "exploring for 7 days avoids that"),
        (1.0, "only more visits avoid that"),
    ],
)
def test_few_successes_during_exploration_are_advised_against(successes: float, remedy: str) -> None:
    text = sentences(replace(SUMMARY, successes=(successes, 45.0)))[-1]
    assert text.startswith("When exploration ends, a variant has ") and text.endswith(f"mostly chance; {remedy}.")
    cancelled = replace(SUMMARY, successes=(0.0, 0.0), scenario=replace(SCENARIO, attribution_hours=24))
    assert "exploration ends" not in " ".join(sentences(cancelled))  # other advice explains that


COMPARISON = (cell(24, 95, 20.0, 0.03, 0.526), cell(168, 95, 21.0, 0.005, 0.12))


@pytest.mark.parametrize(
    ("recommended", "text"),
    [
        (
            cell(168, 95, 21.0, 0.005, 0.12),
            "1 week at 95%: half end within 21 days instead of 20 days, fewer than 1 in 100 are wrong instead "
            "of 3, and if nothing is better, 12 declare a winner instead of 53. "
            "It keeps your limits, at most 5 in 100 wrong and at least 80 ended, and no other setting that does ends "
            "clearly sooner.",
        ),
        (
            cell(24, 95, 20.0, 0.03),
            "Your setting is the recommended one. "
            "It keeps your limits, at most 5 in 100 wrong and at least 80 ended, and no other setting that does ends "
            "clearly sooner.",
        ),
        (None, ""),
    ],
)
def test_recommendation_is_compared_with_the_own_setting(recommended: ComparisonCell | None, text: str) -> None:
    forecast = Forecast(SUMMARY, comparison=COMPARISON, recommendation=Recommendation(recommended, "Too slow"))
    assert recommendation_sentence(forecast, "1 week at 95%") == text
    assert bool(no_recommendation(forecast)) == (recommended is None)


@pytest.mark.parametrize(
    ("target", "texts"),
    [
        (
            Target(21, 5, cell(168, 95, 14.0, 0.02), (), 0.8, (0.05, 0.054, 0.05)),
            [
                "Choose 1 week at 95%: 90 in 100 end in time, 2 in 100 are wrong.",
                "5% against 5.4%, a lift of 8%; with less, no setting keeps the limits.",
            ],
        ),
        (
            Target(21, 5, cell(168, 95, 14.0, 0.02), (), 1 / 16, (0.05, 0.0503, 0.05)),
            [
                "2 in 100 are wrong.",
                "Even a much smaller difference is found in time: 5% against 5.03%, a lift of 0.6%.",
            ],
        ),
        (
            Target(21, 5, None, (0, 2), 1.5, (0.05, 0.06, 0.05)),
            [
                "goal with 3 variants. Without red and green, one does.",
                "5% against 6%, a lift of 20%; with less, no setting keeps the limits.",
            ],
        ),
        (
            Target(21, 5, cell(168, 95, 14.0, 0.02), (), 0.2, (0.1, 0.100229, 0.1)),
            ["2 in 100 are wrong.", "10% against 10.02%, a lift of 0.23%; with less, no setting keeps the limits."],
        ),
        (
            Target(21, 5, cell(168, 95, 14.0, 0.02), (), 0.9, (0.999, 0.99959, 0.999)),
            ["2 in 100 are wrong.", "99.9% against 99.96%, a lift of 0.059%; with less, no setting keeps the limits."],
        ),
        (
            Target(21, 5, None, None, 12, (0.00001, 0.000072, 0.00001)),
            ["not even with two variants.", "a lift of 620%; with less, no setting keeps the limits."],
        ),
        (
            Target(21, 5, None, None, None, None),
            ["No setting meets this goal, not even with two variants.", "it takes more visits."],
        ),
    ],
)
def test_target_says_what_it_takes(target: Target, texts: list[str]) -> None:
    answers = target_sentences(target, "1 week at 95%", ("red", "blue", "green"))
    assert all(answer.endswith(text) for answer, text in zip(answers, texts, strict=True))


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0.01, "1 hour"),
        (0.2, "5 hours"),
        (0.99, "24 hours"),
        (1, "1 day"),
        (1.04, "1.1 days"),
        (4.06, "4.1 days"),
        (9.96, "10 days"),
        (25.4, "26 days"),
    ],
)
def test_days_are_rounded_up(days: float, text: str) -> None:
    assert format_days(days) == text


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"gain": Gain(652.2, 653.1, 652.9, 6160.0)},
            "gains 652 successes on average, +653 in at least 80 of 100 runs.",
        ),
        ({"gain": Gain(0.0, 0.0, 0.0, 6160.0)}, "Traffic stays equally split for all 28 days"),
        ({"gain": Gain(-0.25, -1.0, 0.5, 3.0)}, "the autotune loses 0.25 successes on average"),
        ({"gain": Gain(-4.2e-08, -2e-06, 1.9e-06, 0.001)}, "almost nothing is gained or lost in 28 days"),
        ({"wrong_winner": WrongWinner(1e-6, 3e-5)}, "loses almost no successes a day"),
        (
            {"scenario": replace(SCENARIO, rates=(0.1, 0.1))},
            "so nothing is gained or lost compared with an A/B test",
        ),
    ],
)
def test_gains_and_costs_are_worth_a_figure(changes: dict[str, Any], text: str) -> None:
    spoken = " ".join(sentences(replace(SUMMARY, **changes)))
    assert text in spoken
    assert "e-" not in spoken
