"""The data of an old version, unpacked for each test: in SQLite, and in PostgreSQL if it is available."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient

from ..auth.fixtures import issuer, with_login
from ..conftest import Clock
from ..reliability.conftest import running_app
from ..reliability.test_postgres import SERVER
from ..reliability.test_postgres import pytestmark as needs_postgres

__all__ = ["issuer", "with_login"]

FOLDER = Path(__file__).parent
DATA = FOLDER / "data"
OLD = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
AUTOTUNES = OLD["autotunes"]  # by case
DATABASES = ["SQLite", pytest.param("PostgreSQL", marks=needs_postgres)]


def unpack(folder: Path, database: str, name: str) -> dict[str, str]:
    """Makes a data folder of the old data; returns the settings for it. `name` is part of the database's name."""
    folder.mkdir()
    in_sqlite = database == "SQLite"
    for file in ("secrets.env", "sandbox.db", *(["desk.db"] if in_sqlite else [])):
        shutil.copy(DATA / file, folder)
    return {"STATSIG_API_KEY": "", "DATABASE_URL": "" if in_sqlite else _restore(f"old_{name}_{os.getpid()}")}


def _restore(name: str) -> str:
    """The URL of a database with the data of the dump."""
    _create(name)
    with psycopg.connect(dbname=name) as database:
        database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        database.execute((DATA / "postgres.sql").read_text(encoding="utf-8"))
    return SERVER.format_map(os.environ) + name


@cache
def _create(name: str) -> None:
    """Creates the database once, since that takes longer than restoring the dump."""
    with psycopg.connect(dbname="postgres", autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")


@pytest.fixture(scope="module", params=DATABASES)
def reader(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """A browser of a desk on the old data, for tests that change nothing. Its clock is at the end of the old version.

    Its pages are not linted, to save time: other tests do that.
    """
    folder = tmp_path_factory.mktemp("old") / "desk"
    settings: dict[str, Any] = unpack(folder, request.param, "read")
    with running_app(folder, "", Clock(OLD["now"]), **settings) as app:
        app.test_client_class = FlaskClient
        yield app.test_client()


@pytest.fixture(params=DATABASES)
def environ(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> dict[str, str]:
    """The settings of a desk on old data, for tests that change it. Its clock starts at the end of the old version."""
    clock.now = OLD["now"]
    return unpack(tmp_path / "desk", request.param, "changed")


@pytest.fixture
def client(make_app: Callable[..., Flask], environ: dict[str, str]) -> FlaskClient:
    return make_app(**environ).test_client()


@pytest.fixture
def app(with_login: Callable[..., Flask], environ: dict[str, str]) -> Flask:
    """A desk that people log in to, where only leads create."""
    return with_login(**environ, CREATORS="group:leads")
