"""Plans in plain words."""

from dataclasses import replace

import pytest

from webapp.forecast.results import Ending, Gain, Plan, Verdict
from webapp.forecast.scenario import Question
from webapp.forecast.summary_text import days_words, sentences

QUESTION = Question((0.1, 0.12), 2000, 24, 1, 95)
PLAN = Plan(
    question=QUESTION,
    days=(),
    shares=(),
    ending=Ending(9.0, 2.04, 21.2, 0.98, ()),
    verdict=Verdict(0.94, 0.06, 40.0, 1120.0),
    gain=Gain(482.4, -20.0, 540.2, 6160.0),
)


def test_the_most_important_comes_first() -> None:
    assert sentences(PLAN) == [
        "Half of such launches end within 9 days.",
        "8 in 10 end between 2.1 days and 22 days after the start.",
        "6 in 100 pick the wrong variant; of those that end, 94 in 100 are right.",
        "A wrong winner costs 40 successes a day on average once it gets all traffic: 1,120 successes every 28 days.",
        "Against an equal split, a launch gains 482 successes on average in 28 days; "
        "8 in 10 are between \N{MINUS SIGN}20 and +540.",
        "From 1,000 simulated launches: chances are right to about 4 in 100, those of the ones that end to about 4.",
    ]


def test_it_says_when_few_end() -> None:
    plan = replace(PLAN, ending=Ending(None, None, None, 0.04, ()), verdict=Verdict(0.75, 0.01, 40.0, 1120.0))
    first, second = sentences(plan)[:2]
    assert first == "Most such launches are still running after 28 days: 4 in 100 end within that time."
    assert second.endswith("So few end that this says little of the rest.")


def test_it_says_when_none_ends() -> None:
    plan = replace(PLAN, ending=Ending(None, None, None, 0.0, ()), verdict=Verdict(None, 0.0, None, None))
    assert sentences(plan)[:2] == [
        "None of 1,000 simulated launches ends within 28 days.",
        "No winner is declared in that time, so none can be right or wrong.",
    ]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"days": 7, "exploration_hours": 168}, "7 days: they still explore then."),
        (
            {"days": 7, "attribution_hours": 576},
            "7 days: no visit counts before its attribution window of 24 days is over.",
        ),
    ],
)
def test_it_says_why_none_can_end(changed: dict[str, int], why: str) -> None:
    plan = replace(PLAN, question=replace(QUESTION, **changed), ending=Ending(None, None, None, 0.0, ()))
    assert sentences(plan)[0] == f"None of 1,000 simulated launches ends within {why}"


def test_it_says_once_when_the_first_ones_end_with_half_of_them() -> None:
    plan = replace(PLAN, ending=Ending(20.0, 20.0, None, 0.7, ()))
    assert sentences(plan)[1] == "30 in 100 are still running after 28 days."


def test_a_gain_that_is_always_the_same_has_no_range() -> None:
    plan = replace(PLAN, gain=Gain(652.2, 653.1, 652.9, 6160.0))
    assert sentences(plan)[4].endswith("at least 8 in 10 are at +653.")


def test_it_says_how_many_still_run() -> None:
    plan = replace(PLAN, ending=Ending(20.0, 3.0, None, 0.7, ()))
    assert sentences(plan)[1] == "1 in 10 ends within 3 days, and 30 in 100 are still running after 28 days."


@pytest.mark.parametrize(
    ("days", "words"),
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
def test_days_in_words(days: float, words: str) -> None:
    assert days_words(days) == words


@pytest.mark.parametrize(
    ("chance", "words"), [(0.0, "0 in 100"), (0.004, "Fewer than 1 in 100"), (0.996, "More than 99 in 100")]
)
def test_nearly_certain_is_not_certain(chance: float, words: str) -> None:
    plan = replace(PLAN, verdict=Verdict(1 - chance, chance, 40.0, 1120.0))
    assert sentences(plan)[2].startswith(f"{words} pick the wrong variant")


def test_equal_variants_have_no_wrong_winner_and_nothing_to_gain() -> None:
    plan = replace(PLAN, question=replace(QUESTION, rates=(0.1, 0.1)), verdict=Verdict(1.0, 0.0, None, None))
    assert "All variants have the same rate, so no winner can be wrong." in sentences(plan)
    assert "All variants have the same rate, so nothing is gained or lost against an equal split." in sentences(plan)


def test_an_equal_split_gains_nothing() -> None:
    plan = replace(PLAN, gain=Gain(0.0, 0.0, 0.0, 6160.0))
    assert "Traffic stays equally split to the end of 28 days, so nothing is gained or lost." in sentences(plan)


def test_a_loss_and_small_numbers() -> None:
    plan = replace(PLAN, gain=Gain(-0.25, -1.0, 0.5, 3.0), ending=Ending(1.0, 1.0, 1.5, 1.0, ()))
    said = sentences(plan)
    assert said[0] == "Half of such launches end within 1 day."
    assert "a launch loses 0.25 successes on average" in said[4]


def test_a_band_without_width_is_no_band() -> None:
    plan = replace(PLAN, ending=Ending(1.0, 1.0, 1.0, 1.0, ()))
    assert sentences(plan)[1] == "At least 8 in 10 end at 1 day after the start."


def test_less_than_a_success_is_no_figure() -> None:
    plan = replace(PLAN, gain=Gain(-4.2e-08, -2e-06, 1.9e-06, 0.001), verdict=Verdict(0.9, 0.1, 1e-6, 3e-5))
    said = " ".join(sentences(plan))
    assert "next to nothing is gained or lost in 28 days" in said and "costs next to no successes a day" in said
    assert "e-" not in said


def test_few_that_end_are_known_less_well() -> None:
    plan = replace(PLAN, ending=Ending(None, 12.0, None, 0.2, ()))
    assert sentences(plan)[-1].endswith("right to about 4 in 100, those of the ones that end to about 7.")
