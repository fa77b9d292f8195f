"""The lists of the shop in Statsig's shapes, and its settings."""

from bisect import bisect
from itertools import accumulate
from typing import Any

from .hashing import fraction
from .lifecycle import DANA, milliseconds
from .messages import Call, Reply, listed, read
from .shop import (
    COMPANY,
    EVENTS,
    EXPERIMENTS,
    METRIC_SOURCES,
    METRICS,
    REVIEW_SETTINGS,
    UNIT_ID_TYPES,
    Event,
    Experiment,
    Metric,
    MetricSource,
)

LOGGED = 1_000  # events that are listed
SECONDS_BETWEEN = 0.7
DAY = 86_400.0

# Rare events are listed more often than they are logged, so that every name is among them.
_WEIGHTS = list(accumulate(event.a_day**0.5 for event in EVENTS))


def project(_call: Call) -> Reply:
    return read("Project read successfully.", {"id": "sandbox"})


def company(_call: Call) -> Reply:
    return read("Company read successfully.", COMPANY)


def review_settings(_call: Call) -> Reply:
    return read("Settings read successfully.", REVIEW_SETTINGS)


def logged_events(call: Call) -> Reply:
    """The newest first. They stay the same for a minute, while their pages are read."""
    newest = call.now // 60 * 60
    entries = [_logged_event(row, newest - row * SECONDS_BETWEEN) for row in range(LOGGED)]
    return listed(call, "Event values listed successfully.", entries)


def _logged_event(row: int, at: float) -> dict[str, Any]:
    event = EVENTS[bisect(_WEIGHTS, fraction("event", row) * _WEIGHTS[-1])]
    signed_in = fraction("signed in", row) < event.signed_in
    return {
        "timestamp": str(milliseconds(at)),
        "name": event.name,
        "source": event.source,
        "value": _value(event, row),
        "userID": str(int(fraction("user", row) * 9_000) + 1_000) if signed_in else "",
        "metadata": dict(event.metadata),
    }


def _value(event: Event, row: int) -> str:
    return event.values[int(fraction("value", row) * len(event.values))]


def metrics(call: Call) -> Reply:
    return listed(call, "Metrics listed successfully.", [_metric(metric) for metric in METRICS])


def _metric(metric: Metric) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": f"{metric.name}::{metric.type}",
        "name": metric.name,
        "type": metric.type,
        "description": metric.description,
        "directionality": metric.directionality,
        "unitTypes": ["stableID", "userID"],
        "metricEvents": [{"name": name, "type": metric.measures} for name in metric.events],
        "lineage": {"events": list(metric.events), "metrics": []},
        "tags": [],
    }
    if metric.type == "funnel":
        shown["funnelEventList"] = [{"name": name, "type": "event_user"} for name in metric.events]
    return shown


def metric_sources(call: Call) -> Reply:
    return listed(call, "Metric sources listed successfully.", [_metric_source(source) for source in METRIC_SOURCES])


def _metric_source(source: MetricSource) -> dict[str, Any]:
    return {
        "name": source.name,
        "description": source.description,
        "tags": [],
        "sql": source.sql,
        "timestampColumn": source.timestamp,
        "timestampAsDay": False,
        "idTypeMapping": [{"statsigUnitID": unit, "column": column} for unit, column in source.ids.items()],
        "sourceType": "query",
        "tableName": "",
        "customFieldMapping": [{"key": key, "formula": formula} for key, formula in source.fields.items()],
    }


def unit_id_types(call: Call) -> Reply:
    return listed(call, "Unit ID Types listed successfully.", UNIT_ID_TYPES)


def experiments(call: Call) -> Reply:
    midnight = call.now // DAY * DAY
    entries = [_experiment(experiment, midnight) for experiment in EXPERIMENTS]
    return listed(call, "Experiments listed successfully.", entries)


def _experiment(experiment: Experiment, midnight: float) -> dict[str, Any]:
    began, created = midnight - experiment.began * DAY, midnight - (experiment.began + 2) * DAY
    ended = milliseconds(began + experiment.took * DAY) if experiment.took else None
    started = milliseconds(began) if experiment.began else None
    return {
        "id": experiment.name,
        "name": experiment.name,
        "description": "",
        "idType": experiment.id_type,
        "status": experiment.status,
        "hypothesis": experiment.hypothesis,
        "groups": [
            {"name": name, "id": name.lower(), "size": 50, "parameterValues": {}} for name in ("Control", "Test")
        ],
        "allocation": 100,
        "primaryMetrics": [_primary_metric(experiment)],
        "secondaryMetrics": [],
        "startTime": started,
        "endTime": ended,
        "decisionTime": ended if experiment.status == "decision_made" else None,
        "decisionReason": None,
        "createdTime": milliseconds(created),
        "creatorName": DANA.name,
        "lastModifierID": DANA.id,
        "lastModifierName": DANA.name,
        "lastModifierEmail": DANA.email,
        "lastModifiedTime": ended or started or milliseconds(created),
        "tags": [],
        "targetingGateID": None,
        "layerID": None,
        "bonferroniCorrection": False,
        "defaultConfidenceInterval": "95",
        "healthCheckStatus": "PASSED" if experiment.began else "WAITING",
    }


def _primary_metric(experiment: Experiment) -> dict[str, str]:
    metric = next(metric for metric in METRICS if metric.name == experiment.metric)
    return {"name": metric.name, "type": metric.type}
