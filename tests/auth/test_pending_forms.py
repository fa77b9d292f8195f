"""A form that is submitted after its session has ended is not lost."""

from collections.abc import Callable
from typing import Any

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from webapp.autotunes.services import Services

from ..conftest import CANARY, Clock
from ..fake_statsig import FakeStatsig
from ..forms import BUTTON_COLOR_TEST, click_create, fill_in, hidden, initial_values, ready
from ..list_page import names
from .fixtures import ANNA, BEN, log_in, logged_in

DAY = 24 * 3600.0
FORM = BUTTON_COLOR_TEST | {"description": "Typed with care.\r\n<b>Twice</b> & more “é”", "variants-1-json": '{"half'}


@pytest.fixture
def app(with_login: Callable[..., Flask]) -> Flask:
    return with_login()


def _open_form(client: FlaskClient, path: str = "/autotunes/new") -> dict[str, str]:
    page = client.get(path).text
    return {name: hidden(page, name) for name in ("csrf_token", "token", "version")}


def _submit(
    client: FlaskClient, hidden_fields: dict[str, str], path: str = "/autotunes", **changed: str
) -> TestResponse:
    return client.post(path, data={**hidden_fields, **FORM, "action": "check", **changed})


def _assert_restored(page: str, description: str = "&lt;b&gt;Twice&lt;/b&gt; &amp; more “é”") -> None:
    assert 'value="Button Color Test"' in page
    assert description in page
    assert "{&#34;half" in page
    assert 'value="click"' in page


def _log_in_and_follow(client: FlaskClient, actor: str = ANNA) -> TestResponse:
    """The page after the login."""
    response = log_in(client, actor)
    return client.get(response.headers["Location"], follow_redirects=True)


@pytest.mark.parametrize("action", ["check", "save", "add", "remove-0"])
def test_new_form_sent_after_session_end_is_restored_after_login(app: Flask, clock: Clock, action: str) -> None:
    client = logged_in(app)
    hidden_fields = _open_form(client)
    clock.forward(2 * 3600)
    response = _submit(client, hidden_fields, action=action)
    assert response.status_code == 401
    assert "What you typed is saved" in response.text
    page = _log_in_and_follow(client)
    assert page.request.path.endswith("/edit")
    assert "What you typed is saved as a draft" in page.text
    _assert_restored(page.text)
    assert "saved as a draft" in client.get(page.request.path.removesuffix("/edit")).text


def test_untouched_form_is_not_restored(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    data = initial_values(client.get("/autotunes/new").text)
    clock.forward(2 * 3600)
    client.post("/autotunes", data={**data, "action": "save"})
    page = _log_in_and_follow(client)
    assert page.request.path == "/autotunes/new"
    assert "What you typed is saved" not in page.text
    assert "No autotunes yet" in client.get("/").text


def test_pending_form_is_no_draft_before_login(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    hidden_fields = _open_form(client)
    clock.forward(2 * 3600)
    _submit(client, hidden_fields)
    assert "No autotunes yet" in logged_in(app, BEN).get("/").text


def test_form_sent_twice_is_restored_once(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    hidden_fields = _open_form(client)
    clock.forward(2 * 3600)
    _submit(client, hidden_fields)
    _submit(client, hidden_fields, successEvent="purchase")
    page = _log_in_and_follow(client)
    assert 'value="purchase"' in page.text
    assert len(names(client.get("/").text)) == 1


def test_forms_of_several_tabs_become_several_drafts(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    tabs = [_open_form(client) for _ in range(3)]
    clock.forward(2 * 3600)
    for number, hidden_fields in enumerate(tabs):
        _submit(client, hidden_fields, name=f"Tab {number}")
    page = _log_in_and_follow(client)
    assert "saved as 3 drafts" in page.text
    listing = client.get("/").text
    assert all(f"Tab {number}" in listing for number in range(3))


def test_edit_is_restored_at_its_address(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    address = ready(client)
    hidden_fields = _open_form(client, f"{address}/edit")
    clock.forward(2 * 3600)
    _submit(client, hidden_fields, f"{address}/edit")
    page = _log_in_and_follow(client)
    assert page.request.path == f"{address}/edit"
    _assert_restored(page.text)


def test_edit_of_a_changed_autotune_becomes_a_separate_draft(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    address = ready(client)
    hidden_fields = _open_form(client, f"{address}/edit")
    clock.forward(2 * 3600)
    _submit(client, hidden_fields, f"{address}/edit")
    fill_in(logged_in(app, BEN), path=f"{address}/edit", description="Ben was here")
    page = _log_in_and_follow(client)
    assert "a separate draft" in page.text
    _assert_restored(page.text)
    assert "Ben was here" in client.get(address).text


def test_edit_of_a_created_autotune_becomes_a_separate_draft(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    address = ready(client)
    hidden_fields = _open_form(client, f"{address}/edit")
    clock.forward(2 * 3600)
    _submit(client, hidden_fields, f"{address}/edit")
    click_create(logged_in(app, BEN), address)
    page = _log_in_and_follow(client)
    assert page.request.path != f"{address}/edit"
    _assert_restored(page.text)


def test_pending_form_is_not_shown_to_another_user(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    hidden_fields = _open_form(client)
    clock.forward(2 * 3600)
    _submit(client, hidden_fields)
    assert log_in(client, BEN).headers["Location"] == "/autotunes"  # which leads to the list
    assert "No autotunes yet" in client.get("/autotunes/restore", follow_redirects=True).text
    _assert_restored(_log_in_and_follow(app.test_client()).text)


def test_pending_form_is_restored_once(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    hidden_fields = _open_form(client)
    clock.forward(2 * 3600)
    _submit(client, hidden_fields)
    _log_in_and_follow(client)
    assert log_in(app.test_client()).headers["Location"] == "/"


def test_form_sent_after_logout_can_be_resubmitted(app: Flask) -> None:
    client = logged_in(app)
    hidden_fields = _open_form(client)
    client.post("/logout", data={"csrf_token": hidden_fields["csrf_token"]})
    response = _submit(client, hidden_fields)
    assert response.status_code == 401
    assert "still on this page" in response.text
    _assert_resubmittable(client, response)


def test_pasted_request_can_be_resubmitted_without_its_key(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    token = hidden(client.get("/autotunes/paste").text, "csrf_token")
    clock.forward(2 * 3600)
    text = f"curl x -H 'STATSIG-API-KEY: {CANARY}' -d '{{\"name\": 1}}'"
    response = client.post("/autotunes/paste", data={"csrf_token": token, "pasted_request": text})
    assert response.status_code == 401 and "{&#34;name&#34;: 1}" in response.text


def test_form_without_a_valid_csrf_token_can_be_resubmitted(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    hidden_fields = _open_form(client)
    clock.forward(2 * 3600)
    response = _submit(client, hidden_fields | {"csrf_token": "x"})
    assert response.status_code == 401
    assert log_in(app.test_client()).headers["Location"] == "/"
    _assert_resubmittable(client, response)


def _assert_resubmittable(client: FlaskClient, response: TestResponse) -> None:
    """The page contains the form, and submitting it shows the form again."""
    root = html5lib.parse(response.text, namespaceHTMLElements=False)
    fields = {e.get("name"): e.get("value") for e in root.iter("input")}
    assert {name: fields[name].replace("\n", "\r\n").replace("\r\r\n", "\r\n") for name in FORM} == FORM
    log_in(client)
    shown_again = client.post("/autotunes", data=fields)
    assert "What you typed is still here: try again" in shown_again.text
    _assert_restored(shown_again.text)


def test_form_beyond_the_twentieth_can_be_resubmitted(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    hidden_fields = _open_form(client)
    clock.forward(2 * 3600)
    pages = [_submit(client, hidden_fields | {"token": f"form-{number}"}).text for number in range(22)]
    assert sum("What you typed is saved" in page for page in pages) == 20
    assert "still on this page" in pages[-1]


def test_pending_form_is_kept_for_a_week(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    hidden_fields = _open_form(client)
    clock.forward(2 * 3600)
    _submit(client, hidden_fields)
    clock.forward(6 * DAY)
    _assert_restored(_log_in_and_follow(app.test_client()).text)


def test_pending_form_is_deleted_after_a_week(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    hidden_fields = _open_form(client)
    clock.forward(2 * 3600)
    _submit(client, hidden_fields)
    clock.forward(7 * DAY + 1)
    logged_in(app)
    with app.extensions["services"].store.read() as session:
        assert session.execute(text("SELECT count(*) FROM pending_forms")).scalar() == 0


def test_form_without_a_session_is_not_stored(app: Flask) -> None:
    anonymous = app.test_client()
    anonymous.get("/")
    assert _submit(anonymous, {"csrf_token": "x", "token": "t", "version": "0"}).status_code == 401
    services: Services = app.extensions["services"]
    with services.store.read() as session:
        assert session.execute(text("SELECT count(*) FROM pending_forms")).scalar() == 0


def test_create_after_session_end_sends_nothing_and_returns_to_the_page(
    app: Flask, clock: Clock, fake_statsig: FakeStatsig
) -> None:
    client = logged_in(app)
    address = ready(client)
    page = client.get(address).text
    fake_statsig.requests.clear()  # the review looked up the name
    clock.forward(2 * 3600)
    data = {name: hidden(page, name) for name in ("csrf_token", "version")}
    response = client.post(f"{address}/create", data=data)
    assert response.status_code == 401
    assert "nothing was sent" in response.text
    assert fake_statsig.requests == []
    assert _log_in_and_follow(client).request.path == address
    assert fake_statsig.posts == []


def test_rejection_after_session_end_can_be_resubmitted(with_login: Callable[..., Flask], clock: Clock) -> None:
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
def test_form_sent_while_the_database_is_down_can_be_resubmitted(app: Flask, path: str) -> None:
    client = logged_in(app)
    hidden_fields = _open_form(client)
    services: Services = app.extensions["services"]
    with services.store.write() as session:
        session.execute(text("ALTER TABLE sessions RENAME TO gone"))
    response = _submit(client, hidden_fields, path)
    assert response.status_code == 503
    assert "Nothing was sent. What you typed is still on this page" in response.text
    assert "Typed with care." in response.text
    assert client.get("/").status_code == 503


def test_read_only_database_keeps_users_logged_in(app: Flask, clock: Clock, caplog: Any) -> None:
    client = logged_in(app)
    clock.forward(300)
    services: Services = app.extensions["services"]
    with services.store.write() as session:
        session.execute(text("CREATE TRIGGER no BEFORE UPDATE ON sessions BEGIN SELECT RAISE(ABORT, 'read only'); END"))
    assert client.get("/").status_code == 200
    assert "the last use of a session was not stored" in caplog.text


def test_pending_form_that_cannot_be_stored_can_be_resubmitted(app: Flask, clock: Clock) -> None:
    client = logged_in(app)
    hidden_fields = _open_form(client)
    clock.forward(2 * 3600)
    services: Services = app.extensions["services"]
    with services.store.write() as session:
        session.execute(text("CREATE TRIGGER no BEFORE INSERT ON pending_forms BEGIN SELECT RAISE(ABORT, 'full'); END"))
    assert "still on this page" in _submit(client, hidden_fields).text
