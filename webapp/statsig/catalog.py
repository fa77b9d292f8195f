"""What a Statsig project has that the form can suggest, of its lists only what the desk needs.

The values are JSON, to be kept: see `autotunes.cached_reads`. Responses are read leniently: members may be missing.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .client import StatsigClient, is_valid_id
from .deadline import Deadline
from .traffic import daily_exposures

MAX_PAGES = 20
MAX_EVENT_PAGES = 3  # of single events: a sample is enough, since the metrics name the same events
MAX_NAME = 250  # characters: longer ones are left out

# {"items": [{"name": "purchase", "note": "..."}], "is_complete": true}
Listed = dict[str, Any]


def metric_events(statsig: StatsigClient, deadline: Deadline) -> Listed:
    """The events of which metrics are made."""
    metrics, more = statsig.read_list("/metrics/list", deadline, MAX_PAGES)
    return _listed(((name, "") for metric in metrics for name in _events_of(metric)), more is None)


def _events_of(metric: dict[str, Any]) -> Iterator[Any]:
    lineage = metric.get("lineage")
    if isinstance(lineage, dict):
        yield from _list(lineage.get("events"))
    for event in (*_list(metric.get("metricEvents")), *_list(metric.get("funnelEventList"))):
        yield event.get("name") if isinstance(event, dict) else event


def recent_events(statsig: StatsigClient, deadline: Deadline) -> Listed:
    """The names of events that were logged recently; who caused them is dropped."""
    events, _ = statsig.read_list("/events", deadline, MAX_EVENT_PAGES)
    return _listed(((event.get("name"), "") for event in events), is_complete=True)


def metric_sources(statsig: StatsigClient, deadline: Deadline) -> Listed:
    """With the columns of each, for people without a warehouse client."""
    sources, more = statsig.read_list("/metrics/metric_source/list", deadline, MAX_PAGES)
    listed = _listed(((source.get("name"), source.get("description")) for source in sources), more is None)
    columns = {str(source.get("name")): _columns(source) for source in sources}
    return {**listed, "items": [item | {"columns": columns[item["name"]]} for item in listed["items"]]}


def _columns(source: dict[str, Any]) -> list[str]:
    mapped = (entry.get("column") for entry in _dicts(source.get("idTypeMapping")))
    custom = (entry.get("key") for entry in _dicts(source.get("customFieldMapping")))
    return [*_names((*custom, source.get("timestampColumn"), *mapped))]


def experiments(statsig: StatsigClient, deadline: Deadline) -> Listed:
    """With the visits a day of those that run, as far as Statsig counts them."""
    found, more = statsig.read_list("/experiments", deadline, MAX_PAGES)
    listed = _listed(((_experiment_name(item), _status(item)) for item in found), more is None)
    ids = {item["id"]: _experiment_name(item) for item in found if is_valid_id(item.get("id")) and _is_active(item)}
    visits = {ids[key]: count for key, count in daily_exposures(statsig, deadline, [*ids]).items()}
    return {**listed, "items": [item | {"visits": visits.get(item["name"], 0)} for item in listed["items"]]}


def _experiment_name(item: dict[str, Any]) -> Any:
    return item.get("name") or item.get("id")


def _is_active(item: dict[str, Any]) -> bool:
    return item.get("status") in (None, "active")


def _status(item: dict[str, Any]) -> Any:
    return str(item["status"]).replace("_", " ").lower() if item.get("status") else ""


def unit_id_types(statsig: StatsigClient, deadline: Deadline) -> Listed:
    found, more = statsig.read_list("/unit_id_types", deadline, MAX_PAGES)
    always = (("userID", "Statsig’s default"), ("stableID", "a device, logged in or not"))
    return _listed((*always, *((item.get("name"), item.get("description")) for item in found)), more is None)


def company(statsig: StatsigClient, deadline: Deadline) -> dict[str, Any]:
    """`isWarehouseNative` is None if the response does not say."""
    data = statsig.read("/company", deadline)
    native = data.get("isWarehouseNative") if isinstance(data, dict) else None
    return {"isWarehouseNative": native if isinstance(native, bool) else None}


def _listed(entries: Iterable[tuple[Any, Any]], is_complete: bool) -> Listed:
    """Each name once, with the first note."""
    notes: dict[str, str] = {}
    for name, note in entries:
        if isinstance(name, str) and 0 < len(name) <= MAX_NAME:
            notes.setdefault(name, note if isinstance(note, str) else "")
    return {"items": [{"name": name, "note": note} for name, note in notes.items()], "is_complete": is_complete}


def _names(values: Iterable[Any]) -> Iterator[str]:
    yield from dict.fromkeys(value for value in values if isinstance(value, str) and value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in _list(value) if isinstance(entry, dict)]


CATALOG: dict[str, Callable[[StatsigClient, Deadline], Any]] = {
    read.__name__: read for read in (company, metric_events, recent_events, metric_sources, experiments, unit_id_types)
}
