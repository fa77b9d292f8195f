"""The spellings of enums that Statsig documents, copied from its page and not from the code."""

import pytest

from webapp.contract.choices import find_choice
from webapp.contract.fields import ChoiceField
from webapp.contract.form import FIELDS

from .samples import body_of, errors_of

EXPLORATION = {
    "1hr": "1hr",
    "24hr": "24hr",
    "48hr": "48hr",
    "168hr": "168hr",
    "336hr": "336hr",
    "1": "1hr",
    "24": "24hr",
    "48": "48hr",
    "168": "168hr",
    "336": "336hr",
    "1hrs": "1hr",
    "24hrs": "24hr",
    "48hrs": "48hr",
    "168hrs": "168hr",
    "336hrs": "336hr",
}
ATTRIBUTION = {  # what is sent without a unit, and with one
    "1hr": ("1hr", "1"),
    "2hr": ("2hr", "2"),
    "4hr": ("4hr", "4"),
    "24hr": ("24hr", "24"),
    "1hrs": ("1hr", "1"),
    "2hrs": ("2hr", "2"),
    "4hrs": ("4hr", "4"),
    "24hrs": ("24hr", "24"),
    "1": ("1hr", "1"),
    "2": ("2hr", "2"),
    "4": ("4hr", "4"),
    "24": ("24hr", "24"),
}
UNITS = ["min", "hour", "day"]
THRESHOLDS = ["80%", "90%", "95%", "98%", "99%"]
DOCUMENTED = {
    "explorationWindow": set(EXPLORATION),
    "attributionWindow": set(ATTRIBUTION),
    "attributionWindowUnit": set(UNITS),
    "winnerThreshold": set(THRESHOLDS),
    "optimizationParameter": {"occurrence", "value"},
    "isContextual": {"true", "false"},
    "higherIsBetter": {"true", "false"},
}


@pytest.mark.parametrize(("spelling", "canonical"), EXPLORATION.items())
def test_exploration_window_is_sent_in_one_spelling(spelling: str, canonical: str) -> None:
    assert body_of(explorationWindow=spelling)["explorationWindow"] == canonical


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(("spelling", "canonical"), EXPLORATION.items())
def test_attribution_unit_does_not_affect_the_exploration_window(spelling: str, canonical: str, unit: str) -> None:
    assert body_of(explorationWindow=spelling, attributionWindowUnit=unit)["explorationWindow"] == canonical


@pytest.mark.parametrize(("spelling", "canonical"), [(spelling, alone) for spelling, (alone, _) in ATTRIBUTION.items()])
def test_attribution_window_is_sent_as_hours(spelling: str, canonical: str) -> None:
    body = body_of(attributionWindow=spelling)
    assert body["attributionWindow"] == canonical
    assert "attributionWindowUnit" not in body


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(("spelling", "bare"), [(spelling, bare) for spelling, (_, bare) in ATTRIBUTION.items()])
def test_attribution_window_with_a_unit_is_a_bare_number(spelling: str, bare: str, unit: str) -> None:
    body = body_of(attributionWindow=spelling, attributionWindowUnit=unit)
    assert (body["attributionWindow"], body["attributionWindowUnit"]) == (bare, unit)


@pytest.mark.parametrize("spelling", THRESHOLDS)
def test_threshold_is_sent_as_chosen(spelling: str) -> None:
    assert body_of(winnerThreshold=spelling)["winnerThreshold"] == spelling


@pytest.mark.parametrize("spelling", ["occurrence", "value"])
def test_optimization_parameter_is_sent_as_chosen(spelling: str) -> None:
    assert body_of(optimizationParameter=spelling)["optimizationParameter"] == spelling


@pytest.mark.parametrize(("spelling", "value"), [("true", True), ("false", False)])
def test_direction_is_sent_as_a_boolean(spelling: str, value: bool) -> None:
    assert body_of(isContextual="true", higherIsBetter=spelling)["higherIsBetter"] is value


def test_contextual_is_sent_as_a_boolean_and_only_when_true() -> None:
    assert body_of(isContextual="true")["isContextual"] is True
    assert "isContextual" not in body_of(isContextual="false")
    assert "isContextual" not in body_of(isContextual="")


@pytest.mark.parametrize(("name", "spellings"), DOCUMENTED.items())
def test_only_documented_spellings_are_accepted(name: str, spellings: set[str]) -> None:
    accepted = [spelling for choice in FIELDS[name].choices for spelling in choice.spellings]
    assert len(accepted) == len(set(accepted))
    assert set(accepted) == spellings


def test_only_the_enums_and_booleans_offer_choices() -> None:
    assert {name for name, field in FIELDS.items() if isinstance(field, ChoiceField)} == set(DOCUMENTED)


@pytest.mark.parametrize("name", DOCUMENTED)
def test_sent_spelling_is_documented(name: str) -> None:
    assert {choice.text for choice in FIELDS[name].choices} <= DOCUMENTED[name]


LABELS = {
    "explorationWindow": [
        "1 hour",
        "1 day (24 hours)",
        "2 days (48 hours)",
        "1 week (168 hours)",
        "2 weeks (336 hours)",
    ],
    "attributionWindow": ["1", "2", "4", "24"],
    "attributionWindowUnit": ["minutes", "hours", "days"],
    "winnerThreshold": ["80%", "90%", "95%", "98%", "99%"],
    "optimizationParameter": ["That the event occurs", "The value it carries"],
    "isContextual": [
        "Classic",
        "Contextual",
    ],
    "higherIsBetter": ["Higher is better", "Lower is better"],
}


@pytest.mark.parametrize(("name", "labels"), LABELS.items())
def test_each_choice_has_one_label(name: str, labels: list[str]) -> None:
    assert [choice.label for choice in FIELDS[name].choices] == labels


@pytest.mark.parametrize(
    ("name", "spelling", "label"),
    [
        ("explorationWindow", "336hrs", "2 weeks (336 hours)"),
        ("attributionWindow", "24", "24"),
        ("attributionWindowUnit", "min", "minutes"),
        ("attributionWindowUnit", "hour", "hours"),
        ("attributionWindowUnit", "day", "days"),
        ("optimizationParameter", "occurrence", "That the event occurs"),
        ("optimizationParameter", "value", "The value it carries"),
        ("isContextual", "false", "Classic"),
        ("isContextual", "true", "Contextual"),
        ("higherIsBetter", "true", "Higher is better"),
        ("higherIsBetter", "false", "Lower is better"),
    ],
)
def test_spelling_has_the_label_of_its_choice(name: str, spelling: str, label: str) -> None:
    choice = find_choice(FIELDS[name].choices, spelling)
    assert choice is not None
    assert choice.label == label


ERRORS = {
    "explorationWindow": "Choose one of: 1 hour, 1 day (24 hours), 2 days (48 hours), 1 week (168 hours), "
    "2 weeks (336 hours)",
    "attributionWindow": "Choose one of: 1, 2, 4, 24",
    "attributionWindowUnit": "Choose one of: minutes, hours, days",
    "winnerThreshold": "Choose one of: 80%, 90%, 95%, 98%, 99%",
    "optimizationParameter": "Choose one of: That the event occurs, The value it carries",
    "isContextual": "Choose one of: Classic, Contextual",
    "higherIsBetter": "Choose one of: Higher is better, Lower is better",
}
UNKNOWN = [
    *(("explorationWindow", spelling) for spelling in ("2", "4hr", "1h", "1 hr", "1HR", "01", "1.0", "1 hour", "hr")),
    *(("attributionWindow", spelling) for spelling in ("48", "168hr", "3hrs", "1day", "2HR", "hrs", "-1", "٢")),
    *(("attributionWindowUnit", spelling) for spelling in ("mins", "minute", "hours", "d", "Day", "week")),
    *(("winnerThreshold", spelling) for spelling in ("80", "100%", "95 %", "0.95", "85%")),
    *(("optimizationParameter", spelling) for spelling in ("Occurrence", "values", "event")),
    *(("isContextual", spelling) for spelling in ("True", "yes", "1", "0", "on")),
    *(("higherIsBetter", spelling) for spelling in ("TRUE", "no", "1")),
]


@pytest.mark.parametrize(("name", "spelling"), UNKNOWN)
def test_unknown_spelling_is_rejected_with_the_choices(name: str, spelling: str) -> None:
    assert errors_of(**{name: spelling}) == [(name, ERRORS[name])]


@pytest.mark.parametrize("name", ERRORS)
def test_spaces_around_a_choice_are_ignored(name: str) -> None:
    spelling = FIELDS[name].choices[-1].text
    changed = {"isContextual": "true", name: f" {spelling}\r\n"}
    assert body_of(**changed) == body_of(**changed | {name: spelling})
