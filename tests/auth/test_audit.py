"""The security log: who, when, what and why, without secrets and form data."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ..conftest import Clock
from ..forms import fill_in, hidden
from .fixtures import ANNA, BEN, EVE, PROXY_SECRET, SECRET, authorize, log_in, logged_in, start_login

Lines = Callable[[], list[logging.LogRecord]]


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Lines:
    caplog.set_level(logging.DEBUG)
    return lambda: [record for record in caplog.records if record.name == "webapp.security"]


def _last(lines: Lines) -> dict[str, Any]:
    record = lines()[-1]
    return {name: getattr(record, name) for name in ("event", "who", "why", "when", "endpoint", "method", "remote")}


def test_login_and_logout_are_logged(with_login: Callable[..., Flask], lines: Lines) -> None:
    client = logged_in(with_login())
    login = _last(lines)
    assert (login["event"], login["who"], login["endpoint"]) == ("login", ANNA, "auth.callback")
    assert login["when"] == "2027-01-15T08:00:00+00:00"
    assert login["remote"] == "127.0.0.1"
    client.post("/logout", data={"csrf_token": hidden(client.get("/").text, "csrf_token")})
    assert (_last(lines)["event"], _last(lines)["who"]) == ("logout", ANNA)


def test_failed_logins_are_logged(with_login: Callable[..., Flask], lines: Lines) -> None:
    app = with_login()
    log_in(app.test_client(), EVE)
    assert _last(lines) | {"event": "login failed", "who": EVE, "why": "not allowed"} == _last(lines)
    client = app.test_client()
    client.get(authorize(start_login(client), "", action="deny"))
    assert (_last(lines)["event"], _last(lines)["why"]) == ("login failed", "denied")
    client.get("/login/callback?code=x&state=y")
    assert _last(lines)["why"] == "no such state"


def test_request_after_session_end_is_logged(with_login: Callable[..., Flask], lines: Lines, clock: Clock) -> None:
    client = logged_in(with_login())
    clock.forward(86400)
    client.post("/autotunes", data={"name": "Secret plans"})
    assert (_last(lines)["event"], _last(lines)["who"]) == ("session ended", ANNA)


def test_denied_requests_are_logged(with_login: Callable[..., Flask], client: FlaskClient, lines: Lines) -> None:
    client.get("/", headers={"Host": "evil.test"})
    assert (_last(lines)["event"], _last(lines)["why"]) == ("refused", "not by a name of this machine")
    client.get("/", headers={"X-Forwarded-For": "1.2.3.4"})
    assert _last(lines)["why"] == "through a proxy"
    client.post("/autotunes", headers={"Sec-Fetch-Site": "cross-site"})
    assert _last(lines)["why"] == "from another site by Sec-Fetch-Site"
    ben = logged_in(with_login(CREATORS=ANNA, WRITERS=ANNA), BEN)
    ben.get("/autotunes/new")
    assert (_last(lines)["who"], _last(lines)["why"]) == (BEN, "cannot write drafts")


def test_wrong_proxy_secret_is_logged_without_its_value(make_app: Callable[..., Flask], lines: Lines) -> None:
    app = make_app(PROXY_USER_HEADER="X-Auth-Email", PROXY_SECRET=PROXY_SECRET, PUBLIC_URL="http://localhost")
    app.test_client().get("/", headers={"X-Desk-Proxy-Secret": "a-guess", "X-Auth-Email": ANNA})
    assert _last(lines)["why"] == "a wrong proxy secret"
    assert "a-guess" not in str(lines()[-1].__dict__)


def test_no_secret_and_no_form_data_is_logged(
    with_login: Callable[..., Flask], caplog: pytest.LogCaptureFixture, clock: Clock
) -> None:
    caplog.set_level(logging.DEBUG, logger="webapp")
    client = logged_in(with_login())
    with client.session_transaction() as session:
        token = session["id"]
    fill_in(client, description="Secret plans")
    clock.forward(86400)
    client.post("/autotunes", data={"description": "Secret plans"})
    logged = "".join(str(record.__dict__) for record in caplog.records if record.name.startswith("webapp"))
    for secret in (token, SECRET, "Secret plans"):
        assert secret not in logged


def test_newline_in_a_request_forges_no_log_line(with_login: Callable[..., Flask], lines: Lines) -> None:
    client = with_login().test_client()
    client.get("/login/callback?error=x%0aINFO+login+anna&state=y")
    record = lines()[-1]
    assert "\n" not in record.getMessage()
    assert "\n" not in record.__dict__["why"]
