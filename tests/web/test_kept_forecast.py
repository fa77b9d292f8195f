"""The forecast that is kept with an autotune: who makes and replaces it, and where it is shown."""

import json
import re
import time
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from webapp.autotunes.services import Services
from webapp.forecast.queue import ForecastQueue
from webapp.store import ForecastRecord, StoreError

from ..auth.fixtures import ANNA, BEN, PROXY_SETTINGS, behind_proxy
from ..conftest import Clock
from ..forms import click_create, fill_in, finished_forecast, initial_values, ready, text_of

ASSUMPTIONS = {"visits": "2000", "rate": "20", "lift": "20", "days": "7"}
OTHER_ASSUMPTIONS = {**ASSUMPTIONS, "visits": "500"}
CLASSIC = {"explorationWindow": "24hr", "winnerThreshold": "95%", "attributionWindow": "1hr"}
CONTEXTUAL = {**CLASSIC, "isContextual": "true"}
CARLA = "carla@example.com"
DAY = 86_400


@pytest.fixture
def app(make_app: Callable[..., Flask], shared_forecasts: ForecastQueue) -> Flask:
    """Carla may only view, Ben may write, and Anna may create."""
    app = make_app(**PROXY_SETTINGS, WRITERS=BEN, CREATORS=ANNA)
    app.extensions["forecasts"] = shared_forecasts
    return app


@pytest.fixture
def carla(app: Flask) -> FlaskClient:
    return behind_proxy(app, CARLA)


def _section(client: FlaskClient, address: str) -> str:
    """The section about the kept forecast on the autotune's page."""
    page = client.get(address).text
    assert page.count('id="kept-title"') == 1
    return page.split('aria-labelledby="kept-title"')[1].split("</section>")[0]


def _form(client: FlaskClient, address: str) -> dict[str, str]:
    return initial_values(client.get(address).text, "assumptions")


def _kept(client: FlaskClient, address: str) -> Any:
    return client.get(f"{address}.json").get_json()["forecast"]


def _answer(client: FlaskClient, address: str, query: dict[str, str]) -> Any:
    return client.get(f"{address}/forecast.json", query_string=query).get_json()


def _change(client: FlaskClient, address: str, **changed: str) -> None:
    assert fill_in(client, path=f"{address}/edit", **{**CLASSIC, **changed}).status_code == 303


def test_finished_forecast_is_kept_with_its_assumptions_time_and_author(anna: FlaskClient, clock: Clock) -> None:
    address = ready(anna, **CLASSIC)
    assert _kept(anna, address) is None
    made = finished_forecast(anna, address, ASSUMPTIONS)
    kept = {"at": clock.now, "who": ANNA, "assumptions": ASSUMPTIONS, "sentences": made["sentences"]}
    assert _kept(anna, address) == kept


def test_forecast_made_by_the_page_alone_is_kept(anna: FlaskClient) -> None:
    """As without JavaScript."""
    address = ready(anna, **CLASSIC)
    for _ in range(100):
        page = anna.get(f"{address}/forecast", query_string=ASSUMPTIONS).text
        if 'data-stage="done"' in page:
            break
        time.sleep(0.3)
    assert _kept(anna, address)["assumptions"] == ASSUMPTIONS


def test_unfinished_forecast_is_not_kept(anna: FlaskClient) -> None:
    address = ready(anna, **CLASSIC)
    assert _answer(anna, address, {**ASSUMPTIONS, "visits": "77"})["stage"] != "done"
    assert _kept(anna, address) is None


@pytest.mark.slow
def test_headline_of_the_form_is_kept_until_the_whole_forecast_replaces_it(
    anna: FlaskClient, ben: FlaskClient, carla: FlaskClient, clock: Clock
) -> None:
    address = ready(anna, **CLASSIC)
    assumptions = {**ASSUMPTIONS, "visits": "1901"}  # no other test has the whole forecast ready
    for client in (carla, anna, ben):
        assert client.get(address, query_string=assumptions).status_code == 200
    headline = _kept(anna, address)["sentences"][0]
    assert headline.startswith("Half of the simulated runs") and headline in text_of(_section(carla, address))
    assert (_kept(anna, address)["who"], _kept(anna, address)["at"]) == (ANNA, clock.now)
    made = finished_forecast(ben, address, assumptions)
    assert made["sentences"][0] == headline
    assert _kept(anna, address)["who"] == BEN and _kept(anna, address)["sentences"] == made["sentences"]


@pytest.mark.slow
def test_newer_forecast_of_another_person_replaces_it(anna: FlaskClient, ben: FlaskClient, clock: Clock) -> None:
    address = ready(anna, **CLASSIC)
    finished_forecast(anna, address, ASSUMPTIONS)
    clock.forward(DAY)
    finished_forecast(ben, address, OTHER_ASSUMPTIONS)
    kept = _kept(anna, address)
    assert (kept["who"], kept["at"], kept["assumptions"]) == (BEN, clock.now, OTHER_ASSUMPTIONS)


def test_same_forecast_seen_by_another_person_stays_its_authors(
    anna: FlaskClient, ben: FlaskClient, clock: Clock
) -> None:
    address = ready(anna, **CLASSIC)
    finished_forecast(anna, address, ASSUMPTIONS)
    kept = _kept(anna, address)
    clock.forward(DAY)
    query = {**ASSUMPTIONS, "visits": "2,000"}
    assert _answer(ben, address, query)["kept"] == {"at": kept["at"], "who": ANNA}
    assert ben.get(f"{address}/forecast", query_string=query).status_code == 200
    assert _kept(anna, address) == kept


def test_viewer_sees_forecasts_but_keeps_none(anna: FlaskClient, carla: FlaskClient) -> None:
    classic, contextual = ready(anna, **CLASSIC), ready(anna, name="Contextual", **CONTEXTUAL)
    assert "kept" not in finished_forecast(carla, classic, ASSUMPTIONS)
    assert carla.get(f"{classic}/forecast", query_string=ASSUMPTIONS).status_code == 200
    assert _answer(carla, contextual, {"visits": "500"})["stage"] == "done"
    assert _kept(carla, classic) is _kept(carla, contextual) is None
    finished_forecast(anna, classic, ASSUMPTIONS)
    assert f"Forecast made by {ANNA} on 15 Jan 2027, 08:00 UTC" in text_of(_section(carla, classic))


def test_kept_forecast_is_not_replaced_after_a_create(anna: FlaskClient) -> None:
    address = ready(anna, **CLASSIC)
    finished_forecast(anna, address, ASSUMPTIONS)
    click_create(anna, address)
    kept = _kept(anna, address)
    finished_forecast(anna, address, OTHER_ASSUMPTIONS)
    assert _kept(anna, address) == kept and kept["assumptions"] == ASSUMPTIONS


def test_created_autotune_without_a_forecast_gets_none(anna: FlaskClient) -> None:
    address = ready(anna, **CLASSIC)
    click_create(anna, address)
    finished_forecast(anna, address, ASSUMPTIONS)
    assert _kept(anna, address) is None and 'id="kept-title"' not in anna.get(address).text


def test_page_shows_the_kept_forecast_and_the_form_with_its_assumptions(anna: FlaskClient) -> None:
    address = ready(anna, **CLASSIC)
    made = finished_forecast(anna, address, ASSUMPTIONS)
    text = text_of(_section(anna, address))
    headline, details, more, *_ = made["sentences"]
    counts = re.search(r"right of 100 (\S+) wrong (\S+) still running (\S+)", text)
    assert headline in text and details in text and more not in text
    assert counts and counts[2] == "0"
    assert "Assumed: 2,000 visits per day over 7 days, and success rates of 20% for red and 24% for blue." in text
    assert "Made with" not in text and "not Statsig’s own figures" in text
    assert ">New forecast</h2>" in anna.get(address).text and _form(anna, address) == ASSUMPTIONS


def test_created_autotune_shows_the_kept_forecast_without_a_form(anna: FlaskClient, carla: FlaskClient) -> None:
    address = ready(anna, **CLASSIC)
    made = finished_forecast(anna, address, ASSUMPTIONS)
    click_create(anna, address)
    for client in (anna, carla):
        section = _section(client, address)
        assert made["sentences"][0] in text_of(section) and f"Forecast made by {ANNA} on" in text_of(section)
        assert 'id="forecast-title"' not in client.get(address).text


def test_link_of_a_created_autotune_shows_the_kept_result_without_the_worker(
    anna: FlaskClient, carla: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = ready(anna, **CLASSIC)
    made = finished_forecast(anna, address, ASSUMPTIONS)
    click_create(anna, address)
    monkeypatch.setitem(anna.application.extensions, "forecasts", None)
    link = re.search(f'href="({address}/forecast[^"]*)"', _section(carla, address))
    assert link and "Show the whole forecast" in _section(carla, address)
    page = carla.get(unescape(link[1]))
    assert page.status_code == 200 and "Other settings" in page.text
    for sentence in made["sentences"]:
        assert sentence in text_of(page.text)


def test_another_copy_answers_with_the_kept_forecast(
    make_app: Callable[..., Flask], anna: FlaskClient, clock: Clock
) -> None:
    """Without its worker: it may have no NumPy."""
    address = ready(anna, **CLASSIC)
    made = finished_forecast(anna, address, ASSUMPTIONS)
    other_app = make_app(**PROXY_SETTINGS)
    other_app.extensions["forecasts"].close()
    answer = _answer(behind_proxy(other_app, BEN), address, ASSUMPTIONS)
    assert answer.pop("kept") == {"at": clock.now, "who": ANNA}
    assert answer == made


def test_kept_forecast_is_shown_where_none_can_be_computed(anna: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = ready(anna, **CLASSIC)
    made = finished_forecast(anna, address, ASSUMPTIONS)
    monkeypatch.setattr("webapp.web.assumptions.NOT_INSTALLED", "Forecasts are not installed.")
    assert "Made with" not in _section(anna, address) and "Show the whole forecast" in _section(anna, address)
    assert _answer(anna, address, ASSUMPTIONS)["sentences"] == made["sentences"]
    page = anna.get(f"{address}/forecast", query_string=ASSUMPTIONS)
    assert page.status_code == 200 and "Forecasts are not installed" not in page.text
    assert made["sentences"][0] in text_of(page.text)
    page = anna.get(f"{address}/forecast", query_string=OTHER_ASSUMPTIONS)
    assert page.status_code == 200 and "Forecasts are not installed." in page.text
    assert _answer(anna, address, OTHER_ASSUMPTIONS)["trouble"] == "Forecasts are not installed."


def test_changed_settings_are_named_and_lead_to_a_new_forecast(anna: FlaskClient) -> None:
    address = ready(anna, **CLASSIC)
    finished_forecast(anna, address, ASSUMPTIONS)
    _change(anna, address, explorationWindow="48hr", winnerThreshold="90%")
    section = _section(anna, address)
    assert "Made with other settings: exploration window 1 day, winner threshold 95%." in text_of(section)
    assert "Forecast with the current settings" in section and "Show the whole forecast" not in section
    scenario = finished_forecast(anna, address, ASSUMPTIONS)["plan"]["question"]
    assert (scenario["exploration_hours"], scenario["threshold"]) == (48, 90)
    assert "Made with" not in _section(anna, address)


def test_settings_that_are_changed_back_are_answered_with_the_kept_forecast(anna: FlaskClient) -> None:
    address = ready(anna, **CLASSIC)
    finished_forecast(anna, address, ASSUMPTIONS)
    _change(anna, address, winnerThreshold="90%", description="New")
    _change(anna, address, description="Newer", variants__1__name="green")
    assert "Made with" not in _section(anna, address) and "24% for green" in _section(anna, address)
    assert "kept" in _answer(anna, address, ASSUMPTIONS)


NO_FORECAST = (
    "other settings (classic autotune, 2 variants, exploration window 1 day, attribution window 1 hour, "
    "winner threshold 95%); the current ones allow no forecast"
)
CHANGES = [
    ({"attributionWindow": "4", "attributionWindowUnit": "min"}, "other settings: attribution window 1 hour"),
    ({"variants__2__name": "c", "variants__2__json": "{}"}, "other settings: 2 variants"),
    ({"isContextual": "true"}, "other settings: classic autotune, exploration window 1 day, winner threshold 95%"),
    ({"optimizationParameter": "value"}, NO_FORECAST),
    ({"attributionWindow": ""}, NO_FORECAST),
]


def test_each_changed_setting_is_named(anna: FlaskClient, subtests: pytest.Subtests) -> None:
    address = ready(anna, **CLASSIC)
    finished_forecast(anna, address, ASSUMPTIONS)
    for changed, made_with in CHANGES:
        with subtests.test(**changed):
            fill_in(anna, path=f"{address}/edit", **{**CLASSIC, **changed})
            assert f"Made with {made_with}." in text_of(_section(anna, address))


def test_forecast_is_shown_while_the_settings_allow_no_new_one(anna: FlaskClient) -> None:
    address = ready(anna, **CLASSIC)
    made = finished_forecast(anna, address, ASSUMPTIONS)
    for changed in ({"valueColumn": "amount"}, {"winnerThreshold": ""}):
        fill_in(anna, path=f"{address}/edit", **{**CLASSIC, **changed})
        section = _section(anna, address)
        assert made["sentences"][0] in text_of(section) and "Made with other settings (" in section
        assert f'href="{address}/forecast' not in section
        assert 'id="assumptions"' not in anna.get(address).text


def test_rates_of_the_variants_return_in_the_form(anna: FlaskClient) -> None:
    address = ready(anna, **CLASSIC)
    query = {"visits": "1", "rate-0": "7%", "rate-1": "0.25", "days": "7"}
    finished_forecast(anna, address, query)
    assumed = "Assumed: 1 visit per day over 7 days, and success rates of 7% for red and 0.25% for blue."
    assert assumed in text_of(_section(anna, address))
    assert _form(anna, address).items() >= query.items()
    _change(anna, address, variants__2__name="c", variants__2__json="{}")
    assert "success rates of 7% and 0.25%" in text_of(_section(anna, address))
    assert "allow no forecast" not in _section(anna, address)
    assert _form(anna, address)["visits"] == ""


def test_details_of_the_assumptions_are_named_where_they_differ(anna: FlaskClient) -> None:
    address = ready(anna, **CLASSIC)
    details = {"weekday_visits-6": "60", "start": "friday", "max_wrong": "3", "within": "7"}
    finished_forecast(anna, address, {**ASSUMPTIONS, **details})
    assert (
        "24% for blue, 60% of the visits on Sundays, a start on a Friday, at most 3 in 100 wrong winners, "
        "and an end within 7 days."
    ) in text_of(_section(anna, address))


def test_equal_rates_are_named_once(anna: FlaskClient) -> None:
    address = ready(anna, **CLASSIC)
    finished_forecast(anna, address, {**ASSUMPTIONS, "lift": "0"})
    assert "over 7 days, and a success rate of 20% for all variants." in text_of(_section(anna, address))


def test_forecast_of_a_contextual_autotune_is_kept(anna: FlaskClient, ben: FlaskClient, clock: Clock) -> None:
    address = ready(anna, **CONTEXTUAL)
    made = _answer(anna, address, {"visits": "500"})
    assert "kept" not in made
    clock.forward(DAY)
    assert _answer(ben, address, {"visits": "500"})["kept"] == {"at": clock.now - DAY, "who": ANNA}
    text = text_of(_section(ben, address))
    assert " ".join(made["sentences"][:2]) in text and "Assumed: 500 visits per day." in text
    _change(anna, address, isContextual="true", longtermExplorationAllocation="0.2")
    assert "other settings: long-term exploration allocation 0.1." in text_of(_section(anna, address))
    anna.get(f"{address}/forecast", query_string={"visits": "2000"})
    click_create(anna, address)
    assert "Assumed: 2,000 visits per day." in text_of(_section(anna, address))


def test_unreadable_result_of_another_version_is_computed_again(anna: FlaskClient, services: Services) -> None:
    address = ready(anna, **CLASSIC)
    made = finished_forecast(anna, address, ASSUMPTIONS)
    with services.store.write() as session:
        session.execute(update(ForecastRecord).values(result=json.dumps({"summary": {"scenario": {}}})))
    assert made["sentences"][0] in text_of(_section(anna, address))
    assert "kept" not in _answer(anna, address, ASSUMPTIONS)
    assert "kept" in _answer(anna, address, ASSUMPTIONS)


def test_scenario_of_another_version_is_not_the_answer(anna: FlaskClient, services: Services) -> None:
    address = ready(anna, **CLASSIC)
    finished_forecast(anna, address, ASSUMPTIONS)
    with services.store.write() as session:
        scenario = json.loads(session.query(ForecastRecord).one().scenario) | {"runs": 100}
        session.execute(update(ForecastRecord).values(scenario=json.dumps(scenario)))
    assert "Made with an earlier version of the desk." in text_of(_section(anna, address))
    assert "kept" not in finished_forecast(anna, address, ASSUMPTIONS)


def test_forecast_that_cannot_be_kept_is_shown(
    anna: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise StoreError

    address = ready(anna, **CLASSIC)
    monkeypatch.setattr("webapp.web.kept_forecast.keep_forecast", fail)
    assert finished_forecast(anna, address, ASSUMPTIONS)["sentences"]
    assert "a forecast was not kept" in caplog.text and _kept(anna, address) is None
