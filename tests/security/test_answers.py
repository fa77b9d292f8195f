"""What every answer says of itself, what it leaves out, and what a request cannot reach."""

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
from ..forms import BUTTON_COLOR_TEST, fill_in, hidden, press, ready
from ..upstream import Upstream

MakeApp = Callable[..., Flask]
TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",  # UTF-8 by its own definition
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
}


def _record(services: Services, address: str) -> AutotuneRecord:
    with services.store.read() as session:
        found = queries.get(session, address.rpartition("/")[2])
    assert found
    return found


def test_each_answer_names_its_type_and_its_letters(client: FlaskClient) -> None:
    address = ready(client)
    answers = {path: client.get(path).content_type for path in ("/", "/autotunes/new", address, "/nothing")}
    assert set(answers.values()) == {TYPES["html"]}
    assert {client.get(path).content_type for path in ("/healthz", f"{address}.json")} == {TYPES["json"]}
    for path in ("app.css", "form.js", "detail.js", "icon.svg"):
        with client.get(f"/static/{path}") as answer:
            assert answer.status_code == 200 and answer.content_type == TYPES[path.rpartition(".")[2]]


def test_an_unforeseen_error_tells_nothing_and_is_logged(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    app.add_url_rule("/breaks", "breaks", _break)
    answer = app.test_client().get("/breaks")
    assert answer.status_code == 500 and "Something went wrong" in answer.text
    for inner in ("RuntimeError", "at the heart", "Traceback", ".py"):
        assert inner not in answer.text
    (said,) = [record for record in caplog.records if record.getMessage() == "unforeseen"]
    assert said.levelno == logging.ERROR
    assert vars(said) | {"error": "RuntimeError", "path": "/breaks"} == vars(said)


@requires(Permission.VIEW)
def _break() -> str:
    raise RuntimeError("at the heart of it")


def test_a_broken_database_tells_nothing_and_is_logged(
    client: FlaskClient, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    with services.store.write() as session:
        session.execute(text("ALTER TABLE autotunes RENAME TO elsewhere"))
    answer = client.get("/")
    assert answer.status_code == 503
    for inner in ("autotunes.", "SELECT", "sqlite", "OperationalError", "Traceback"):
        assert inner not in answer.text
    assert "the database failed" in [record.getMessage() for record in caplog.records]


OURS = {
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


def test_a_form_reaches_no_member_that_is_not_on_it(
    client: FlaskClient, services: Services, upstream: Upstream
) -> None:
    address = ready(client, **OURS)
    record = _record(services, address)
    assert (record.state, record.created_by, record.changed_by) == ("ready", "local user", "local user")
    assert (record.statsig_id, record.statsig, record.reserved_id, record.claim) == (None, None, None, None)
    assert record.id != "mine" and record.sent_by is None
    press(client, address)
    assert set(upstream.posts[0].json) == {
        "name",
        "description",
        "variants",
        "successEvent",
        "explorationWindow",
        "attributionWindow",
        "winnerThreshold",
    }


def test_the_buttons_of_a_page_reach_nothing_else_either(client: FlaskClient, services: Services) -> None:
    address = ready(client)
    page = client.get(address).text
    own = {name: hidden(page, name) for name in ("csrf_token", "version")}
    client.post(f"{address}/create", data={**OURS, **own, "name": "Another", "project": "other"})
    record = _record(services, address)
    assert (record.state, record.sent_by, record.statsig_id) == ("created", "local user", "button_color_test")
    assert record.project.startswith("key-")


def test_what_programs_are_told_is_no_more_than_this(client: FlaskClient) -> None:
    address = ready(client)
    press(client, address)
    told = client.get(f"{address}.json").json
    assert told is not None and set(told) == {"id", "state", "request", "statsig", "history"}
    assert {name for event in told["history"] for name in event} == {"at", "who", "what"}


def test_the_address_does_not_fill_in_a_form_that_is_sent(client: FlaskClient, upstream: Upstream) -> None:
    """What counts is in the body; the same name twice counts as it stands first, in reading back and in sending."""
    page = client.get("/autotunes/new").text
    own = {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    data: dict[str, Any] = {**BUTTON_COLOR_TEST, **own, "action": "check", "name": ["First", "Second"]}
    answer = client.post("/autotunes?name=Address&action=save&variants-0-name=Address", data=data)
    address = answer.headers["Location"]
    shown = client.get(address).text
    assert "First" in shown and "Second" not in shown and "Address" not in shown
    press(client, address)
    assert upstream.posts[0].json["name"] == "First"


def test_the_csrf_token_counts_in_the_body_alone(client: FlaskClient) -> None:
    token = hidden(client.get("/autotunes/new").text, "csrf_token")
    answer = client.post(f"/autotunes?csrf_token={token}", data={**BUTTON_COLOR_TEST, "action": "check"})
    assert answer.status_code == 400 and "expired" in answer.text


def test_no_address_holds_a_secret_or_what_was_typed(client: FlaskClient, upstream: Upstream) -> None:
    address = fill_in(client, name="Secret plans").headers["Location"]
    assert re.fullmatch(r"/autotunes/[0-9a-f]+", address)
    press(client, address)
    for request in upstream.requests:
        assert CANARY not in request.path and "?" not in request.path
    for path in ("/autotunes/new", ready(client, name="Another")):
        page = client.get(path).text
        for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
            assert ' method="post"' in form or _asks_for_guesses_alone(form)


def _asks_for_guesses_alone(form: str) -> bool:
    """The numbers of a plan make an address that can be shared; nothing of the draft is in it."""
    return set(re.findall(r' name="([^"]+)"', form)) == {"visits", "rate", "lift", "days"}


def test_json_that_is_odd_stays_of_its_type(client: FlaskClient, upstream: Upstream) -> None:
    """A text that spells a number stays a text, true is not 1, and 1 is not 1.0 in words only."""
    press(client, ready(client, variants__0__json='["1", true, "true", 0, false, null, "null", ""]'))
    sent = upstream.posts[0].json["variants"][0]["json"]
    assert [(type(each), each) for each in sent] == [
        (str, "1"),
        (bool, True),
        (str, "true"),
        (int, 0),
        (bool, False),
        (type(None), None),
        (str, "null"),
        (str, ""),
    ]


def test_what_a_visitor_says_of_his_address_is_not_believed(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(
        PROXY_USER_HEADER="X-Auth-Email",
        PROXY_SECRET=PROXY_SECRET,
        PUBLIC_URL="https://desk.example.com",
        ALLOWED_EMAIL_DOMAINS="example.com",
    )
    client = app.test_client()
    claimed = {"X-Forwarded-For": "10.9.8.7", "X-Real-IP": "10.9.8.7", "Forwarded": "for=10.9.8.7"}
    known = {"X-Auth-Email": ANNA, "X-Desk-Proxy-Secret": PROXY_SECRET}
    where = {"base_url": "https://desk.example.com"}
    assert client.get("/", headers={**claimed, **known}, **where).status_code == 200
    assert client.get("/", headers=claimed, **where).status_code == 403
    (refused,) = [record for record in caplog.records if record.name == "webapp.security"]
    assert vars(refused)["remote"] == "127.0.0.1"
    assert "10.9.8.7" not in "".join(str(vars(record)) for record in caplog.records)


def test_forwarded_names_and_schemes_change_no_address(make_app: MakeApp) -> None:
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
    answer = app.test_client().get("/", headers=headers, base_url="https://desk.example.com")
    assert answer.status_code == 200 and "evil" not in answer.text + str(answer.headers)
    gone = app.test_client().get("/autotunes", headers=headers, base_url="https://desk.example.com")
    assert gone.headers["Location"] == "/"
