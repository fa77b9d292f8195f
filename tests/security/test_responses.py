"""What responses contain and omit, and what a request cannot change."""

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from webapp.auth.decorators import requires
from webapp.auth.permissions import Permission
from webapp.autotunes.services import Services
from webapp.store import AutotuneRecord, queries

from ..auth.fixtures import ANNA, PROXY_SECRET
from ..conftest import CANARY
from ..fake_statsig import FakeStatsig
from ..forms import BUTTON_COLOR_TEST, click_create, fill_in, hidden, ready

MakeApp = Callable[..., Flask]
TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",  # always UTF-8
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
}


def _record(services: Services, address: str) -> AutotuneRecord:
    with services.store.read() as session:
        record = queries.get(session, address.rpartition("/")[2])
    assert record
    return record


def test_response_has_content_type_and_charset(client: FlaskClient) -> None:
    address = ready(client)
    content_types = {path: client.get(path).content_type for path in ("/", "/autotunes/new", address, "/nothing")}
    assert set(content_types.values()) == {TYPES["html"]}
    assert {client.get(path).content_type for path in ("/healthz", f"{address}.json")} == {TYPES["json"]}
    for path in ("app.css", "form.js", "detail.js", "icon.svg"):
        with client.get(f"/static/{path}") as response:
            assert response.status_code == 200 and response.content_type == TYPES[path.rpartition(".")[2]]


def test_unexpected_error_shows_no_details_and_is_logged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.add_url_rule("/breaks", "breaks", _break)
    response = app.test_client().get("/breaks")
    assert response.status_code == 500 and "Something went wrong" in response.text
    for detail in ("RuntimeError", "internal detail", "Traceback", ".py"):
        assert detail not in response.text
    (line,) = [record for record in caplog.records if record.getMessage() == "unhandled exception"]
    assert line.levelno == logging.ERROR
    assert vars(line) | {"error": "RuntimeError", "path": "/breaks"} == vars(line)


@requires(Permission.VIEW)
def _break() -> str:
    raise RuntimeError("internal detail")


def test_database_error_shows_no_details_and_is_logged(
    client: FlaskClient, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    with services.store.write() as session:
        session.execute(text("ALTER TABLE autotunes RENAME TO elsewhere"))
    response = client.get("/")
    assert response.status_code == 503
    for detail in ("autotunes.", "SELECT", "sqlite", "OperationalError", "Traceback"):
        assert detail not in response.text
    assert "the database failed" in [record.getMessage() for record in caplog.records]


INTERNAL_FIELDS = {
    "id": "mine",
    "state": "created",
    "created_by": "boss@example.com",
    "changed_by": "boss@example.com",
    "statsig_id": "stolen",
    "statsig": "{}",
    "reserved_id": "stolen",
    "body": "{}",
    "claim": "x",
    "sandbox": "true",
    "sent_by": "boss@example.com",
    "api_url": "https://elsewhere.test",
    "who": "boss@example.com",
}


def test_extra_form_fields_are_ignored(client: FlaskClient, services: Services, fake_statsig: FakeStatsig) -> None:
    address = ready(client, **INTERNAL_FIELDS)
    record = _record(services, address)
    assert (record.state, record.created_by, record.changed_by) == ("ready", "local user", "local user")
    assert (record.statsig_id, record.statsig, record.reserved_id, record.claim) == (None, None, None, None)
    assert record.id != "mine" and record.sent_by is None
    click_create(client, address)
    assert set(fake_statsig.posts[0].json) == {
        "name",
        "description",
        "variants",
        "successEvent",
        "explorationWindow",
        "attributionWindow",
        "winnerThreshold",
    }


def test_extra_fields_of_a_create_are_ignored(client: FlaskClient, services: Services) -> None:
    address = ready(client)
    page = client.get(address).text
    hidden_fields = {name: hidden(page, name) for name in ("csrf_token", "version")}
    client.post(f"{address}/create", data={**INTERNAL_FIELDS, **hidden_fields, "name": "Another", "project": "other"})
    record = _record(services, address)
    assert (record.state, record.sent_by, record.statsig_id) == ("created", "local user", "button_color_test")
    assert record.project.startswith("key-")


def test_autotune_json_has_the_documented_keys(client: FlaskClient) -> None:
    address = ready(client)
    click_create(client, address)
    autotune = client.get(f"{address}.json").json
    assert autotune is not None and set(autotune) == {
        *("id", "state", "discarded_at", "archived_at", "action", "request", "statsig", "live", "forecast", "history")
    }
    assert {name for event in autotune["history"] for name in event} == {"at", "who", "what"}


def test_form_ignores_the_query_and_repeated_fields(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    """Of a repeated field, the first counts, on the review page and in the request to Statsig."""
    page = client.get("/autotunes/new").text
    hidden_fields = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    data: dict[str, Any] = {**BUTTON_COLOR_TEST, **hidden_fields, "action": "check", "name": ["First", "Second"]}
    response = client.post("/autotunes?name=Address&action=save&variants-0-name=Address", data=data)
    address = response.headers["Location"]
    page = client.get(address).text
    assert "First" in page and "Second" not in page and "Address" not in page
    click_create(client, address)
    assert fake_statsig.posts[0].json["name"] == "First"


def test_csrf_token_in_the_query_is_rejected(client: FlaskClient) -> None:
    token = hidden(client.get("/autotunes/new").text, "csrf_token")
    response = client.post(f"/autotunes?csrf_token={token}", data={**BUTTON_COLOR_TEST, "action": "check"})
    assert response.status_code == 400 and "expired" in response.text


def test_urls_contain_no_secret_and_no_form_data(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = fill_in(client, name="Secret plans").headers["Location"]
    assert re.fullmatch(r"/autotunes/[0-9a-f]+", address)
    click_create(client, address)
    for request in fake_statsig.requests:
        assert CANARY not in request.path and "?" not in request.path
    for path in ("/autotunes/new", ready(client, name="Another")):
        page = client.get(path).text
        for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
            assert ' method="post"' in form or _is_forecast_form(form)


def _is_forecast_form(form: str) -> bool:
    """The assumptions of a forecast are in a link that can be shared; they contain nothing of the draft."""
    return set(re.findall(r' name="([^"]+)"', form)) == {"visits", "rate", "lift", "days"}


def test_json_types_are_kept(client: FlaskClient, fake_statsig: FakeStatsig) -> None:
    """A string of digits stays a string, and true is not 1."""
    click_create(client, ready(client, variants__0__json='["1", true, "true", 0, false, null, "null", ""]'))
    values = fake_statsig.posts[0].json["variants"][0]["json"]
    assert [(type(value), value) for value in values] == [
        (str, "1"),
        (bool, True),
        (str, "true"),
        (int, 0),
        (bool, False),
        (type(None), None),
        (str, "null"),
        (str, ""),
    ]


def test_forwarded_client_address_is_ignored(make_app: MakeApp, caplog: pytest.LogCaptureFixture) -> None:
    app = make_app(
        PROXY_USER_HEADER="X-Auth-Email",
        PROXY_SECRET=PROXY_SECRET,
        PUBLIC_URL="https://desk.example.com",
        ALLOWED_EMAIL_DOMAINS="example.com",
    )
    client = app.test_client()
    forwarded = {"X-Forwarded-For": "10.9.8.7", "X-Real-IP": "10.9.8.7", "Forwarded": "for=10.9.8.7"}
    proxy = {"X-Auth-Email": ANNA, "X-Desk-Proxy-Secret": PROXY_SECRET}
    base = {"base_url": "https://desk.example.com"}
    assert client.get("/", headers={**forwarded, **proxy}, **base).status_code == 200
    assert client.get("/", headers=forwarded, **base).status_code == 403
    (denied,) = [record for record in caplog.records if record.name == "webapp.security"]
    assert vars(denied)["remote"] == "127.0.0.1"
    assert "10.9.8.7" not in "".join(str(vars(record)) for record in caplog.records)


def test_forwarded_host_and_scheme_change_no_url(make_app: MakeApp) -> None:
    app = make_app(
        PROXY_USER_HEADER="X-Auth-Email",
        PROXY_SECRET=PROXY_SECRET,
        PUBLIC_URL="https://desk.example.com",
        ALLOWED_EMAIL_DOMAINS="example.com",
    )
    headers = {
        "X-Auth-Email": ANNA,
        "X-Desk-Proxy-Secret": PROXY_SECRET,
        "X-Forwarded-Host": "evil.test",
        "X-Forwarded-Proto": "http",
        "X-Forwarded-Prefix": "/evil",
    }
    response = app.test_client().get("/", headers=headers, base_url="https://desk.example.com")
    assert response.status_code == 200 and "evil" not in response.text + str(response.headers)
    redirect = app.test_client().get("/autotunes", headers=headers, base_url="https://desk.example.com")
    assert redirect.headers["Location"] == "/"
