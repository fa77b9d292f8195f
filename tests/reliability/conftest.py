"""A desk in front of a faulty Statsig. The tests of a module share both, so each uses its own names."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp import create_app
from webapp.autotunes.services import READERS, Services
from webapp.autotunes.states import CREATE_TIMEOUT
from webapp.config import read_settings
from webapp.statsig import Deadline, Project
from webapp.store import AutotuneRecord, queries

from ..conftest import DEFAULTS, WAIT_TIMEOUT, Clock, LintingClient
from ..forms import click_create, ready
from ..secret_leaks import CANARY, assert_no_key
from ..shared_setup import share_templates, with_migrated_database
from .faulty_statsig import Fault, FaultyStatsig, serve_faulty_statsig, shorten

SHORT_DEADLINE = 0.3  # seconds, for tests that wait until the deadline
_numbers = count(1)


@dataclass
class Desk:
    """A desk, its clock and its Statsig. `address` is the path of an autotune's page."""

    app: Flask
    statsig: FaultyStatsig
    clock: Clock

    @property
    def services(self) -> Services:
        services: Services = self.app.extensions["services"]
        return services

    def new_client(self) -> FlaskClient:
        """A browser with a session of its own."""
        return self.app.test_client()

    def fresh_name(self) -> str:
        return f"Color test {next(_numbers)}"

    def row(self, address: str) -> AutotuneRecord:
        with self.services.store.read() as session:
            record = queries.get(session, address.rpartition("/")[2])
        assert record
        return record

    def state(self, address: str) -> str:
        return self.row(address).state

    def create_unconfirmed(self, client: FlaskClient, fault: Fault, **changed: str) -> str:
        """The address of an autotune whose create met the fault, which is cleared afterwards."""
        address = ready(client, **{"name": self.fresh_name(), **changed})
        self.statsig.faults["POST"] = fault
        click_create(client, address)
        self.statsig.clear_faults()
        assert self.state(address) == "unknown"
        return address


@contextmanager
def running_app(
    folder: Path, url: str, clock: Clock, deadline: float = CREATE_TIMEOUT, **environ: str
) -> Iterator[Flask]:
    """`app.extensions["deadlines"]` has the deadline of each request to Statsig, in their order."""
    statsig = {"STATSIG_API_KEY": CANARY, "STATSIG_API_URL": url}
    environ = {**DEFAULTS, "DATA_DIR": str(folder), **statsig, **environ}
    app = create_app(with_migrated_database(read_settings(environ)), clock)
    share_templates(app)
    app.extensions["wait_timeout"] = app.extensions["view_timeout"] = WAIT_TIMEOUT
    app.test_client_class = LintingClient
    services: Services = app.extensions["services"]
    services.create_timeout = deadline
    deadlines: list[Deadline] = app.extensions.setdefault("deadlines", [])

    open_real_transport = services._open_transport

    def open_transport(project: Project, deadline: Deadline) -> Any:
        deadlines.append(deadline)
        return open_real_transport(project, deadline)

    services._open_transport = open_transport
    yield app
    services.close()
    services.store.close()


def shorten_deadline_on_arrival(app: Flask, statsig: FaultyStatsig, method: str) -> None:
    """Lets the deadline end soon after a request with this method ("*": any) has arrived at Statsig."""

    def on_arrival(arrived: str) -> None:
        if method in (arrived, "*"):
            shorten(app.extensions["deadlines"][-1], SHORT_DEADLINE)

    statsig.on_arrival = on_arrival


OpenApp = Callable[..., Flask]


@pytest.fixture
def open_app(tmp_path: Path, clock: Clock) -> Iterator[OpenApp]:
    """Opens apps on one data folder, like several processes: `open_app(url, CREATE_SLOTS="1")`."""
    with ExitStack() as stack:
        yield lambda url, **options: stack.enter_context(running_app(tmp_path / "desk", url, clock, **options))


@pytest.fixture(scope="module")
def module_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """At the end, checks that the key is not in the data folder."""
    clock = Clock()
    folder = tmp_path_factory.mktemp("desk")
    with serve_faulty_statsig() as statsig, running_app(folder, statsig.url, clock) as app:
        yield Desk(app, statsig, clock)
        for path in app.extensions["services"].settings.data_dir.iterdir():
            assert_no_key(path.read_bytes().decode("latin-1"))


@pytest.fixture
def desk(module_desk: Desk) -> Iterator[Desk]:
    """Reset for each test, except for its database."""
    module_desk.statsig.reset()
    module_desk.clock.now = Clock.now
    module_desk.services.create_timeout = CREATE_TIMEOUT
    yield module_desk
    module_desk.statsig.clear_faults()
    wait_for_reads(module_desk.services)


def autotune_json(client: FlaskClient, address: str) -> Any:
    return json.loads(client.get(f"{address}.json").text)


def wait_for_reads(services: Services) -> None:
    """Waits until no read of Statsig is running."""
    for _ in range(READERS):
        while not services.reads.acquire():
            time.sleep(0.01)
    for _ in range(READERS):
        services.reads.release()


@pytest.fixture
def client(desk: Desk) -> FlaskClient:
    return desk.new_client()
