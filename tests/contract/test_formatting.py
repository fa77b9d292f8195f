"""How input is displayed, valid or not."""

import pytest

from .samples import form_with


@pytest.mark.parametrize(
    ("name", "text", "display_value"),
    [
        ("name", " Button Color Test ", "Button Color Test"),
        ("description", "", ""),
        ("explorationWindow", "168", "1 week (168 hours)"),
        ("explorationWindow", "168hrs", "1 week (168 hours)"),
        ("explorationWindow", " 5 ", "5"),
        ("winnerThreshold", "95%", "95%"),
        ("isContextual", "true", "Contextual"),
        ("higherIsBetter", "false", "Lower is better"),
        ("optimizationParameter", "value", "The value it carries"),
        ("explorationWindowRate", "0.5", "0.5"),
        ("featureList", "country\nplan\n", "country\nplan"),
    ],
)
def test_field_is_displayed_with_its_label(name: str, text: str, display_value: str) -> None:
    assert form_with(**{name: text}).display_value(name) == display_value


@pytest.mark.parametrize(
    ("window", "unit", "display_value"),
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
def test_display_value_of_the_attribution_window_includes_its_unit(window: str, unit: str, display_value: str) -> None:
    form = form_with(attributionWindow=window, attributionWindowUnit=unit)
    assert form.display_value("attributionWindow") == display_value
