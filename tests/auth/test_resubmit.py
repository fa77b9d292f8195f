"""A session that ends in the middle of a form loses nothing."""

from collections.abc import Callable
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from webapp.autotunes.services import Services

from ..conftest import Clock
from ..forms import BUTTON_COLOR_TEST, fill_in, hidden, initial_values, press, ready
from ..upstream import Upstream
from .fixtures import ANNA, BEN, log_in, logged_in

DAY = 24 * 3600.0
TYPED = BUTTON_COLOR_TEST | {"description": "Typed with care.\r\n<b>Twice</b> & more “é”", "variants-1-json": '{"half'}


@pytest.fixture
def app(with_login: Callable[..., Flask]) -> Flask:
    return with_login()


def _opened(client: FlaskClient, path: str = "/autotunes/new") -> dict[str, str]:
    page = client.get(path).text
    return {name: hidden(page, name) for name in ("csrf_token", "token", "version")}


def _send(client: FlaskClient, own: dict[str, str], path: str = "/autotunes", **changed: str) -> TestResponse:
    return client.post(path, data={**own, **TYPED, "action": "check", **changed})


def _shows(page: str, description: str = "&lt;b&gt;Twice&lt;/b&gt; &amp; more “é”") -> None:
    assert 'value="Button Color Test"' in page
    assert description in page
    assert "{&#34;half" in page
    assert 'value="click"' in page


def _back(client: FlaskClient, actor: str = ANNA) -> TestResponse:
    """Logs in and follows to where that leads."""
    response = log_in(client, actor)
    return client.get(response.headers["Location"], follow_redirects=True)


@pytest.mark.parametrize("action", ["check", "save", "add", "remove-0"])
def test_a_new_form_is_kept_and_is_back_after_the_login(app: Flask, clock: Clock, action: str) -> None:
    client = logged_in(app)
    own = _opened(client)
    clock.forward(2 * 3600)
    response = _send(client, own, action=action)
    assert response.status_code == 401
    assert "What you typed is kept" in response.text
    page = _back(client)
    assert page.request.path.endswith("/edit")
    assert "You are logged in again, and what you typed is back" in page.text
    _shows(page.text)
    assert "saved as a draft" in client.get(page.request.path.removesuffix("/edit")).text


def test_an_empty_form_whose_session_had_ended_is_not_stored(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    sent = initial_values(client.get("/autotunes/new").text)
    clock.forward(2 * 3600)
    client.post("/autotunes", data={**sent, "action": "save"})
    page = _back(client)
    assert page.request.path == "/autotunes/new"
    assert "what you typed is back" not in page.text
    assert "No autotunes yet" in client.get("/").text


def test_nothing_is_stored_as_an_autotune_before_the_login(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    own = _opened(client)
    clock.forward(2 * 3600)
    _send(client, own)
    assert "No autotunes yet" in logged_in(app, BEN).get("/").text


def test_a_form_that_is_sent_twice_is_one_draft(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    own = _opened(client)
    clock.forward(2 * 3600)
    _send(client, own)
    _send(client, own, successEvent="purchase")
    page = _back(client)
    assert 'value="purchase"' in page.text
    assert "1 autotune<" in client.get("/").text


def test_several_tabs_are_several_drafts(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    tabs = [_opened(client) for _ in range(3)]
    clock.forward(2 * 3600)
    for place, own in enumerate(tabs):
        _send(client, own, name=f"Tab {place}")
    page = _back(client)
    assert "the last of 3 drafts" in page.text
    listing = client.get("/").text
    assert all(f"Tab {place}" in listing for place in range(3))


def test_an_edit_is_back_at_its_address(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    address = ready(client)
    own = _opened(client, f"{address}/edit")
    clock.forward(2 * 3600)
    _send(client, own, f"{address}/edit")
    page = _back(client)
    assert page.request.path == f"{address}/edit"
    _shows(page.text)


def test_an_edit_of_what_changed_meanwhile_becomes_a_draft_of_its_own(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    address = ready(client)
    own = _opened(client, f"{address}/edit")
    clock.forward(2 * 3600)
    _send(client, own, f"{address}/edit")
    fill_in(logged_in(app, BEN), path=f"{address}/edit", description="Ben was here")
    page = _back(client)
    assert "a draft of its own" in page.text
    _shows(page.text)
    assert "Ben was here" in client.get(address).text


def test_an_edit_of_what_was_created_meanwhile_too(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    address = ready(client)
    own = _opened(client, f"{address}/edit")
    clock.forward(2 * 3600)
    _send(client, own, f"{address}/edit")
    press(logged_in(app, BEN), address)
    page = _back(client)
    assert page.request.path != f"{address}/edit"
    _shows(page.text)


def test_somebody_else_who_logs_in_there_does_not_get_it(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    own = _opened(client)
    clock.forward(2 * 3600)
    _send(client, own)
    assert log_in(client, BEN).headers["Location"] == "/"
    assert "No autotunes yet" in client.get("/autotunes/restore", follow_redirects=True).text
    _shows(_back(app.test_client()).text)


def test_it_is_given_back_once(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    own = _opened(client)
    clock.forward(2 * 3600)
    _send(client, own)
    _back(client)
    assert log_in(app.test_client()).headers["Location"] == "/"


def test_after_logging_out_in_another_tab_it_stays_on_the_page(app: Flask) -> None:
    client = logged_in(app)
    own = _opened(client)
    client.post("/logout", data={"csrf_token": own["csrf_token"]})
    response = _send(client, own)
    assert response.status_code == 401
    assert "still on this page" in response.text
    _goes_on(client, response)


def test_without_a_good_token_it_stays_on_the_page(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    own = _opened(client)
    clock.forward(2 * 3600)
    response = _send(client, own | {"csrf_token": "x"})
    assert response.status_code == 401
    assert log_in(app.test_client()).headers["Location"] == "/"
    _goes_on(client, response)


def _goes_on(client: FlaskClient, response: TestResponse) -> None:
    """What the page holds is what was typed, and the form shows it again."""
    root = html5lib.parse(response.text, namespaceHTMLElements=False)
    kept = {e.get("name"): e.get("value") for e in root.iter("input")}
    assert {name: kept[name].replace("\n", "\r\n").replace("\r\r\n", "\r\n") for name in TYPED} == TYPED
    log_in(client)
    again = client.post("/autotunes", data=kept)
    assert "What you typed is still here: press the button again" in again.text
    _shows(again.text)


def test_more_than_twenty_forms_stay_on_their_pages(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    own = _opened(client)
    clock.forward(2 * 3600)
    said = [_send(client, own | {"token": f"form-{place}"}).text for place in range(22)]
    assert sum("What you typed is kept" in page for page in said) == 20
    assert "still on this page" in said[-1]


def test_a_form_waits_a_week(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    own = _opened(client)
    clock.forward(2 * 3600)
    _send(client, own)
    clock.forward(6 * DAY)
    _shows(_back(app.test_client()).text)


def test_after_a_week_a_form_is_forgotten(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    own = _opened(client)
    clock.forward(2 * 3600)
    _send(client, own)
    clock.forward(7 * DAY + 1)
    logged_in(app)
    with app.extensions["services"].store.read() as session:
        assert session.execute(text("SELECT count(*) FROM pending_forms")).scalar() == 0


def test_a_stranger_with_no_session_makes_the_server_keep_nothing(app: Flask) -> None:
    stranger = app.test_client()
    stranger.get("/")
    assert _send(stranger, {"csrf_token": "x", "token": "t", "version": "0"}).status_code == 401
    services: Services = app.extensions["services"]
    with services.store.read() as session:
        assert session.execute(text("SELECT count(*) FROM pending_forms")).scalar() == 0


def test_a_press_that_comes_too_late_sends_nothing_and_leads_back_to_the_page(
    app: Flask, clock: Clock, upstream: Upstream
) -> None:
    client = logged_in(app)
    address = ready(client)
    page = client.get(address).text
    upstream.requests.clear()  # the review looked up the name
    clock.forward(2 * 3600)
    data = {name: hidden(page, name) for name in ("csrf_token", "version")}
    response = client.post(f"{address}/create", data=data)
    assert response.status_code == 401
    assert "nothing was sent" in response.text
    assert log_in(client).headers["Location"] == address
    assert upstream.requests == []


def test_a_reason_that_comes_too_late_is_not_lost(with_login: Callable[..., Flask], clock: Clock) -> None:
    app = with_login(REQUIRE_APPROVAL="1")
    address = ready(logged_in(app))
    ben = logged_in(app, BEN)
    page = ben.get(address).text
    clock.forward(2 * 3600)
    data = {name: hidden(page, name) for name in ("csrf_token", "version")}
    response = ben.post(f"{address}/reject", data=data | {"reason": "My careful words"})
    assert response.status_code == 401
    assert 'name="reason" value="My careful words"' in response.text


@pytest.mark.parametrize("path", ["/autotunes", "/autotunes/0123456789ab/edit"])
def test_a_database_that_is_away_leaves_it_on_the_page(app: Flask, path: str) -> None:
    client = logged_in(app)
    own = _opened(client)
    services: Services = app.extensions["services"]
    with services.store.write() as session:
        session.execute(text("ALTER TABLE sessions RENAME TO gone"))
    response = _send(client, own, path)
    assert response.status_code == 503
    assert "Nothing was sent. What you typed is still on this page" in response.text
    assert "Typed with care." in response.text
    assert client.get("/").status_code == 503


def test_a_database_that_only_reads_turns_nobody_away(app: Flask, clock: Clock, caplog: Any) -> None:
    client = logged_in(app)
    clock.forward(300)
    services: Services = app.extensions["services"]
    with services.store.write() as session:
        session.execute(text("CREATE TRIGGER no BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'read only'); END"))
    assert client.get("/").status_code == 200
    assert "the use of a session was not noted" in caplog.text


def test_a_database_that_takes_nothing_leaves_a_late_form_on_the_page(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    own = _opened(client)
    clock.forward(2 * 3600)
    services: Services = app.extensions["services"]
    with services.store.write() as session:
        session.execute(text("CREATE TRIGGER no BEFORE INSERT ON pending_forms BEGIN SELECT RAISE(ABORT, 'full'); END"))
    assert "still on this page" in _send(client, own).text
