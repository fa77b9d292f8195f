"""How long an autotune took, beside the 80% band of its forecast."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.autotunes.services import Services
from webapp.forecast.queue import ForecastQueue

from ..conftest import CANARY, Clock
from ..fake_statsig import FakeStatsig
from ..forms import click_create, finished_forecast, ready, text_of
from .test_kept_forecast import ASSUMPTIONS, CLASSIC
from .test_suggestions import wait_for_reads

DAY = 86_400.0


@pytest.fixture
def app(make_app: Callable[..., Flask], fake_statsig: FakeStatsig, shared_forecasts: ForecastQueue) -> Flask:
    app = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, STATSIG_REQUEST_BUDGET="600")
    app.extensions["forecasts"] = shared_forecasts
    return app


def end_after(client: FlaskClient, services: Services, statsig: FakeStatsig, clock: Clock, days: float) -> str:
    """The address of an autotune with a forecast that has a winner after these days, as its page has noticed."""
    address = ready(client, name=f"After {days:g}", **CLASSIC)
    finished_forecast(client, address, ASSUMPTIONS)
    click_create(client, address)
    autotune = statsig.autotunes[f"after_{days:g}"]
    for properties, seconds in (({"isStarted": True}, 1.0), ({"winner": {"id": "1", "name": "blue"}}, days * DAY)):
        clock.forward(seconds)
        autotune |= properties | {"lastModifiedTime": clock.now * 1000}
        clock.forward(61)
        client.get(address)
        wait_for_reads(services)
    return address


def test_duration_is_compared_with_the_band_of_the_forecast(
    client: FlaskClient, services: Services, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    assert "No autotune with a forecast has ended yet" in text_of(client.get("/forecasts").text)
    within, sooner = (end_after(client, services, fake_statsig, clock, days) for days in (1.5, 0.25))
    page = text_of(client.get(within).text)
    assert "It took 1.6 days; the forecast said 1 day to 1.8 days: within." in page  # seen a minute late
    assert ": sooner." in text_of(client.get(sooner).text)
    page = text_of(client.get("/forecasts").text)
    assert "1 of 2 ended within their band" in page
    assert "1.6 days 1 day to 1.8 days Within" in page
    assert "How long they took, beside their forecasts" in text_of(client.get("/?state=ended").text)


def test_forecast_of_other_settings_is_not_compared(
    client: FlaskClient, services: Services, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    address = ready(client, name="Other", **CLASSIC)
    finished_forecast(client, address, ASSUMPTIONS)
    click_create(client, address)
    clock.forward(61)
    fake_statsig.autotunes["other"] |= {
        "isStarted": True,
        "winnerThreshold": "80%",
        "winner": {"id": "1", "name": "red"},
    }
    client.get(address)
    wait_for_reads(services)
    assert "the forecast said" not in text_of(client.get(address).text)
    assert "None that ended can be compared with its forecast yet." in text_of(client.get("/forecasts").text)
