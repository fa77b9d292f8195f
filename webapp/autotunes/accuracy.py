"""Compares how long an autotune took with its forecast."""

import json
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ..contract.choices import window_hours
from ..forecast.results import Ending, Forecast
from ..forecast.scenario import Scenario
from ..statsig.sandbox import SECONDS_PER_HOUR
from ..store import AutotuneRecord, LiveState, queries

HOUR = 3600.0  # seconds
TOLERANCE = 0.1  # of the duration: by how much its start may be uncertain


class Band(NamedTuple):
    """Between these days 8 of 10 simulated runs end; None: beyond the horizon."""

    low: float | None
    high: float | None
    horizon: float

    def contains(self, days: float) -> bool:
        if self.low is None:
            return days > self.horizon
        return days >= self.low and (self.high is None or days <= self.high)


def hour_seconds(record: AutotuneRecord) -> float:
    """How long an hour of Statsig is: the sandbox is quicker."""
    return SECONDS_PER_HOUR if record.sandbox else HOUR


def compare_with_forecast(session: Session, record: AutotuneRecord, row: LiveState, body: dict[str, Any]) -> None:
    """`body` is what ran. Without a winner, or a forecast of the same settings, there is nothing to compare."""
    row.took_days = row.band_low = row.band_high = row.is_in_band = None
    row.has_forecast = False
    if row.ended_at is None:
        return
    row.took_days = _took_days(record, row)
    if band := _band(session, record, body):
        row.has_forecast, row.band_low, row.band_high = True, band.low, band.high
        row.is_in_band = None if row.took_days is None else band.contains(row.took_days)


def _took_days(record: AutotuneRecord, row: LiveState) -> float | None:
    """None if its start is known only roughly."""
    if row.started_at is None or row.ended_at is None:
        return None
    took = row.ended_at - row.started_at
    return took / hour_seconds(record) / 24 if is_start_known(record, row, took) else None


def is_start_known(record: AutotuneRecord, row: LiveState, duration: float) -> bool:
    """Whether its start is known exactly enough to measure so many seconds from it."""
    if row.started_at is None or row.not_started_at is None:
        return False
    return row.started_at - row.not_started_at <= max(hour_seconds(record), TOLERANCE * duration)


def _band(session: Session, record: AutotuneRecord, body: dict[str, Any]) -> Band | None:
    kept = queries.forecast(session, record.id)
    try:
        summary = Forecast.from_dict(json.loads(kept.result)).summary if kept else None
    except (AttributeError, LookupError, TypeError, ValueError):  # of a contextual autotune, or of another version
        return None
    if summary is None or not _is_of(summary.scenario, body):
        return None
    ending: Ending = summary.ending
    return Band(ending.low, ending.high, summary.scenario.days)


def _is_of(scenario: Scenario, body: dict[str, Any]) -> bool:
    """Whether the scenario has the settings of this request."""
    return (scenario.exploration_hours, scenario.attribution_hours, f"{scenario.threshold}%", len(scenario.rates)) == (
        window_hours(body["explorationWindow"]),
        window_hours(body["attributionWindow"], body.get("attributionWindowUnit")),
        body["winnerThreshold"],
        len(body["variants"]),
    )
