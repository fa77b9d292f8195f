"""The sentences of a forecast's summary."""

from dataclasses import replace
from typing import Any

import pytest

from webapp.forecast.results import Ending, Gain, ScenarioSummary, WinnerStats
from webapp.forecast.scenario import Scenario
from webapp.forecast.summary_text import format_days, sentences

SCENARIO = Scenario((0.1, 0.12), 2000, 24, 1, 95)
SUMMARY = ScenarioSummary(
    scenario=SCENARIO,
    days=(),
    shares=(),
    ending=Ending(9.0, 2.04, 21.2, 0.98, ()),
    winner_stats=WinnerStats(0.94, 0.06, 40.0, 1120.0),
    gain=Gain(482.4, -20.0, 540.2, 6160.0),
)


def test_sentences_are_ordered_by_importance() -> None:
    assert sentences(SUMMARY) == [
        "Half of the simulated runs end within 9 days.",
        "8 in 10 end between 2.1 days and 22 days after the start.",
        "6 in 100 pick the wrong variant; of those that end, 94 in 100 are right.",
        "Once it gets all traffic, a wrong winner costs 40 successes a day on average: 1,120 successes every 28 days.",
        "Compared with an equal split, a run gains 482 successes on average in 28 days; "
        "8 in 10 are between \N{MINUS SIGN}20 and +540.",
        "Based on 1,000 simulated runs. Accurate to about ±4 points.",
    ]


def test_few_ended_runs_are_called_weak_evidence() -> None:
    summary = replace(
        SUMMARY, ending=Ending(None, None, None, 0.04, ()), winner_stats=WinnerStats(0.75, 0.01, 40.0, 1120.0)
    )
    first, second = sentences(summary)[:2]
    assert first == "Most simulated runs are still running after 28 days: 4 in 100 end within that time."
    assert second.endswith("So few end that this says little about the rest.")


def test_no_ended_run_means_no_winner() -> None:
    summary = replace(
        SUMMARY, ending=Ending(None, None, None, 0.0, ()), winner_stats=WinnerStats(None, 0.0, None, None)
    )
    assert sentences(summary)[:2] == [
        "None of 1,000 simulated runs end within 28 days.",
        "No winner is declared in that time, so none can be right or wrong.",
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"days": 7, "exploration_hours": 168}, "7 days: all are still exploring."),
        (
            {"days": 7, "attribution_hours": 576},
            "7 days: no visit counts before its attribution window of 24 days is over.",
        ),
    ],
)
def test_horizon_too_short_for_any_end_is_explained(changes: dict[str, Any], reason: str) -> None:
    summary = replace(SUMMARY, scenario=replace(SCENARIO, **changes), ending=Ending(None, None, None, 0.0, ()))
    assert sentences(summary)[0] == f"None of 1,000 simulated runs end within {reason}"


def test_range_is_omitted_when_the_10th_percentile_is_the_median() -> None:
    summary = replace(SUMMARY, ending=Ending(20.0, 20.0, None, 0.7, ()))
    assert sentences(summary)[1] == "30 in 100 are still running after 28 days."


def test_gain_without_spread_has_no_range() -> None:
    summary = replace(SUMMARY, gain=Gain(652.2, 653.1, 652.9, 6160.0))
    assert sentences(summary)[4].endswith("at least 8 in 10 are at +653.")


def test_runs_beyond_the_horizon_are_counted() -> None:
    summary = replace(SUMMARY, ending=Ending(20.0, 3.0, None, 0.7, ()))
    assert sentences(summary)[1] == "1 in 10 ends within 3 days, and 30 in 100 are still running after 28 days."


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
    ("chance", "text"), [(0.0, "0 in 100"), (0.004, "Fewer than 1 in 100"), (0.996, "More than 99 in 100")]
)
def test_nearly_certain_chance_is_not_rounded_to_certain(chance: float, text: str) -> None:
    summary = replace(SUMMARY, winner_stats=WinnerStats(1 - chance, chance, 40.0, 1120.0))
    assert sentences(summary)[2].startswith(f"{text} pick the wrong variant")


def test_equal_rates_have_no_wrong_winner_and_no_gain() -> None:
    summary = replace(
        SUMMARY, scenario=replace(SCENARIO, rates=(0.1, 0.1)), winner_stats=WinnerStats(1.0, 0.0, None, None)
    )
    assert "All variants have the same rate, so no winner can be wrong." in sentences(summary)
    assert "All variants have the same rate, so nothing is gained or lost compared with an equal split." in sentences(
        summary
    )


def test_equal_split_throughout_gains_nothing() -> None:
    summary = replace(SUMMARY, gain=Gain(0.0, 0.0, 0.0, 6160.0))
    assert "Traffic stays equally split for all 28 days, so nothing is gained or lost." in sentences(summary)


def test_loss_and_small_numbers_are_formatted() -> None:
    summary = replace(SUMMARY, gain=Gain(-0.25, -1.0, 0.5, 3.0), ending=Ending(1.0, 1.0, 1.5, 1.0, ()))
    text = sentences(summary)
    assert text[0] == "Half of the simulated runs end within 1 day."
    assert "a run loses 0.25 successes on average" in text[4]


def test_equal_end_times_show_one_value() -> None:
    summary = replace(SUMMARY, ending=Ending(1.0, 1.0, 1.0, 1.0, ()))
    assert sentences(summary)[1] == "At least 8 in 10 end 1 day after the start."


def test_less_than_a_success_is_not_given_as_a_figure() -> None:
    summary = replace(
        SUMMARY, gain=Gain(-4.2e-08, -2e-06, 1.9e-06, 0.001), winner_stats=WinnerStats(0.9, 0.1, 1e-6, 3e-5)
    )
    text = " ".join(sentences(summary))
    assert "almost nothing is gained or lost in 28 days" in text and "costs almost no successes a day" in text
    assert "e-" not in text


def test_fewer_ended_runs_are_less_accurate() -> None:
    summary = replace(SUMMARY, ending=Ending(None, 12.0, None, 0.2, ()))
    assert sentences(summary)[-1].endswith("about ±4 points, or ±7 among the runs that end.")
