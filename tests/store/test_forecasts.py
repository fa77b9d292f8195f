"""The kept forecast of an autotune: one row, which nothing replaces after a create."""

from collections.abc import Callable

import pytest
from flask import Flask

from webapp.autotunes.kept_forecasts import keep_forecast
from webapp.autotunes.services import Services
from webapp.autotunes.states import State
from webapp.store import AutotuneRecord, ForecastRecord, queries

from ..forms import ready
from ..reliability.test_postgres import database, during_next_write
from ..reliability.test_postgres import pytestmark as needs_postgres

__all__ = ["database"]


@pytest.fixture(params=["SQLite", pytest.param("PostgreSQL", marks=needs_postgres)])
def app(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    return make_app(DATABASE_URL="" if request.param == "SQLite" else request.getfixturevalue("database"))


@pytest.fixture
def record(app: Flask, services: Services) -> AutotuneRecord:
    return _read(services, ready(app.test_client()).rpartition("/")[2])


def _read(services: Services, record_id: str) -> AutotuneRecord:
    with services.store.read() as session:
        record = queries.get(session, record_id)
    assert record
    return record


def _forecast(record: AutotuneRecord, author: str) -> ForecastRecord:
    text = dict.fromkeys(("assumptions", "scenario", "sentences", "result"), "{}")
    return ForecastRecord(autotune_id=record.id, created_at=1.5, created_by=author, **text)


def _author(services: Services, record: AutotuneRecord) -> str:
    with services.store.read() as session:
        forecast = queries.forecast(session, record.id)
    return forecast.created_by if forecast else ""


def _update(services: Services, record: AutotuneRecord, **values: object) -> None:
    with services.store.write() as session:
        assert queries.update_if(session, record.id, **values)


def test_newer_forecast_replaces_the_kept_one(services: Services, record: AutotuneRecord) -> None:
    assert _author(services, record) == ""
    for author in ("anna", "ben"):
        assert keep_forecast(services, record, _forecast(record, author))
        assert _author(services, record) == author


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN, State.CREATED])
def test_forecast_is_not_replaced_once_the_autotune_is_sent(
    services: Services, record: AutotuneRecord, state: State
) -> None:
    assert keep_forecast(services, record, _forecast(record, "anna"))
    _update(services, record, state=state)
    assert not keep_forecast(services, record, _forecast(record, "ben"))
    assert _author(services, record) == "anna"


def test_forecast_of_an_older_version_is_not_kept(services: Services, record: AutotuneRecord) -> None:
    _update(services, record, version=record.version + 1)
    assert not keep_forecast(services, record, _forecast(record, "anna"))
    assert keep_forecast(services, _read(services, record.id), _forecast(record, "ben"))


@needs_postgres
@pytest.mark.parametrize("app", ["PostgreSQL"], indirect=True)
def test_two_first_forecasts_at_once_are_kept_one_after_the_other(
    app: Flask, services: Services, record: AutotuneRecord
) -> None:
    kept = []
    thread = during_next_write(app, lambda: kept.append(keep_forecast(services, record, _forecast(record, "ben"))))
    assert keep_forecast(services, record, _forecast(record, "anna"))
    thread.join()
    assert kept == [True] and _author(services, record) == "ben"
