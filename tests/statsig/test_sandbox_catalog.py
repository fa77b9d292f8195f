"""The lists of the sandbox's imaginary shop, and how lists are paged."""

from typing import Any

import pytest

from ..conftest import Clock
from .sandbox_requests import SandboxRequests

# For each list, how many entries it has, and what each of them must have.
LISTS = {
    "/events": (1_000, "timestamp name source value userID metadata"),
    "/metrics/list": (30, "id name type lineage metricEvents directionality description"),
    "/metrics/metric_source/list": (3, "name description sql timestampColumn idTypeMapping customFieldMapping"),
    "/experiments": (12, "id name status idType hypothesis groups allocation primaryMetrics startTime createdTime"),
    "/unit_id_types": (2, "name description"),
}


def entries(sandbox: SandboxRequests, path: str) -> list[dict[str, Any]]:
    """All pages of a list."""
    found: list[dict[str, Any]] = []
    address: str | None = f"{path}?limit=100"
    while address:
        response = sandbox.get(address.removeprefix("/console/v1"))
        found, address = found + response["data"], response["pagination"]["nextPage"]
    return found


@pytest.mark.parametrize("path", LISTS)
def test_list_has_entries_in_statsigs_form(sandbox: SandboxRequests, path: str) -> None:
    count, keys = LISTS[path]
    found = entries(sandbox, path)
    assert len(found) == count and sandbox.get(path)["pagination"]["totalItems"] == count
    assert all(entry.keys() >= set(keys.split()) for entry in found)
    assert sandbox.get(path)["message"].endswith("listed successfully.")


def test_every_event_is_logged_often_and_lately(sandbox: SandboxRequests, clock: Clock) -> None:
    logged = entries(sandbox, "/events")
    names = [event["name"] for event in logged]
    assert len(set(names)) == 25 and {"add_to_cart", "purchase", "signup_completed", "newsletter_signup"} < set(names)
    assert names.count("page_view") > 100 and len(set(names[:100])) > 15
    times = [int(event["timestamp"]) for event in logged]
    assert times == sorted(times, reverse=True) and clock.now * 1000 - 3_600_000 < times[-1] < clock.now * 1000
    clock.forward(1)
    assert entries(sandbox, "/events") == logged


def test_metrics_and_experiments_refer_to_each_other(sandbox: SandboxRequests) -> None:
    events = {event["name"] for event in entries(sandbox, "/events")}
    metrics = {metric["name"]: metric for metric in entries(sandbox, "/metrics/list")}
    assert {name for metric in metrics.values() for name in metric["lineage"]["events"]} < events
    for metric in metrics.values():
        assert [event["name"] for event in metric["metricEvents"]] == metric["lineage"]["events"]
        assert metric["directionality"] in ("increase", "decrease") and metric["lineage"]["metrics"] == []
    experiments = entries(sandbox, "/experiments")
    assert {metric["name"] for experiment in experiments for metric in experiment["primaryMetrics"]} < set(metrics)
    assert all(experiment["startTime"] is None for experiment in experiments if experiment["status"] == "setup")


SETTINGS: dict[str, dict[str, Any]] = {
    "/company": {"isWarehouseNative": False, "companyName": "Sandbox Shop"},
    "/project": {"id": "sandbox"},
    "/settings/reviews": {"is_config_review_required": False, "is_metric_review_required": False},
}


@pytest.mark.parametrize("path", SETTINGS)
def test_settings_are_read(sandbox: SandboxRequests, path: str) -> None:
    assert sandbox.get(path)["data"].items() >= SETTINGS[path].items()


# For each query, the numbers of its page: per page, entries, number, next and previous.
PAGES: dict[str, tuple[int, int, int, int | None, int | None]] = {
    "": (10, 10, 1, 2, None),
    "limit=7&page=2": (7, 7, 2, 3, 1),
    "limit=100": (100, 30, 1, None, None),
    "limit=999": (100, 30, 1, None, None),
    "page=3": (10, 10, 3, None, 2),
    "page=4": (10, 0, 4, None, 3),
}


@pytest.mark.parametrize("query", PAGES)
def test_page_says_where_it_is(sandbox: SandboxRequests, query: str) -> None:
    limit, count, number, following, previous = PAGES[query]
    response = sandbox.get(f"/metrics/list?tags=x&{query}")
    address = f"/console/v1/metrics/list?tags=x&limit={limit}&page="
    pages = {"nextPage": following and f"{address}{following}", "previousPage": previous and f"{address}{previous}"}
    total = {"itemsPerPage": limit, "pageNumber": number, "totalItems": 30, "all": "/console/v1/metrics/list"}
    assert len(response["data"]) == count
    assert {name: _sorted(value) for name, value in response["pagination"].items()} == {
        name: _sorted(value) for name, value in (pages | total).items()
    }


def _sorted(value: Any) -> Any:
    """An address with its parameters in order."""
    path, mark, query = value.partition("?") if isinstance(value, str) else (value, "", "")
    return (path, sorted(query.split("&"))) if mark else value


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "page=0", "page=-1", "page=1.5"])
def test_page_that_is_no_number_is_refused(sandbox: SandboxRequests, query: str) -> None:
    message = "Invalid request. Please check the request input and try again."
    assert sandbox.send("GET", f"/metrics/list?{query}") == (400, {"status": 400, "message": message})


UNKNOWN = [("GET", "/nothing"), ("GET", "/events/purchase"), ("POST", "/events"), ("PUT", "/autotunes/a/reset")]


@pytest.mark.parametrize(("method", "path"), UNKNOWN)
def test_unknown_path_is_not_found(sandbox: SandboxRequests, method: str, path: str) -> None:
    assert sandbox.send(method, path) == (404, {"status": 404, "message": "Not found."})


@pytest.mark.parametrize("path", [*LISTS, *SETTINGS, "/audit_logs", "/nothing"])
def test_other_key_reads_nothing(sandbox: SandboxRequests, path: str) -> None:
    sandbox.session.headers["STATSIG-API-KEY"] = "console-other"
    assert sandbox.send("GET", path)[0] == 401
