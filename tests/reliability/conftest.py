"""The app in front of a faulty Statsig. A module shares one of each: tests use names of their own."""

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

from ..conftest import WAIT_TIMEOUT, Clock, LintingClient
from ..forms import click_create, ready
from ..prepared import share_templates, with_tables
from ..secret_leaks import CANARY, no_key_in
from .fake_statsig import Fault, Faulty, serving

SHORT = 0.3  # seconds: the deadline where it is waited for
_numbers = count(1)


@dataclass
class Scene:
    """What a test needs: the people at their browsers, the desk, its clock, and Statsig."""

    app: Flask
    faulty: Faulty
    clock: Clock

    @property
    def services(self) -> Services:
        found: Services = self.app.extensions["services"]
        return found

    def person(self) -> FlaskClient:
        """Somebody at a browser of their own."""
        return self.app.test_client()

    def fresh_name(self) -> str:
        return f"Colour test {next(_numbers)}"

    def row(self, address: str) -> AutotuneRecord:
        with self.services.store.read() as session:
            found = queries.get(session, address.rpartition("/")[2])
        assert found
        return found

    def state(self, address: str) -> str:
        return self.row(address).state

    def unknown(self, client: FlaskClient, fault: Fault, **changed: str) -> str:
        """The address of an autotune whose create met a fault; afterwards Statsig is well."""
        address = ready(client, **{"name": self.fresh_name(), **changed})
        self.faulty.faults["POST"] = fault
        click_create(client, address)
        self.faulty.well()
        assert self.state(address) == "unknown"
        return address


@contextmanager
def opened(folder: Path, url: str, clock: Clock, deadline: float = CREATE_TIMEOUT, **environ: str) -> Iterator[Flask]:
    """`deadlines` in its extensions are those of its requests, as they come."""
    given = {"DATA_DIR": str(folder), "STATSIG_API_KEY": CANARY, "STATSIG_API_URL": url, "STATSIG_PROJECT_NAME": "Shop"}
    app = create_app(with_tables(read_settings({**given, **environ})), clock)
    share_templates(app)
    app.extensions["wait_timeout"] = WAIT_TIMEOUT
    app.test_client_class = LintingClient
    services: Services = app.extensions["services"]
    services.create_timeout = deadline
    deadlines: list[Deadline] = app.extensions.setdefault("deadlines", [])

    by_wire = services._open_transport

    def open_transport(project: Project, deadline: Deadline) -> Any:
        deadlines.append(deadline)
        return by_wire(project, deadline)

    services._open_transport = open_transport
    yield app
    services.close()
    services.store.close()


def ends_soon(app: Flask, faulty: Faulty, method: str) -> None:
    """The deadline ends soon after this request ("*": any) has come to Statsig, however slow the way there is."""

    def met(one: str) -> None:
        if method in (one, "*"):
            app.extensions["deadlines"][-1].shorten(SHORT)

    faulty.met = met


Open = Callable[..., Flask]


@pytest.fixture
def open_app(tmp_path: Path, clock: Clock) -> Iterator[Open]:
    """Apps as of several processes: by default on one data folder, `open_app(url, CREATE_SLOTS="1")`."""
    with ExitStack() as stack:
        yield lambda url, **given: stack.enter_context(opened(tmp_path / "desk", url, clock, **given))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """At the end the key must not be in the database."""
    clock = Clock()
    with serving() as faulty, opened(tmp_path_factory.mktemp("desk"), faulty.url, clock) as app:
        yield Scene(app, faulty, clock)
        for path in app.extensions["services"].settings.data_dir.iterdir():
            no_key_in(path.read_bytes().decode("latin-1"))


@pytest.fixture
def scene(shared: Scene) -> Iterator[Scene]:
    """Fresh but for what is in the database."""
    shared.faulty.reset()
    shared.clock.now = Clock.now
    shared.services.create_timeout = CREATE_TIMEOUT
    yield shared
    shared.faulty.well()
    finish_reading(shared.services)


def told(client: FlaskClient, address: str) -> Any:
    """The JSON of an autotune."""
    return json.loads(client.get(f"{address}.json").text)


def finish_reading(services: Services) -> None:
    """Waits until nothing is being looked up any more."""
    for _ in range(READERS):
        while not services.reads.acquire():
            time.sleep(0.01)
    for _ in range(READERS):
        services.reads.release()


@pytest.fixture
def client(scene: Scene) -> FlaskClient:
    return scene.person()
