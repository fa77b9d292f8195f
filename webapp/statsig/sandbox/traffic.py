"""How many events were logged on a day, and how many exposures experiments had: the same at every read."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from .hashing import fraction
from .lifecycle import Autotune
from .messages import Call, Reply, invalid, listed, read
from .shop import EVENTS, EXPERIMENTS, Event

EVENT_COUNT = "event_count_custom"
MAX_IDS = 25  # of experiments in one request
DAY_HOURS, WEEK_HOURS = 24, 168

# The share of an average day, from Monday on: people shop at the weekend.
WEEKDAYS = (0.96, 0.91, 0.92, 0.95, 1.01, 1.11, 1.14)
SPREAD = 0.08  # how far a day may be from its weekday, up or down


def metric_values(call: Call) -> Reply:
    day = call.day("date")
    if day is None:
        raise invalid()
    counted = call.value("metricType") in (None, EVENT_COUNT) and day < _today(call)
    named = [event for event in EVENTS if call.value("metricName") in (None, event.name)]
    entries = [entry for event in named for entry in _values(event, day)] if counted else []
    return listed(call, "Metric values listed successfully.", entries)


def _values(event: Event, day: date) -> Iterator[dict[str, Any]]:
    """All events, and the distinct units that logged them."""
    count = _on(day, event.name, event.a_day)
    visitors = round(count / event.per_visitor)
    units = {"overall": count, "stableID": visitors, "userID": round(visitors * event.signed_in)}
    for unit_type, value in units.items():
        yield {
            "value": value,
            "unitType": unit_type,
            "numerator": None,
            "denominator": None,
            "metricName": event.name,
            "metricType": EVENT_COUNT,
        }


def exposure_count(call: Call) -> Reply:
    ids = call.values("experiments")
    if len(ids) > MAX_IDS:
        raise invalid()
    counted = _experiment_counts(_today(call)) | _autotune_counts(call)
    found = [
        {"id": name, "pastDay": counted[name][0], "past7Days": counted[name][1]} for name in ids if name in counted
    ]
    return read("Exposure count fetched successfully.", {"experiments": found, "gates": [], "dynamicConfigs": []})


def _experiment_counts(today: date) -> dict[str, tuple[int, int]]:
    """Those of the past day and of the past week, by ID."""
    return {experiment.name: _experiment_count(experiment.name, experiment.a_day, today) for experiment in EXPERIMENTS}


def _experiment_count(name: str, a_day: int, today: date) -> tuple[int, int]:
    week = [_on(today - timedelta(days=days), name, a_day) for days in range(1, 8)]
    return week[0], sum(week)


def _autotune_counts(call: Call) -> dict[str, tuple[int, int]]:
    running = [autotune for autotune in call.storage.all(call.now) if autotune.is_running(call.now)]
    return {autotune.data["id"]: _autotune_count(autotune, call.now) for autotune in running}


def _autotune_count(autotune: Autotune, now: float) -> tuple[int, int]:
    an_hour, hours = 40 + 160 * fraction("exposures", autotune.data["id"]), autotune.hours_running(now)
    return round(min(hours, DAY_HOURS) * an_hour), round(min(hours, WEEK_HOURS) * an_hour)


def _on(day: date, name: str, a_day: int) -> int:
    chance = 1 + SPREAD * (2 * fraction(name, day) - 1)
    return round(a_day * WEEKDAYS[day.weekday()] * chance)


def _today(call: Call) -> date:
    return datetime.fromtimestamp(call.now, UTC).date()
