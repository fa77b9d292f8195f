"""Answers in words, whatever they are worth."""

import pytest

from webapp.contract.fields import FIELD
from webapp.contract.formatting import in_words

from .samples import typed


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("name", " Button Color Test ", "Button Color Test"),
        ("description", "", ""),
        ("explorationWindow", "168", "1 week (168 hours)"),
        ("explorationWindow", "168hrs", "1 week (168 hours)"),
        ("explorationWindow", " 5 ", "5"),
        ("winnerThreshold", "95%", "95%"),
        ("isContextual", "true", "Contextual: learns which variant suits which user"),
        ("higherIsBetter", "false", "Lower is better"),
        ("optimizationParameter", "value", "The value it carries"),
        ("explorationWindowRate", "0.5", "0.5"),
        ("featureList", "country\nplan\n", "country\nplan"),
    ],
)
def test_an_answer_is_put_in_words(name: str, answer: str, words: str) -> None:
    assert in_words(FIELD[name], typed(**{name: answer})) == words


@pytest.mark.parametrize(
    ("window", "unit", "words"),
    [
        ("1", "", "1 hour"),
        ("1hr", "hour", "1 hour"),
        ("1hrs", "min", "1 minute"),
        ("1", "day", "1 day (24 hours)"),
        ("2hr", "", "2 hours"),
        ("2hr", "min", "2 minutes"),
        ("4", "day", "4 days (96 hours)"),
        ("24hrs", "", "24 hours"),
        ("24", "day", "24 days (576 hours)"),
        ("24", "hour", "24 hours"),
        ("", "", ""),
        ("3", "", "3"),
        ("3", "day", "3 day"),
        ("2hr", "weeks", "2hr weeks"),
    ],
)
def test_an_attribution_window_is_told_with_its_unit(window: str, unit: str, words: str) -> None:
    answers = typed(attributionWindow=window, attributionWindowUnit=unit)
    assert in_words(FIELD["attributionWindow"], answers) == words


def test_without_answers_there_are_no_words() -> None:
    assert in_words(FIELD["name"], {}) == ""
    assert in_words(FIELD["attributionWindow"], {}) == ""
    assert in_words(FIELD["attributionWindow"], {"attributionWindow": "2"}) == "2 hours"
