"""The length of a window in hours."""

import pytest

from webapp.contract.choices import window_hours


@pytest.mark.parametrize(
    ("window", "unit", "hours"),
    [
        ("1hr", None, 1),
        ("168hr", None, 168),
        ("24hr", "min", 0.4),
        ("4", "hour", 4),
        ("2hr", "day", 48),
    ],
)
def test_window_is_converted_to_hours(window: str, unit: str | None, hours: float) -> None:
    assert window_hours(window, unit) == hours
