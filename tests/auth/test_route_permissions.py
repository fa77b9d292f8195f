"""Who can use each route, and what each role can do."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.auth.decorators import get_rules
from webapp.auth.permissions import Permission

from ..forms import click_create, finished_forecast, hidden, ready
from .fixtures import add_user, log_in, logged_in

MakeApp = Callable[..., Flask]

# The rule of each route, as its view declares it with a decorator.
ROUTES = {
    "GET /static/<path:filename>": "public",
    "GET /healthz": "public",
    "GET /login": "public",
    "GET /login/callback": "public",
    "GET /logged-out": "public",
    "GET /autotunes/<record_id>/plan": "public",
    "GET /autotunes/<record_id>/plan.json": "public",
    "GET /autotunes/<record_id>/absent": "public",
    "POST /autotunes/<record_id>/absent": "public",
    "POST /autotunes/<record_id>/plan": "public",
    "POST /autotunes/<record_id>/plan.json": "public",
    "GET /autotunes/<record_id>/turn-down": "public",
    "POST /autotunes/<record_id>/turn-down": "public",
    "GET /autotunes/held": "public",
    "POST /logout": Permission.NONE,
    "GET /": Permission.VIEW,
    "GET /autotunes": Permission.VIEW,
    "GET /forecasts": Permission.VIEW,
    "GET /autotunes/<record_id>": Permission.VIEW,
    "GET /autotunes/<record_id>.json": Permission.VIEW,
    "GET /autotunes/<record_id>/request.json": Permission.VIEW,
    "GET /autotunes/<record_id>/history/<version>": Permission.VIEW,
    "GET /autotunes/<record_id>/forecast": Permission.VIEW,
    "GET /autotunes/<record_id>/forecast.json": Permission.VIEW,
    "GET /autotunes/<record_id>/create": Permission.VIEW,
    "GET /autotunes/<record_id>/not-created": Permission.VIEW,
    "GET /autotunes/<record_id>/reject": Permission.VIEW,
    "GET /autotunes/<record_id>/discard": Permission.VIEW,
    "GET /autotunes/<record_id>/archive": Permission.VIEW,
    "GET /autotunes/<record_id>/restore": Permission.VIEW,
    "GET /autotunes/<record_id>/decline": Permission.VIEW,
    "GET /autotunes/<record_id>/withdraw": Permission.VIEW,
    "GET /autotunes/<record_id>/not-done": Permission.VIEW,
    "GET /templates": Permission.VIEW,
    "GET /templates/<template_id>/remove": Permission.VIEW,
    "GET /templates/<template_id>/restore": Permission.VIEW,
    "POST /templates/<template_id>/remove": Permission.WRITE,
    "POST /templates/<template_id>/restore": Permission.WRITE,
    "GET /autotunes/<record_id>/template": Permission.WRITE,
    "POST /autotunes/<record_id>/template": Permission.WRITE,
    "GET /links/<token>": Permission.VIEW,
    "GET /autotunes/new": Permission.WRITE,
    "GET /autotunes/paste": Permission.WRITE,
    "POST /autotunes/paste": Permission.WRITE,
    "GET /autotunes/restore": Permission.WRITE,
    "POST /autotunes": Permission.WRITE,
    "GET /autotunes/<record_id>/edit": Permission.WRITE,
    "POST /autotunes/<record_id>/edit": Permission.WRITE,
    "POST /autotunes/preview": Permission.WRITE,
    "GET /suggestions": Permission.WRITE,
    "POST /autotunes/<record_id>/discard": Permission.WRITE,
    "POST /autotunes/<record_id>/archive": Permission.WRITE,
    "POST /autotunes/<record_id>/restore": Permission.WRITE,
    "POST /autotunes/<record_id>/create": Permission.CREATE,
    "POST /autotunes/<record_id>/not-created": Permission.CREATE,
    "POST /autotunes/<record_id>/reject": Permission.CREATE,
    "GET /autotunes/<record_id>/start": Permission.START,
    "POST /autotunes/<record_id>/start": Permission.START,
    "GET /autotunes/<record_id>/decide": Permission.START,
    "POST /autotunes/<record_id>/decide": Permission.START,
    "POST /autotunes/<record_id>/decline": Permission.START,
    "POST /autotunes/<record_id>/withdraw": Permission.START,
    "POST /autotunes/<record_id>/not-done": Permission.START,
}
LOGIN_ROUTES = {"GET /login", "GET /login/callback", "POST /logout", "GET /logged-out"}
RESTRICTED = {route: rule for route, rule in ROUTES.items() if isinstance(rule, Permission) and rule}
ROLES = {
    "VIEWERS": "@example.com",
    "WRITERS": "writer@example.com",
    "CREATORS": "group:leads",
    "STARTERS": "starter@example.com",
}
WRITER_SEES = (">Edit<", "New<span", "Discard<", "Make template<")
USERS = {
    "viewer": Permission.VIEW,
    "writer": Permission.WRITE,
    "creator": Permission.CREATE,
    "starter": Permission.START,
}


def _declared_rules(app: Flask) -> dict[str, Any]:
    """METHOD and rule of each route, with what its view declares."""
    rules = {}
    for rule in app.url_map.iter_rules():
        declared = get_rules(app.view_functions[rule.endpoint])
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            rules[f"{method} {rule.rule}"] = "public" if declared.public else declared.permission
    return rules


def test_each_route_declares_the_listed_permission(with_login: MakeApp) -> None:
    assert _declared_rules(with_login()) == ROUTES


def test_routes_without_a_login_lack_only_the_login_routes(make_app: MakeApp) -> None:
    assert set(_declared_rules(make_app())) == set(ROUTES) - LOGIN_ROUTES


def test_route_without_declared_permission_is_closed_to_everybody(make_app: MakeApp, with_login: MakeApp) -> None:
    local, oidc = make_app(), with_login()
    for app in (local, oidc):
        app.add_url_rule("/new-route", "new_route", lambda: "secret")
    for client in (local.test_client(), logged_in(oidc)):
        response = client.get("/new-route")
        assert response.status_code == 403
        assert "secret" not in response.text


def _status(client: FlaskClient, route: str, record_id: str, data: dict[str, Any] | None = None) -> int:
    method, path = route.split()
    return client.open(path.replace("<record_id>", record_id), method=method, data=data).status_code


@pytest.fixture
def app_with_roles(with_login: MakeApp, issuer: str) -> Flask:
    add_user(issuer, "viewer@example.com")
    add_user(issuer, "writer@example.com")
    add_user(issuer, "creator@example.com", groups=["leads"])
    add_user(issuer, "starter@example.com", groups=["leads"])
    return with_login(**ROLES)


@pytest.mark.parametrize("role", USERS)
def test_role_is_denied_routes_above_its_permission(app_with_roles: Flask, role: str) -> None:
    record_id = ready(logged_in(app_with_roles, "creator@example.com")).rpartition("/")[2]
    client = logged_in(app_with_roles, f"{role}@example.com")
    token = hidden(client.get("/").text, "csrf_token")
    # No such version, so that an allowed request changes nothing.
    data = {"csrf_token": token, "version": "999", "reason": "x", "action": "add"}
    for route, required in RESTRICTED.items():
        status = _status(client, route, record_id, data)
        assert (status == 403) == (USERS[role] < required), (route, status)


@pytest.fixture
def anonymous(with_login: MakeApp) -> FlaskClient:
    return with_login().test_client()


@pytest.mark.parametrize("route", RESTRICTED)
def test_anonymous_request_is_sent_to_log_in(anonymous: FlaskClient, route: str) -> None:
    method, path = route.split()
    address = path.replace("<record_id>", "x")
    assert anonymous.open(address, method=method).status_code in (302, 401)
    for other in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
        response = anonymous.open(address, method=other)
        assert response.status_code in (302, 401, 405), other
        assert b"Autotunes</h1>" not in response.data


@pytest.mark.parametrize(
    ("role", "visible", "hidden_texts"),
    [
        (
            "viewer",
            ["Someone with permission to create", "Download JSON"],
            ["Create in Statsig</button>", ">Edit<", "New<span", "/edit", "Discard<", "Make template<"],
        ),
        ("writer", ["Someone with permission to create", *WRITER_SEES], ["Create in Statsig</button>"]),
        ("creator", ["Create in Statsig</button>", *WRITER_SEES], ["Someone with permission to create"]),
    ],
)
def test_page_offers_only_what_the_role_can_do(
    app_with_roles: Flask, role: str, visible: list[str], hidden_texts: list[str]
) -> None:
    address = ready(logged_in(app_with_roles, "creator@example.com"))
    page = logged_in(app_with_roles, f"{role}@example.com").get(address).text
    for text in visible:
        assert text in page, text
    for text in hidden_texts:
        assert text not in page, text


@pytest.mark.parametrize("role", USERS)
def test_list_and_templates_offer_only_what_the_role_can_do(app_with_roles: Flask, role: str) -> None:
    creator = logged_in(app_with_roles, "creator@example.com")
    discarded, archived, drafted = (ready(creator, name=name) for name in ("Thrown away", "Over", "Drafted"))
    click_create(creator, archived)
    for address, action in ((discarded, "discard"), (archived, "archive")):
        creator.post(f"{address}/{action}", data={"csrf_token": hidden(creator.get("/").text, "csrf_token")})
    template = {"csrf_token": hidden(creator.get("/").text, "csrf_token"), "title": "Ours", "note": "For buttons"}
    creator.post(f"{drafted}/template", data=template)
    client, can_write = logged_in(app_with_roles, f"{role}@example.com"), role != "viewer"
    offered = {
        "/?state=discarded": "/restore",
        "/?state=archived": "/restore",
        "/": "/discard",
        "/templates": "/remove",
        discarded: "/restore",
        archived: "/restore",
    }
    for path, action in offered.items():
        assert (action in client.get(path).text) == can_write, path
    assert "For buttons" in client.get("/templates").text
    assert ("/autotunes/new?template=" in client.get("/templates").text) == can_write


def test_viewer_sees_the_forecast_without_edit_links(app_with_roles: Flask) -> None:
    address = ready(logged_in(app_with_roles, "writer@example.com"), explorationWindow="24hr")
    assumptions = {"visits": "200", "rate": "5", "lift": "10", "days": "7"}
    viewer, writer = (logged_in(app_with_roles, f"{role}@example.com") for role in ("viewer", "writer"))
    finished_forecast(viewer, address, assumptions)
    pages = [client.get(f"{address}/forecast", query_string=assumptions).text for client in (viewer, writer)]
    assert ["Other settings" in page for page in pages] == [True, True]
    assert [page.count("/edit?") for page in pages] == [0, 24]


def test_user_without_any_permission_cannot_log_in(with_login: MakeApp, issuer: str) -> None:
    app = with_login(VIEWERS="boss@example.com", WRITERS="boss@example.com", CREATORS="boss@example.com")
    add_user(issuer, "boss@example.com")
    assert log_in(app.test_client()).status_code == 403
    assert logged_in(app, "boss@example.com").get("/").status_code == 200
