"""How many events and exposures the sandbox reports."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from ..conftest import Clock
from .sandbox_requests import SandboxRequests

TODAY = datetime.fromtimestamp(Clock.now, UTC).date()
VALUES = "/metrics/values?metricType=event_count_custom"


def counts(sandbox: SandboxRequests, event: str, day: date | str) -> dict[str, int]:
    """By unit type."""
    found = sandbox.get(f"{VALUES}&metricName={event}&date={day}")["data"]
    return {entry["unitType"]: entry["value"] for entry in found}


def test_value_has_statsigs_form(sandbox: SandboxRequests) -> None:
    entry = sandbox.get(f"{VALUES}&metricName=purchase&date=2026-05-04")["data"][0]
    assert entry.pop("value") > 0
    empty = {"numerator": None, "denominator": None}
    assert entry == {"unitType": "overall", "metricName": "purchase", "metricType": "event_count_custom", **empty}


@pytest.mark.parametrize("event", ["page_view", "add_to_cart", "purchase", "search_performed"])
def test_days_differ_and_follow_the_week(sandbox: SandboxRequests, event: str) -> None:
    days = [counts(sandbox, event, TODAY - timedelta(days=back)) for back in range(1, 29)]
    assert days == [counts(sandbox, event, TODAY - timedelta(days=back)) for back in range(1, 29)]
    assert all(day["overall"] > day["stableID"] >= day["userID"] > 0 for day in days)
    overall = [day["overall"] for day in days]
    assert len(set(overall)) > 10 and max(overall) < 1.6 * min(overall)
    weekend = [count for back, count in enumerate(overall, 1) if (TODAY - timedelta(days=back)).weekday() > 4]
    assert sum(weekend) / 8 > 1.1 * (sum(overall) - sum(weekend)) / 20


@pytest.mark.parametrize(
    ("event", "day"),
    [("no_such_event", "2026-05-04"), ("purchase", TODAY), ("purchase", TODAY + timedelta(days=1))],
    ids=["unknown event", "today", "tomorrow"],
)
def test_nothing_is_known_of(sandbox: SandboxRequests, event: str, day: date | str) -> None:
    assert counts(sandbox, event, day) == {}


def test_day_is_known_once_it_is_over(sandbox: SandboxRequests, clock: Clock) -> None:
    clock.forward(86_400)
    assert counts(sandbox, "purchase", TODAY)


def test_every_event_is_counted_without_a_name(sandbox: SandboxRequests) -> None:
    assert sandbox.get("/metrics/values?date=2026-05-04")["pagination"]["totalItems"] == 75
    assert sandbox.get("/metrics/values?date=2026-05-04&metricType=funnel")["data"] == []


@pytest.mark.parametrize("query", ["", "?metricName=purchase", "?date=yesterday", "?date=2026-02-30"])
def test_values_without_a_day_are_refused(sandbox: SandboxRequests, query: str) -> None:
    assert sandbox.send("GET", f"/metrics/values{query}")[0] == 400


def exposures(sandbox: SandboxRequests, query: str) -> Any:
    return sandbox.get(f"/exposure_count?{query}")["data"]


def test_exposures_of_experiments_are_those_that_are_asked_for(sandbox: SandboxRequests) -> None:
    data = exposures(sandbox, "experiments=home_layout,no_such_experiment&experiments=dark_mode")
    running, archived = data.pop("experiments")
    assert running["id"] == "home_layout" and running["past7Days"] > 5 * running["pastDay"] > 0
    assert archived == {"id": "dark_mode", "pastDay": 0, "past7Days": 0}
    assert data == {"gates": [], "dynamicConfigs": []} and exposures(sandbox, "")["experiments"] == []


def test_exposures_of_an_autotune_begin_with_its_start(sandbox: SandboxRequests, clock: Clock) -> None:
    sandbox.create()
    assert exposures(sandbox, "experiments=button_color_test")["experiments"] == []
    sandbox.start("button_color_test")
    found = []
    for hours in (0, 12, 12, 144, 500):
        clock.forward(hours)
        found += exposures(sandbox, "experiments=button_color_test")["experiments"]
    days, weeks = [entry["pastDay"] for entry in found], [entry["past7Days"] for entry in found]
    assert days[0] == weeks[0] == 0 < days[1] == weeks[1] < days[2] == days[3] == days[4]
    assert weeks[2] < weeks[3] == weeks[4]


@pytest.mark.parametrize(("count", "status"), [(25, 200), (26, 400)])
def test_exposures_of_25_experiments_can_be_asked_for(sandbox: SandboxRequests, count: int, status: int) -> None:
    ids = ",".join(f"experiment_{number}" for number in range(count))
    assert sandbox.send("GET", f"/exposure_count?experiments={ids}")[0] == status
