"""Every limit of a scenario, and its error message."""

import pytest

from webapp.forecast.scenario import Scenario, ScenarioError

GOOD: dict[str, object] = {
    "rates": (0.1, 0.12),
    "visits_per_day": 2000,
    "exploration_hours": 24,
    "attribution_hours": 1,
    "threshold": 95,
}
RATE = "The success rate of variant {} must be more than 0 and less than 1 (0% and 100%)."
VISITS = "Enter the visits per day: a number above 0."
EXPLORATION = "The exploration window must be 1, 24, 48, 168 or 336 hours."
ATTRIBUTION = "The attribution window must be 1 to 24 whole minutes, hours or days."
THRESHOLD = "The winner threshold must be 80, 90, 95, 98 or 99 percent."
DAYS = "The number of days must be whole, from 1 to 90."
RUNS = "The number of simulated runs must be whole, from 10 to 10,000."
SEED = "The seed must be a whole number, 0 or more."

BAD: list[tuple[str, object, tuple[str | int, ...], str]] = [
    ("rates", 0.5, ("rates",), "Give the variants' success rates as a list."),
    ("rates", (), ("rates",), "An autotune needs at least two variants to choose between."),
    ("rates", (0.5,), ("rates",), "An autotune needs at least two variants to choose between."),
    ("rates", (0.5,) * 21, ("rates",), "A forecast can have at most 20 variants."),
    *[("rates", (0.5, rate), ("rates", 1), RATE.format(2)) for rate in (0, 1, -0.1, 1.5, float("nan"), "0.5", None)],
    ("rates", (0, 1), ("rates", 0), RATE.format(1)),
    *[("visits_per_day", visits, ("visits_per_day",), VISITS) for visits in (0, -1, float("nan"), None, True)],
    ("visits_per_day", float("inf"), ("visits_per_day",), VISITS),
    ("visits_per_day", 10**400, ("visits_per_day",), "A forecast can have at most 10,000,000 visits per day."),
    ("visits_per_day", 10_000_001, ("visits_per_day",), "A forecast can have at most 10,000,000 visits per day."),
    *[("exploration_hours", hours, ("exploration_hours",), EXPLORATION) for hours in (0, 2, 337, -24, "24", None)],
    *[
        ("attribution_hours", hours, ("attribution_hours",), ATTRIBUTION)
        for hours in (0, -1, 1.5, 25, 36, 577, 600, 0.01, 10**400, float("nan"), None)
    ],
    *[("threshold", percent, ("threshold",), THRESHOLD) for percent in (0, 0.95, 85, 100, "95", None)],
    *[("days", days, ("days",), DAYS) for days in (0, 91, -1, 2.5, float("nan"), True, None)],
    *[("runs", runs, ("runs",), RUNS) for runs in (0, 9, 10_001, 99.5, None)],
    *[("seed", seed, ("seed",), SEED) for seed in (-1, 0.5, None)],
]


@pytest.mark.parametrize(("field", "value", "path", "message"), BAD)
def test_invalid_scenario_raises_with_path_and_message(
    field: str, value: object, path: tuple[str | int, ...], message: str
) -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario(**{**GOOD, field: value})  # type: ignore[arg-type]
    assert (caught.value.path, caught.value.message, str(caught.value)) == (path, message, message)


@pytest.mark.parametrize("hours", [count * unit for unit in (1 / 60, 1, 24) for count in (1, 2, 7, 24)])
def test_every_attribution_window_is_accepted(hours: float) -> None:
    assert Scenario(**{**GOOD, "attribution_hours": hours}).attribution_hours == hours  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("field", "value"),
    [("days", 1), ("days", 90), ("runs", 10), ("runs", 10_000), ("visits_per_day", 1e7)],
)
def test_values_at_the_limits_are_accepted(field: str, value: object) -> None:
    Scenario(**{**GOOD, field: value})  # type: ignore[arg-type]


def test_rates_given_as_a_list_are_copied() -> None:
    rates = [0.1, 0.12]
    scenario = Scenario(**{**GOOD, "rates": rates})  # type: ignore[arg-type]
    rates[0] = 2
    assert scenario.rates == (0.1, 0.12)
