"""How often an event was logged, and how much traffic an experiment has."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from .client import StatsigClient
from .deadline import Deadline
from .errors import StatsigError

MAX_IDS = 25  # experiments in one request
MAX_COUNTED = 100  # experiments
METRIC_TYPE = "event_count_custom"

# {"2026-11-28": {"overall": 21377, "userID": 5676}}: events by day, and how many different units caused them
EventCounts = dict[str, dict[str, float]]


def event_counts(statsig: StatsigClient, deadline: Deadline, event: str, days: list[str], known: EventCounts) -> Any:
    """The days (ISO dates) that Statsig has a count for. Only those that are not known yet are read, in this order."""
    counts = {day: known[day] for day in days if day in known}
    for day in days:
        if day not in counts and (found := _day(statsig, deadline, event, day, bool(counts))):
            counts[day] = found
    return counts


def daily_exposures(statsig: StatsigClient, deadline: Deadline, ids: Sequence[str]) -> dict[str, float]:
    """The average of the past seven days, of the first experiments that Statsig counts; empty if it does not."""
    found: list[Any] = []
    for start in range(0, min(len(ids), MAX_COUNTED), MAX_IDS):
        names = quote(",".join(ids[start : start + MAX_IDS]), safe=",")
        try:
            data = statsig.read(f"/exposure_count?experiments={names}", deadline)
        except StatsigError:
            break
        found += (data.get("experiments") or ()) if isinstance(data, dict) else ()
    counted = (row for row in found if isinstance(row, dict) and isinstance(row.get("past7Days"), int | float))
    return {row["id"]: row["past7Days"] / 7 for row in counted if row.get("id") in ids}


def _day(statsig: StatsigClient, deadline: Deadline, event: str, day: str, may_fail: bool) -> dict[str, float]:
    path = f"/metrics/values?date={day}&metricName={quote(event, safe='')}&metricType={METRIC_TYPE}"
    try:
        data = statsig.read(path, deadline)
    except StatsigError:
        if may_fail:
            return {}
        raise
    counts = {str(row.get("unitType")): row["value"] for row in data or () if _is_count(row, event)}
    return counts if "overall" in counts else {}


def _is_count(row: Any, event: str) -> bool:
    """Of this event: Statsig may return other metrics too."""
    same = isinstance(row, dict) and row.get("metricName") in (None, event)
    return same and isinstance(row.get("value"), int | float)
