"""Every route with who may use it, and every role at every route."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.auth.permissions import Right
from webapp.auth.route_permissions import TABLE

from ..forms import hidden, planned, ready
from .fixtures import knows, log_in, logged_in

MakeApp = Callable[..., Flask]

# A new route is added here, and in webapp/auth/route_permissions.py; until then it is closed to everybody.
ROUTES = {
    "GET /static/<path:filename>": "nobody needed",
    "GET /healthz": "nobody needed",
    "GET /login": "nobody needed",
    "GET /login/callback": "nobody needed",
    "POST /logout": "nobody needed",
    "GET /logged-out": "nobody needed",
    "GET /autotunes/<record_id>/plan": "nobody needed",
    "GET /autotunes/<record_id>/plan.json": "nobody needed",
    "GET /autotunes/<record_id>/absent": "nobody needed",
    "POST /autotunes/<record_id>/absent": "nobody needed",
    "GET /autotunes/<record_id>/turn-down": "nobody needed",
    "POST /autotunes/<record_id>/turn-down": "nobody needed",
    "GET /autotunes/held": "nobody needed",
    "GET /": "look",
    "GET /autotunes": "look",
    "GET /autotunes/<record_id>": "look",
    "GET /autotunes/<record_id>.json": "look",
    "GET /autotunes/<record_id>/forecast": "look",
    "GET /autotunes/<record_id>/forecast.json": "look",
    "GET /autotunes/<record_id>/create": "look",
    "GET /autotunes/<record_id>/not-created": "look",
    "GET /autotunes/<record_id>/reject": "look",
    "GET /autotunes/new": "write",
    "GET /autotunes/restore": "write",
    "POST /autotunes": "write",
    "GET /autotunes/<record_id>/edit": "write",
    "POST /autotunes/<record_id>/edit": "write",
    "POST /autotunes/preview": "write",
    "POST /autotunes/<record_id>/create": "create",
    "POST /autotunes/<record_id>/not-created": "create",
    "POST /autotunes/<record_id>/reject": "create",
}
NEEDS = {"nobody needed": Right.NONE, "look": Right.LOOK, "write": Right.WRITE, "create": Right.CREATE}
CLOSED = [route for route, need in ROUTES.items() if need != "nobody needed"]
ROLES = {"VIEWERS": "@example.com", "WRITERS": "writer@example.com", "CREATORS": "group:leads"}
PEOPLE = {"viewer": Right.LOOK, "writer": Right.WRITE, "creator": Right.CREATE}


def _routes(app: Flask) -> dict[str, str]:
    """METHOD and rule of everything that the app answers, with its endpoint."""
    return {
        f"{method} {rule.rule}": rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_route_is_listed_with_who_may_use_it(with_login: MakeApp) -> None:
    found = {route: TABLE.get(endpoint) for route, endpoint in _routes(with_login()).items()}
    assert found == {route: NEEDS[need] for route, need in ROUTES.items()}


def test_without_a_login_the_routes_are_the_same_but_for_logging_in(make_app: MakeApp) -> None:
    login = {"GET /login", "GET /login/callback", "POST /logout", "GET /logged-out"}
    assert set(_routes(make_app())) == set(ROUTES) - login


def test_a_route_that_is_not_listed_is_closed_to_everybody(make_app: MakeApp, with_login: MakeApp) -> None:
    local, known = make_app(), with_login()
    for app in (local, known):
        app.add_url_rule("/new-route", "new_route", lambda: "secret")
    for client in (local.test_client(), logged_in(known)):
        response = client.get("/new-route")
        assert response.status_code == 403
        assert "secret" not in response.text


def _ask(client: FlaskClient, route: str, record_id: str, data: dict[str, Any] | None = None) -> int:
    method, path = route.split()
    return client.open(path.replace("<record_id>", record_id), method=method, data=data).status_code


@pytest.mark.parametrize("role", PEOPLE)
def test_each_role_at_each_route(with_login: MakeApp, issuer: str, role: str) -> None:
    knows(issuer, "viewer@example.com")
    knows(issuer, "writer@example.com")
    knows(issuer, "creator@example.com", groups=["leads"])
    app = with_login(**ROLES)
    record_id = ready(logged_in(app, "creator@example.com")).rpartition("/")[2]
    client = logged_in(app, f"{role}@example.com")
    token = hidden(client.get("/").text, "csrf_token")
    for route in CLOSED:
        # a version that never was: nothing happens but the question whether this person may
        status = _ask(client, route, record_id, {"csrf_token": token, "version": "999", "reason": "x", "action": "add"})
        assert (status == 403) == (PEOPLE[role] < NEEDS[ROUTES[route]]), (route, status)


@pytest.mark.parametrize("route", CLOSED)
def test_a_stranger_is_let_in_nowhere(strangers: FlaskClient, route: str) -> None:
    method, path = route.split()
    address = path.replace("<record_id>", "x")
    assert strangers.open(address, method=method).status_code in (302, 401)
    for other in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
        response = strangers.open(address, method=other)
        assert response.status_code in (302, 401, 405), other
        assert b"Autotunes</h1>" not in response.data


@pytest.fixture
def strangers(with_login: MakeApp) -> FlaskClient:
    return with_login().test_client()


@pytest.mark.parametrize(
    ("role", "seen", "unseen"),
    [
        ("viewer", ["Somebody who may create"], ["Create in Statsig</button>", ">Change<", "New<span", "/edit"]),
        ("writer", ["Somebody who may create", ">Change<", "New<span"], ["Create in Statsig</button>"]),
        ("creator", ["Create in Statsig</button>", ">Change<", "New<span"], ["Somebody who may create"]),
    ],
)
def test_pages_offer_what_a_person_may(
    with_login: MakeApp, issuer: str, role: str, seen: list[str], unseen: list[str]
) -> None:
    knows(issuer, f"{role}@example.com", groups=["leads"] if role == "creator" else [])
    knows(issuer, "creator@example.com", groups=["leads"])
    app = with_login(**ROLES)
    address = ready(logged_in(app, "creator@example.com"))
    page = logged_in(app, f"{role}@example.com").get(address).text
    for words in seen:
        assert words in page, words
    for words in unseen:
        assert words not in page, words


def test_who_may_only_look_sees_a_plan_and_nothing_to_change(with_login: MakeApp, issuer: str) -> None:
    knows(issuer, "viewer@example.com")
    knows(issuer, "writer@example.com")
    app = with_login(**ROLES)
    address = ready(logged_in(app, "writer@example.com"))
    guesses = {"visits": "200", "rate": "5", "lift": "10", "days": "7"}
    viewer, writer = (logged_in(app, f"{actor}@example.com") for actor in ("viewer", "writer"))
    planned(viewer, address, guesses)
    pages = [client.get(f"{address}/forecast", query_string=guesses).text for client in (viewer, writer)]
    assert ["What other choices would do" in page for page in pages] == [True, True]
    assert [page.count("/edit?") for page in pages] == [0, 24]


def test_who_may_not_even_look_is_not_let_in(with_login: MakeApp, issuer: str) -> None:
    app = with_login(VIEWERS="boss@example.com", WRITERS="boss@example.com", CREATORS="boss@example.com")
    knows(issuer, "boss@example.com")
    assert log_in(app.test_client()).status_code == 403
    assert logged_in(app, "boss@example.com").get("/").status_code == 200
