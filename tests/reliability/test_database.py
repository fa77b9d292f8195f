"""The database fails at any moment, or another process is faster: nothing is sent twice or lost."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from webapp.autotunes.states import CLAIM_SECONDS
from webapp.store import AutotuneRecord, queries

from ..conftest import Clock
from ..forms import BUTTON_COLOR_TEST, click_create, fill_in, hidden, ready
from .conftest import OpenApp, autotune_json, wait_for_reads
from .faulty_statsig import Fault, FaultyStatsig, after, serve_faulty_statsig
from .test_create import BUSY, CREATED, NAME_TAKEN_SINCE, create_form, send

# Triggers that act as another process between a read and a write, or as a full disk; `first()` is true once.
TAKE_THE_ID = """BEFORE UPDATE OF reserved_id ON autotunes WHEN NEW.reserved_id IS NOT NULL
    BEGIN UPDATE autotunes SET reserved_id = NEW.reserved_id WHERE name = 'Another'; END"""
TAKE_THE_FORM_TOKEN = """BEFORE INSERT ON autotunes WHEN first()
    BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: autotunes.form_token'); END"""
FULL_BEFORE_POST = """BEFORE UPDATE OF claimed_at ON autotunes WHEN OLD.state = 'sending'
    BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"""
FULL_AFTER_POST = """BEFORE UPDATE OF state ON autotunes WHEN OLD.state = 'sending'
    BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"""
FULL_ONCE_AFTER_POST = FULL_AFTER_POST.replace("'sending'", "'sending' AND first()")


@pytest.fixture
def faulty_statsig() -> Iterator[FaultyStatsig]:
    with serve_faulty_statsig() as faulty_statsig:
        yield faulty_statsig


@pytest.fixture
def app(open_app: OpenApp, faulty_statsig: FaultyStatsig) -> Flask:
    return open_app(faulty_statsig.url, CREATE_SLOTS="1")


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def execute_in_file(app: Flask, statement: str) -> None:
    """Executes the statement as another process would."""
    with closing(sqlite3.connect(app.extensions["services"].settings.data_dir / "desk.db")) as connection, connection:
        connection.execute(statement)


def add_trigger(app: Flask, trigger: str) -> None:
    first = iter([True])
    engine = app.extensions["services"].store.engine
    event.listen(engine, "checkout", lambda dbapi, *_: dbapi.create_function("first", 0, lambda: next(first, False)))
    execute_in_file(app, f"CREATE TRIGGER injected {trigger}")


def drop_trigger(app: Flask) -> None:
    execute_in_file(app, "DROP TRIGGER injected")


def row(app: Flask, address: str) -> AutotuneRecord:
    with app.extensions["services"].store.read() as session:
        record = queries.get(session, address.rpartition("/")[2])
    assert record
    return record


def history(client: FlaskClient, address: str) -> str:
    return str(autotune_json(client, address)["history"])


def after_rollback(app: Flask, action: Callable[[], None]) -> None:
    """Does the action once, as soon as a failed transaction is rolled back."""
    failed, done = threading.Event(), threading.Event()
    engine = app.extensions["services"].store.engine

    def rolled_back(*_: Any) -> None:
        if failed.is_set() and not done.is_set():
            done.set()
            action()

    event.listen(engine, "handle_error", lambda _: failed.set())
    event.listen(engine, "checkin", rolled_back)


def test_id_reserved_by_another_process_is_taken(
    app: Flask, client: FlaskClient, faulty_statsig: FaultyStatsig
) -> None:
    address = ready(client)
    ready(client, name="Another")
    add_trigger(app, TAKE_THE_ID)
    assert NAME_TAKEN_SINCE in click_create(client, address).text
    assert faulty_statsig.posts == [] and row(app, address).state == "draft"
    assert "Not sent: the name is taken" in history(client, address)
    drop_trigger(app)
    assert "Created in Statsig" in click_create(client, ready(client)).text  # the only slot is free again


def test_taken_name_is_the_only_error(app: Flask, client: FlaskClient) -> None:
    """An earlier message, that the desk is busy, is gone."""
    creates, address = app.extensions["services"].creates, ready(client)
    ready(client, name="Another")
    creates.acquire()
    assert BUSY in click_create(client, address).text
    creates.release()
    add_trigger(app, TAKE_THE_ID)
    page = click_create(client, address).text
    assert NAME_TAKEN_SINCE in page and BUSY not in client.get(f"{address}/edit").text
    drop_trigger(app)


def test_concurrent_change_is_kept(app: Flask, client: FlaskClient, faulty_statsig: FaultyStatsig) -> None:
    address = ready(client)
    ready(client, name="Another")
    add_trigger(app, TAKE_THE_ID)
    after_rollback(app, lambda: execute_in_file(app, "UPDATE autotunes SET version = 7"))
    click_create(client, address)
    assert faulty_statsig.posts == [] and (row(app, address).state, row(app, address).version) == ("ready", 7)
    assert "the name is taken" not in history(client, address)


@pytest.mark.parametrize("action", ["save", "check"])
def test_same_form_submitted_twice_at_once_is_one_autotune(app: Flask, client: FlaskClient, action: str) -> None:
    page = client.get("/autotunes/new").text
    form = {**BUTTON_COLOR_TEST, "action": action}
    form |= {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    add_trigger(app, TAKE_THE_FORM_TOKEN)
    address = client.post("/autotunes", data=form).headers["Location"]
    assert client.post("/autotunes", data=form).headers["Location"] == address
    assert row(app, address).state == {"save": "draft", "check": "ready"}[action]
    assert history(client, address).count("Created the draft") == 1


def test_full_database_before_the_post_sends_nothing(
    app: Flask, client: FlaskClient, faulty_statsig: FaultyStatsig, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    address = ready(client)
    add_trigger(app, FULL_BEFORE_POST)
    click_create(client, address)
    drop_trigger(app)
    assert faulty_statsig.posts == [] and row(app, address).state == "sending"
    assert "create failed unexpectedly" in caplog.text
    clock.forward(CLAIM_SECONDS + 1)
    client.get(f"{address}.json")
    assert row(app, address).state == "unknown"
    assert "Created in Statsig" in click_create(client, ready(client, name="Next")).text  # the only slot is free again


@pytest.mark.parametrize(("trigger", "state"), [(FULL_AFTER_POST, "sending"), (FULL_ONCE_AFTER_POST, "created")])
def test_outcome_that_cannot_be_recorded_is_looked_up(
    app: Flask, client: FlaskClient, faulty_statsig: FaultyStatsig, clock: Clock, trigger: str, state: str
) -> None:
    address = ready(client)
    add_trigger(app, trigger)
    click_create(client, address)
    wait_for_create_slot(app)
    assert row(app, address).state == state
    drop_trigger(app)
    clock.forward(CLAIM_SECONDS + 1)
    client.get(f"{address}.json")
    wait_for_reads(app.extensions["services"])
    assert row(app, address).state == "created" and len(faulty_statsig.posts) == 1


def wait_for_create_slot(app: Flask) -> None:
    slots = app.extensions["services"].creates
    while not slots.acquire():
        time.sleep(0.01)
    slots.release()


def test_changed_version_has_no_busy_message(app: Flask, client: FlaskClient, faulty_statsig: FaultyStatsig) -> None:
    address, other = ready(client), ready(client, name="Another")
    old = create_form(client, other)
    fill_in(client, path=f"{other}/edit", name="Another", description="Changed")
    proceed, arrived = threading.Event(), threading.Event()
    faulty_statsig.faults["POST"] = Fault(after(proceed, CREATED))
    faulty_statsig.on_request = lambda request: arrived.set() if request.method == "POST" else None
    create_thread = threading.Thread(target=click_create, args=(app.test_client(), address))
    create_thread.start()
    try:
        assert arrived.wait(10)
        page = send(client, other, old).text
        assert "Changed" in page and row(app, other).status_message == ""
        assert BUSY not in history(client, other)
    finally:
        proceed.set()
        create_thread.join()


def test_page_with_a_full_database_shows_the_last_state(
    app: Flask, client: FlaskClient, faulty_statsig: FaultyStatsig, clock: Clock
) -> None:
    address = ready(client)
    add_trigger(app, FULL_AFTER_POST)
    click_create(client, address)
    wait_for_create_slot(app)
    clock.forward(CLAIM_SECONDS + 1)
    page = client.get(address)
    assert len(faulty_statsig.posts) == 1
    assert page.status_code == 200 and "Creating" in page.text
    assert "Nothing was sent" not in page.text and "ot created" not in page.text
    drop_trigger(app)


@pytest.fixture
def broken_client(app: Flask, client: FlaskClient) -> FlaskClient:
    """A browser of a desk that cannot read its projects from the database."""
    client.get("/autotunes/new")
    execute_in_file(app, "ALTER TABLE keys RENAME TO gone")
    return client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nosuch", 404), ("DELETE", "/autotunes", 405), ("GET", "/autotunes/new", 503)],
)
def test_error_pages_work_without_the_database(broken_client: FlaskClient, method: str, path: str, status: int) -> None:
    response = broken_client.open(path, method=method)
    assert response.status_code == status
    assert "Content-Security-Policy" in response.headers
    assert "Nothing was sent" not in response.text


def test_expired_form_keeps_its_input_without_the_database(broken_client: FlaskClient) -> None:
    response = broken_client.post("/autotunes", data={**BUTTON_COLOR_TEST, "description": "Precious"})
    assert response.status_code == 503 and "Precious" in response.text


def test_large_request_is_rejected_without_the_database(broken_client: FlaskClient) -> None:
    assert broken_client.post("/autotunes", data={"name": "x" * 2_200_000}).status_code == 413


def test_create_during_shutdown_sends_nothing(
    app: Flask, client: FlaskClient, faulty_statsig: FaultyStatsig, clock: Clock
) -> None:
    address, services = ready(client), app.extensions["services"]
    form = create_form(client, address)
    services.creates.close()
    assert send(client, address, form).status_code == 500
    assert services.creates.acquire() and faulty_statsig.posts == []
    clock.forward(CLAIM_SECONDS + 1)
    client.get(address)
    assert row(app, address).state == "unknown"
