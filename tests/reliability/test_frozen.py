"""PostgreSQL freezes, or someone else locks a row: no request waits long, and nothing is lost."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, make_url, text

from ..forms import BUTTON_COLOR_TEST, ready
from .conftest import OpenApp
from .faulty_statsig import FaultyStatsig
from .relay import Relay, relaying
from .test_create import create_form, send
from .test_postgres import app, client, database, edit_form, faulty_statsig  # noqa: F401
from .test_postgres import pytestmark as needs_postgres

pytestmark = [needs_postgres, pytest.mark.slow]

MAX_SECONDS = 6.0  # for a response


@pytest.fixture
def relay(database: str) -> Iterator[Relay]:  # noqa: F811
    address = make_url(database)
    assert address.host and address.port
    with relaying(address.host, address.port) as relay:
        yield relay


@pytest.fixture
def app_behind_relay(open_app: OpenApp, faulty_statsig: FaultyStatsig, database: str, relay: Relay) -> Flask:  # noqa: F811
    """An app that reaches PostgreSQL through the relay."""
    url = make_url(database).set(host="127.0.0.1", port=relay.port).render_as_string(hide_password=False)
    return open_app(faulty_statsig.url, DATABASE_URL=url)


def test_frozen_server_fails_in_time_and_recovers(app_behind_relay: Flask, relay: Relay) -> None:
    client = app_behind_relay.test_client()  # noqa: F811
    address = ready(client)
    hidden_fields = edit_form(client, address)
    relay.freeze()
    for path in ("/healthz", "/", address, f"{address}/edit", "/autotunes/new"):
        time.sleep(1.0 if path == address else 0)  # after the pause in which requests fail at once
        start = time.monotonic()
        assert client.get(path).status_code == 503, path
        assert time.monotonic() - start < MAX_SECONDS, path
    time.sleep(1.0)
    start = time.monotonic()
    form = {**BUTTON_COLOR_TEST, **hidden_fields, "action": "check", "description": "Precious"}
    response = client.post(f"{address}/edit", data=form)
    assert time.monotonic() - start < MAX_SECONDS
    assert response.status_code == 503 and "Precious" in response.text
    relay.thaw()
    wait_until(lambda: client.get("/healthz").status_code == 200)
    assert client.post(f"{address}/edit", data=form).status_code == 303
    assert "Precious" in client.get(address).text


def wait_until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not done():
        assert time.monotonic() < end
        time.sleep(0.1)


@contextmanager
def stopped_backends(app: Flask) -> Iterator[None]:  # noqa: F811
    """Stops the server's processes for the desk's connections."""
    engine = app.extensions["services"].store.engine
    with engine.connect() as connection:
        pids = connection.execute(text(BACKEND_PIDS)).scalars().all()
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


BACKEND_PIDS = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"


def test_frozen_connection_is_discarded(app: Flask, client: FlaskClient) -> None:  # noqa: F811
    address = ready(client)
    with stopped_backends(app):
        start = time.monotonic()
        assert client.get("/healthz").status_code == 503
        assert time.monotonic() - start < MAX_SECONDS
        wait_until(lambda: client.get("/healthz").status_code == 200)  # by a new connection
        assert client.get(address).status_code == 200


@contextmanager
def locked(database: str, statement: str) -> Iterator[None]:  # noqa: F811
    engine = create_engine(database)
    with engine.connect() as connection:
        connection.execute(text(statement))
        yield
    engine.dispose()


@pytest.mark.parametrize("statement", ["SELECT * FROM autotunes FOR UPDATE", "LOCK TABLE autotunes IN SHARE MODE"])
def test_locked_row_fails_in_time_and_loses_nothing(
    app: Flask,  # noqa: F811
    client: FlaskClient,  # noqa: F811
    faulty_statsig: FaultyStatsig,  # noqa: F811
    database: str,  # noqa: F811
    statement: str,
) -> None:
    address = ready(client)
    hidden_fields, create_fields = edit_form(client, address), create_form(client, address)
    form = {**BUTTON_COLOR_TEST, **hidden_fields, "action": "check", "description": "Precious"}
    with locked(database, statement):
        assert client.get(address).status_code == client.get("/healthz").status_code == 200
        start = time.monotonic()
        response = client.post(f"{address}/edit", data=form)
        assert time.monotonic() - start < MAX_SECONDS and response.status_code == 503 and "Precious" in response.text
        start = time.monotonic()
        send(client, address, create_fields)
        assert time.monotonic() - start < MAX_SECONDS and faulty_statsig.posts == []
    assert client.post(f"{address}/edit", data=form).status_code == 303


def test_slow_query_ends_by_the_statement_timeout(app: Flask) -> None:  # noqa: F811
    start = time.monotonic()
    with pytest.raises(Exception, match="statement timeout"), app.extensions["services"].store.read() as session:
        session.execute(text("SELECT pg_sleep(30)"))
    assert time.monotonic() - start < MAX_SECONDS
