"""Apps with a real database file, a fake Statsig on a real HTTP server, and a fake clock."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp import create_app
from webapp.autotunes.services import Services
from webapp.config import Settings, read_settings
from webapp.forecast.queue import ForecastQueue

from .fake_statsig import FakeStatsig, serve_fake_statsig
from .lint import lint
from .secret_leaks import CANARY, contains_key
from .shared_setup import share_templates, with_migrated_database

__all__ = ["CANARY"]
# With a name, the project's ID is not read from Statsig; without a budget, nothing is read in the background.
DEFAULTS = {"STATSIG_PROJECT_NAME": "Shop", "STATSIG_REQUEST_BUDGET": "0"}
WAIT_TIMEOUT = 60.0  # seconds that a page waits for an outcome: long, since a busy machine must not change the page


@dataclass
class Clock:
    """A fake clock: seconds since 1970, which only `forward` changes."""

    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fake_statsig() -> Iterator[FakeStatsig]:
    with serve_fake_statsig() as statsig:
        yield statsig


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """Settings as the environment would give them: `settings(STATSIG_API_KEY="...")`."""
    return lambda **environ: read_settings({**DEFAULTS, "DATA_DIR": str(tmp_path / "desk"), **environ})


@pytest.fixture
def make_app(settings: Callable[..., Settings], clock: Clock, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Makes apps on one data folder: `make_app(STATSIG_API_KEY="...")`. Without a key they use the sandbox."""
    with ExitStack() as stack:

        def make(real_clock: bool = False, **environ: str) -> Flask:
            app = create_app(with_migrated_database(settings(**environ)), time.time if real_clock else clock)
            share_templates(app)
            app.extensions["wait_timeout"] = app.extensions["view_timeout"] = WAIT_TIMEOUT
            app.test_client_class = LintingClient
            services: Services = app.extensions["services"]
            stack.callback(services.store.close)
            stack.callback(services.close)
            stack.callback(app.extensions["forecasts"].close)
            return app

        yield make
    for path in (tmp_path / "desk").rglob("*"):
        if path.is_file():
            assert not contains_key(path.read_bytes().decode("latin-1")), f"the key is in {path.name}"


@pytest.fixture(autouse=True)
def _no_key_in_the_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level("DEBUG")
    yield
    logged = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert not contains_key(logged), "the key is in the log"


@pytest.fixture(scope="session")
def shared_forecasts() -> Iterator[ForecastQueue]:
    """To save time: each forecast is computed once for all tests whose app uses this queue."""
    with closing(ForecastQueue()) as queue:
        yield queue


@pytest.fixture
def app(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> Flask:
    """A desk whose Statsig is `fake_statsig`."""
    return make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url)


class LintingClient(FlaskClient):
    """Lints each page that a test opens, and checks that the key is not in it."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **kwargs)
        assert not contains_key(response.data.decode(errors="replace") + str(response.headers))
        if response.mimetype == "text/html" and response.status_code not in (301, 302, 303) and response.data:
            lint(response.text)
        return response


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def services(app: Flask) -> Services:
    services: Services = app.extensions["services"]
    return services
