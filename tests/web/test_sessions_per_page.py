"""A page opens at most two database sessions: one to find its autotune, one for everything else that it shows."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from webapp.autotunes.services import Services

from ..forms import click_create, fill_in, ready

MAX_SESSIONS = 2


def _draft_with_errors(client: FlaskClient) -> str:
    return str(fill_in(client, "save", successEvent="").headers["Location"])


def _name_taken(client: FlaskClient) -> str:
    click_create(client, ready(client, name="Taken"))
    response = fill_in(client, name="Taken")
    return response.text.split(' action="')[1].split("/edit")[0]


def _created(client: FlaskClient) -> str:
    address = ready(client)
    click_create(client, address)
    return address


def _unconfirmed(client: FlaskClient) -> str:
    address = ready(client, name="Sandbox garbled")
    click_create(client, address)
    return address


STATES = {
    "draft": _draft_with_errors,
    "draft whose name is taken": _name_taken,
    "ready": ready,
    "created": _created,
    "unconfirmed": _unconfirmed,
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("page", ["", ".json", "/edit", "/forecast"])
def test_page_of_an_autotune_opens_at_most_two_sessions(make_app: Callable[..., Flask], state: str, page: str) -> None:
    app = make_app()
    client = app.test_client()
    address = STATES[state](client)
    assert 0 < _sessions(app, client, f"{address}{page}") <= MAX_SESSIONS


@pytest.mark.parametrize("page", ["/", "/?q=button", "/?state=ready", "/autotunes/new", "/autotunes/new?name=A"])
def test_page_without_an_autotune_opens_at_most_two_sessions(make_app: Callable[..., Flask], page: str) -> None:
    app = make_app()
    client = app.test_client()
    ready(client)
    assert 0 < _sessions(app, client, page) <= MAX_SESSIONS


def _sessions(app: Flask, client: FlaskClient, page: str) -> int:
    """How many transactions begin in the thread of the request. Reads of Statsig run in other threads."""
    services: Services = app.extensions["services"]
    threads: list[int] = []
    event.listen(services.store.engine, "begin", lambda _: threads.append(threading.get_ident()))
    client.get(page)
    return threads.count(threading.get_ident())
