"""The forecast page and its JSON: the same figures everywhere, and no chart for invalid assumptions."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.forecast.contextual import format_period
from webapp.forecast.formats import format_days
from webapp.forecast.inputs import MAX_FORECAST_VARIANTS
from webapp.forecast.queue import MAX_JOBS_OF_PERSON, ForecastQueue

from ..auth.fixtures import ANNA, BEN, PROXY_SETTINGS, behind_proxy
from ..forecast.workers import send_signal, stopped_worker
from ..forms import fill_in, finished_forecast, ready, text_of

ASSUMPTIONS = {"visits": "2000", "rate": "20", "lift": "20", "days": "7"}
CLASSIC = {"explorationWindow": "24hr", "winnerThreshold": "95%", "attributionWindow": "1hr"}


@pytest.fixture
def app(app: Flask, shared_forecasts: ForecastQueue) -> Flask:
    app.extensions["forecasts"] = shared_forecasts
    return app


def forecast_page(client: FlaskClient, address: str, **assumptions: str) -> str:
    """The page of the forecast, once it is complete."""
    query = {**ASSUMPTIONS, **assumptions}
    finished_forecast(client, address, query)
    return client.get(f"{address}/forecast", query_string=query).text


def test_verdict_charts_and_tables_have_the_figures_of_the_json(client: FlaskClient) -> None:
    address = ready(client, **{**CLASSIC, "winnerThreshold": "99%"})
    page = forecast_page(client, address, within="7")
    json = client.get(f"{address}/forecast.json", query_string={**ASSUMPTIONS, "within": "7"}).get_json()
    plan, text = json["plan"], text_of(page)
    for sentence in (*json["sentences"], *json["target"]["words"]):
        assert sentence in text
    best = json["recommendation"]["cell"]
    assert f"Half end within {format_days(plan['ending']['median'])} {format_days(best['median_days'])} " in text
    own_running = plan["verdict"]["per_100"]["running"]
    _has_counts(text, best["outcome"], f"Still running after 7 days {own_running} {{running}} ")
    assert f"Half of the simulated runs find a winner within {format_days(plan['ending']['median'])}" in text
    _has_counts(text, plan["verdict"], "{right} of 100", "{wrong} of 100", "{running} of 100")
    _has_counts(text, json["equal"], "{wrong} of 100", "{wrong} in 100 runs still declare a winner")
    for share in plan["shares"]:
        low, mean, high = (f"{share[name][-1]:.0%}" for name in ("low", "mean", "high"))
        assert f"{mean} ({low}–{high})" in text
        assert f"{mean} {low}–{high}" in text
    drawn = 100 - float(_line(page, 1).split(",")[-1])
    assert drawn == pytest.approx(100 * plan["shares"][1]["mean"][-1], abs=0.01)


def _has_counts(text: str, outcome: dict[str, Any], *templates: str) -> None:
    """The whole numbers, unless one is shown as fewer than 1 or more than 99."""
    counts = outcome["per_100"]
    assert sum(counts.values()) == 100
    for template in templates:
        kind = re.findall("{(.*)}", template)[0]
        if 0 < counts[kind] < 100:
            assert template.format(**counts) in text


def _line(page: str, variant: int) -> str:
    match = re.search(f'class="line variant-{variant}" d="M([^"]+)"', page)
    assert match
    return match[1]


def test_comparison_has_the_figures_of_the_json_and_of_the_verdict(client: FlaskClient) -> None:
    address = ready(client, **CLASSIC)
    page = forecast_page(client, address)
    json = client.get(f"{address}/forecast.json", query_string=ASSUMPTIONS).get_json()
    cells = [text_of(cell) for cell in re.findall('class="cell [a-z]+".*?</td>', page, re.DOTALL)]
    assert len(cells) == len(json["table"]) == 25
    recommended = json["recommendation"]["cell"]
    for text, cell in zip(cells, json["table"], strict=True):
        shown = recommended if _setting(cell) == _setting(recommended) else cell
        days = "over 7 days" if shown["median_days"] is None else format_days(shown["median_days"])
        assert days in text
        _has_counts(text, shown["outcome"], "{right} right", "{wrong} wrong", "{running} running")
    own = next(cell for cell in json["table"] if _setting(cell) == (24, 95))
    assert own["outcome"] == {name: json["plan"]["verdict"][name] for name in own["outcome"]}
    assert own["median_days"] == json["plan"]["ending"]["median"]
    assert page.count('<span class="tag">Yours') == 1 and page.count("ecommended</span>") == 1


def _setting(cell: dict[str, Any]) -> tuple[int, int]:
    return cell["exploration_hours"], cell["threshold"]


def test_recommended_setting_prefills_the_form(client: FlaskClient) -> None:
    address = ready(client, **{**CLASSIC, "explorationWindow": "1hr", "winnerThreshold": "80%"})
    page = forecast_page(client, address)
    cell = client.get(f"{address}/forecast.json", query_string=ASSUMPTIONS).get_json()["recommendation"]["cell"]
    assert cell["outcome"]["wrong"] <= 0.05 and cell["outcome"]["running"] <= 0.2
    link = re.search('<a class="button" href="([^"]+)">Use this setting', page)
    assert link
    form = client.get(unescape(link[1])).text
    assert f'<option selected value="{cell["exploration_hours"]}hr">' in form
    assert f'<option selected value="{cell["threshold"]}%">' in form


def test_setting_that_is_advised_against_is_not_recommended(client: FlaskClient) -> None:
    """An attribution window of an hour cancels an exploration of an hour, even where most runs are right."""
    address = ready(client, **{**CLASSIC, "explorationWindow": "1hr", "winnerThreshold": "80%"})
    query = {**ASSUMPTIONS, "lift": "100", "visits": "20000", "within": "7"}
    json = finished_forecast(client, address, query)
    assert json["recommendation"]["cell"]["exploration_hours"] == 24
    assert json["target"]["cell"]["exploration_hours"] >= 24


def test_equal_variants_get_no_recommendation_and_no_wrong_winner(client: FlaskClient) -> None:
    page = text_of(forecast_page(client, ready(client, **CLASSIC), lift="0"))
    assert "All variants are equal here, yet" in page and "declare a winner" in page
    assert "right winner" not in page and "ecommended" not in page.partition("How the forecast works")[0].replace(
        "The recommended setting has no more.", ""
    )


@pytest.mark.slow
def test_worse_second_variant_is_a_negative_lift(client: FlaskClient, subtests: pytest.Subtests) -> None:
    address = ready(client, **CLASSIC)
    for lift in ("-20", "\N{MINUS SIGN}20"):
        with subtests.test(lift=lift):
            json = finished_forecast(client, address, {**ASSUMPTIONS, "lift": lift})
            assert json["plan"]["question"]["rates"] == pytest.approx([0.2, 0.16])
            assert json["plan"]["shares"][0]["mean"][-1] > 0.8


def test_week_of_visits_and_rates_is_simulated(client: FlaskClient) -> None:
    address = ready(client, **CLASSIC)
    query = {**ASSUMPTIONS, "weekday_rates-5": "60", "weekday_rates-6": "60%", "start": "friday"}
    question = finished_forecast(client, address, {**query, "weekday_visits-0": "150"})["plan"]["question"]
    assert question["rate_factors"] == [1, 1, 1, 1, 1, 0.6, 0.6]
    assert question["visit_factors"] == [1.5, 1, 1, 1, 1, 1, 1]
    assert question["start_day"] == 4
    page = text_of(client.get(f"{address}/forecast", query_string={**query, "weekday_visits-0": "150"}).text)
    assert "from a Friday on, with the weekdays’ visits and rates." in page


@pytest.mark.slow
def test_few_successes_during_exploration_are_advised_against(client: FlaskClient) -> None:
    address = ready(client, **CLASSIC)
    page = text_of(forecast_page(client, address, visits="75"))
    assert "With fewer than 40, the first decisions are mostly chance; only more visits avoid that." in page


def test_each_chart_has_a_name_and_a_table(client: FlaskClient) -> None:
    page = forecast_page(client, ready(client, **CLASSIC))
    assert page.count('<svg role="img" aria-labelledby=') == 2
    assert "Traffic shares over 7 days" in page and "Right, wrong and running by the size of the difference" in page
    assert "<summary>Show traffic and ends by day</summary>" in page
    assert "style=" not in page


def test_each_cell_prefills_the_form_and_saves_nothing(client: FlaskClient) -> None:
    address = ready(client, **CLASSIC)
    links = [
        unescape(link)
        for link in re.findall(
            'class="cell [a-z]+" data-threshold="[^"]+" href="([^"]+)"', forecast_page(client, address)
        )
    ]
    before = client.get(f"{address}.json").get_json()
    assert len(set(links)) == 24
    link = next(link for link in links if "explorationWindow=168hr" in link and "winnerThreshold=80%25" in link)
    form = client.get(link).text
    assert '<option selected value="168hr">' in form and '<option selected value="80%">' in form
    assert "Filled in from a link: Exploration window 1 week (168 hours), Winner threshold 80%." in form
    assert client.get(f"{address}.json").get_json() == before


def test_assumptions_are_carried_through_the_form_and_back(client: FlaskClient) -> None:
    address = ready(client, **CLASSIC)
    link = unescape(
        re.findall('class="cell [a-z]+" data-threshold="[^"]+" href="([^"]+)"', forecast_page(client, address))[0]
    )
    assumptions = unescape(re.findall('name="assumptions"[^>]* value="([^"]+)"', client.get(link).text)[0])
    submitted = fill_in(
        client, "plan", path=f"{address}/edit", assumptions=assumptions, **{**CLASSIC, "winnerThreshold": "80%"}
    )
    assert submitted.status_code == 303
    assert "visits=2000" in submitted.headers["Location"] and "rate=20" in submitted.headers["Location"]


INVALID_ASSUMPTIONS = [
    *[
        ("visits", text, "Enter the visits per day as a number from 1 to 10,000,000")
        for text in ("", "0", "-1", "1000000000")
    ],
    *[
        ("visits", text, "Enter the visits per day as a number from 1")
        for text in ("1e9", "many", "nan", "inf", "9" * 400)
    ],
    ("visits", "2.000", "Enter 2,000, or leave out the dot"),
    ("visits", "100%", "Enter the visits per day as a number from 1"),
    *[
        ("rate", text, "Enter a success rate from 0.001")
        for text in ("", "0", "100", "5;", "101", "1e-9", "1,2,3", "200%")
    ],
    ("rate", "0,5", "Enter 0.5, with a decimal point"),
    ("lift", "2,5", "Enter 2.5, with a decimal point"),
    ("visits", "2e3", "Enter 2000"),
    ("visits", "\u0663\u0660", "Enter 30"),
    ("rate", "1e-3", "Enter 0.001"),
    ("rate-0", "\uff15", "Enter 5"),
    *[("lift", text, "Enter the lift from -99.9 to 1,000,000 percent, such as 10") for text in ("", "-100", "x")],
    ("lift", "2000", "Enter a smaller lift: the second variant would succeed every time"),
    ("weekday_rates-3", "0.6", "Enter the success rate from 5 to 1,000 percent, such as 60"),
    ("weekday_visits-0", "none", "Enter the visits from 1 to 1,000 percent"),
    ("start", "someday", "Choose one of: Monday"),
    ("max_wrong", "", "Enter the wrong winners from 0.1 to 50 percent"),
    ("max_wrong", "60", "Enter the wrong winners from 0.1 to 50 percent"),
    ("within", "1", "Enter the days as a number from 2 to 56, or leave this blank"),
    ("days", "", "Choose the days to simulate"),
    *[("days", text, "Choose one of: 7 days, 14 days") for text in ("9", "56000", "28.0")],
    ("rate-0", "0", "Enter a success rate from 0.001"),
]


def test_invalid_assumption_is_reported_at_its_field(client: FlaskClient, subtests: pytest.Subtests) -> None:
    address = ready(client, **CLASSIC)
    for name, text, message in INVALID_ASSUMPTIONS:
        with subtests.test(name=name, text=text):
            response = client.get(f"{address}/forecast", query_string={**ASSUMPTIONS, name: text})
            assert response.status_code == 422
            assert response.text.count("<svg role=") == 0
            match = re.search(f'id="{name}-error">(.*?)</p>', response.text)
            assert match and message in match[1]
            summary = re.search(rf'<a href="#{name}">(.*?)</a>', response.text)
            assert summary and message in summary[1]
            assert "<title>Error: " in response.text
            response = client.get(f"{address}/forecast.json", query_string={**ASSUMPTIONS, name: text})
            assert response.status_code == 422 and message in response.get_json()["trouble"]


def test_summary_names_the_field_unless_the_message_does(client: FlaskClient) -> None:
    query = {"visits": "", "rate": "5,5", "lift": "10%", "days": "9", "weekday_rates-2": "no"}
    page = client.get(f"{ready(client, **CLASSIC)}/forecast", query_string=query).text
    assert re.findall(r'<li><a href="#[a-z_0-9-]+">(.*?)</a>', page) == [
        "Enter the visits per day as a number from 1 to 10,000,000",
        "Success rate (%): Enter 5.5, with a decimal point",
        "Days to simulate: Choose one of: 7 days, 14 days, 28 days, 56 days",
        "Success rate on Wednesdays: Enter the success rate from 5 to 1,000 percent, such as 60",
    ]


@pytest.mark.slow
def test_visits_are_read_in_the_formats_that_people_use(client: FlaskClient, subtests: pytest.Subtests) -> None:
    address = ready(client, **CLASSIC)
    for text, visits in (("2,000", 2000), ("2 000 000", 2_000_000), (" 150 ", 150), ("1.5", 1.5)):
        with subtests.test(text=text):
            json = finished_forecast(client, address, {**ASSUMPTIONS, "visits": text, "lift": "0"})
            assert json["plan"]["question"]["visits_per_day"] == visits


def test_scenario_has_the_settings_of_the_form(client: FlaskClient) -> None:
    address = ready(client, **{**CLASSIC, "attributionWindowUnit": "min", "attributionWindow": "4"})
    query = {**ASSUMPTIONS, "rate-0": "7%", "rate-1": "0.25", "days": "7"}
    scenario = finished_forecast(client, address, query)["plan"]["question"]
    assert scenario["rates"] == [0.07, 0.0025]
    assert scenario["exploration_hours"] == 24
    assert scenario["attribution_hours"] == pytest.approx(4 / 60)
    assert (scenario["threshold"], scenario["days"], scenario["launches"]) == (95, 7, 1000)


OUTLASTS = {"explorationWindow": "24hr", "attributionWindow": "24hr"}
CANCELLED = "nothing has been counted yet, and the first few results may already decide."


@pytest.mark.parametrize("query", [{}, ASSUMPTIONS, {**ASSUMPTIONS, "visits": "0"}])
def test_attribution_window_that_outlasts_the_exploration_is_explained(
    client: FlaskClient, query: dict[str, str]
) -> None:
    address = ready(client, **{**CLASSIC, **OUTLASTS})
    page = client.get(f"{address}/forecast", query_string=query).text
    assert text_of(page).count(CANCELLED) == 1
    assert "Choose an exploration window of 1 week (168 hours) or more." in text_of(page)
    link = re.search(rf'href="({address}/edit[^"]*)#explorationWindow"', page)
    assert link and "Filled in" not in client.get(unescape(link[1])).text


@pytest.mark.parametrize("changes", [{}, {**OUTLASTS, "isContextual": "true"}, {**OUTLASTS, "valueColumn": "amount"}])
def test_other_autotunes_show_no_advice_about_the_exploration(client: FlaskClient, changes: dict[str, str]) -> None:
    page = client.get(f"{ready(client, **{**CLASSIC, **changes})}/forecast").text
    assert CANCELLED not in text_of(page)


def test_missing_window_shows_no_advice_about_the_exploration(client: FlaskClient) -> None:
    address = fill_in(client, "plan", **{**CLASSIC, "attributionWindow": ""}).headers["Location"]
    page = client.get(address).text
    assert "Complete these fields first" in page and CANCELLED not in text_of(page)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"optimizationParameter": "value"}, "This autotune optimizes a value"),
        ({"valueColumn": "amount"}, "This autotune optimizes a value"),
    ],
)
def test_unsupported_autotune_shows_the_reason(client: FlaskClient, changes: dict[str, str], reason: str) -> None:
    address = ready(client, **{**CLASSIC, **changes})
    for page in (client.get(address).text, client.get(f"{address}/forecast", query_string=ASSUMPTIONS).text):
        assert "No forecast" in page and reason in page
        assert 'name="visits"' not in page and "<svg role=" not in page
    response = client.get(f"{address}/forecast.json", query_string=ASSUMPTIONS)
    assert response.status_code == 422 and reason in response.get_json()["trouble"]


CONTEXTUAL = {**CLASSIC, "isContextual": "true"}
CONTEXTUAL_VERDICT = "every variant has the 1,000 samples that Statsig names for a contextual autotune"


def contextual(client: FlaskClient, address: str, visits: str = "2000") -> tuple[str, Any]:
    """The text of the page, and the JSON."""
    json = client.get(f"{address}/forecast.json", query_string={"visits": visits})
    page = client.get(f"{address}/forecast", query_string={"visits": visits})
    assert (page.status_code, json.status_code) == (200, 200)
    return text_of(page.text), json.get_json()


def test_contextual_autotune_has_the_same_figures_on_the_page_and_in_the_json(client: FlaskClient) -> None:
    text, json = contextual(client, ready(client, **CONTEXTUAL, longtermExplorationAllocation="0.05"))
    figures = json["contextual"]
    assert (json["stage"], json["done"]) == ("done", 1)
    assert (figures["variants"], figures["visits_per_day"], figures["random_share"]) == (2, 2000, 0.05)
    for sentence in json["sentences"]:
        assert sentence in text
    for name, days, at_least in (("earliest", "about 1.1 days", ""), ("latest", "about 20.1 days", "at least ")):
        assert format_period(figures[name]["days"]) == days
        samples = f"{at_least}{figures[name]['samples_per_day']:,.0f}"
        assert f"Samples per variant a day {samples} Every variant has 1,000 after {days}" in text
    assert "5% of the traffic stays random: 100 of 2,000 visits a day." in text


def test_contextual_forecast_starts_with_the_verdict_and_ends_with_the_method(client: FlaskClient) -> None:
    text, _ = contextual(client, ready(client, **CONTEXTUAL))
    parts = ("What to expect There are enough visits:", "At the earliest", "At the latest", "How the forecast works")
    positions = [text.rindex(part) for part in parts]
    assert positions == sorted(positions)
    assert "never declares a winner: measure its effect with a linked experiment." in text
    assert "How the models are trained is not public." in text and "simulat" not in text


def test_contextual_forecast_that_takes_long_says_what_to_change(client: FlaskClient) -> None:
    text, json = contextual(client, ready(client, **CONTEXTUAL), visits="500")
    assert f"There may be too few visits: {CONTEXTUAL_VERDICT}" in text
    assert "use a long-term exploration allocation of at least 0.15." in text
    assert json["contextual"]["remedy"]["random_share"] == 0.15


def test_blank_allocation_is_assumed_to_be_that_of_the_console(client: FlaskClient) -> None:
    assumed = "we assume what Statsig’s console starts from"
    text, json = contextual(client, ready(client, **CONTEXTUAL))
    assert assumed in text and json["contextual"]["random_share"] == 0.1
    assert assumed not in contextual(client, ready(client, **CONTEXTUAL, longtermExplorationAllocation="0.1"))[0]


def test_linked_experiment_is_named_or_its_field_is_linked(client: FlaskClient) -> None:
    address = ready(client, **CONTEXTUAL)
    page = client.get(f"{address}/forecast?visits=2000").text
    assert f'href="{address}/edit?assumptions=visits%3D2000#linkedExperimentName"' in page
    text, _ = contextual(client, ready(client, **CONTEXTUAL, linkedExperimentName="bandit_<check>"))
    assert "This one is linked to bandit_<check>." in text


def test_contextual_forecast_needs_no_worker(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = ready(client, **CONTEXTUAL)
    monkeypatch.setitem(client.application.extensions, "forecasts", None)
    contextual(client, address)
    assert client.get(f"{address}/forecast").status_code == 200


def test_contextual_forecast_may_have_many_variants_and_optimize_a_value(client: FlaskClient) -> None:
    rows = {f"variants__{row}__name": f"v{row}" for row in range(12)} | {
        f"variants__{row}__json": "{}" for row in range(12)
    }
    address = ready(client, **CONTEXTUAL, **rows, optimizationParameter="value", valueColumn="amount")
    assert contextual(client, address)[1]["contextual"]["variants"] == 12


def test_contextual_form_asks_for_the_visits_only(client: FlaskClient) -> None:
    address = ready(client, **CONTEXTUAL)
    for page in (client.get(address).text, client.get(f"{address}/forecast").text):
        assert 'name="visits"' in page and 'name="rate"' not in page and 'name="days"' not in page
        assert "We assume that" not in page.split('id="model"')[0] and "never declares a winner" in text_of(page)


def test_invalid_visits_of_a_contextual_autotune_are_reported_at_the_field(client: FlaskClient) -> None:
    address, message = ready(client, **CONTEXTUAL), "Enter the visits per day as a number from 1 to 10,000,000"
    for visits in ("", "0", "many"):
        response = client.get(f"{address}/forecast", query_string={"visits": visits})
        assert response.status_code == 422 and "What to expect" not in response.text
        match = re.search('id="visits-error">(.*?)</p>', response.text)
        assert match and message in match[1]
        response = client.get(f"{address}/forecast.json", query_string={"visits": visits})
        assert response.status_code == 422 and response.get_json()["trouble"] == message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"attributionWindow": ""}, "Choose an attribution window"),
        ({"longtermExplorationAllocation": "2"}, "Enter a number from 0.001 to 1, such as 0.5"),
        ({"variants__1__name": None, "variants__1__json": None}, "Add a variant: an autotune needs at least 2"),
    ],
)
def test_contextual_forecast_lists_what_is_missing(client: FlaskClient, changes: dict[str, Any], message: str) -> None:
    address = fill_in(client, "plan", **{**CONTEXTUAL, **changes}).headers["Location"]
    response = client.get(address, query_string={"visits": "2000"})
    assert message in text_of(response.text) and "What to expect" not in response.text
    detail = client.get(address.removesuffix("/forecast")).text
    assert 'name="visits"' not in detail and "First add two variants and the attribution window" in text_of(detail)


def test_contextual_forecast_needs_no_exploration_window_and_threshold(client: FlaskClient) -> None:
    changes = {"explorationWindow": "", "winnerThreshold": "", "explorationWindowRate": "7"}
    response = fill_in(client, "plan", **{**CONTEXTUAL, **changes})
    contextual(client, response.headers["Location"].removesuffix("/forecast"))


def test_contextual_key_changes_with_the_settings_and_the_visits(client: FlaskClient) -> None:
    one, other = ready(client, **CONTEXTUAL), ready(client, **CONTEXTUAL, longtermExplorationAllocation="0.2")
    keys = {contextual(client, address, visits)[1]["asked"] for address in (one, other) for visits in ("10", "20")}
    assert len(keys) == 4


def test_more_variants_than_supported_show_the_limit(client: FlaskClient) -> None:
    rows = {f"variants__{row}__name": f"v{row}" for row in range(MAX_FORECAST_VARIANTS + 1)}
    rows |= {f"variants__{row}__json": "{}" for row in range(MAX_FORECAST_VARIANTS + 1)}
    page = client.get(f"{ready(client, **CLASSIC, **rows)}/forecast", query_string=ASSUMPTIONS).text
    assert "at most 10 variants, and this autotune has 11" in page


def test_draft_with_errors_elsewhere_has_a_forecast_and_stays_a_draft(client: FlaskClient) -> None:
    response = fill_in(client, "plan", name="", variants__1__json="{", **CLASSIC)
    assert response.status_code == 303 and response.headers["Location"].endswith("/forecast")
    address = response.headers["Location"].removesuffix("/forecast")
    assert client.get(f"{address}.json").get_json()["state"] == "draft"
    assert "Half of the simulated runs" in forecast_page(client, address)


def test_draft_without_a_required_field_links_to_it(client: FlaskClient) -> None:
    address = fill_in(client, "plan", winnerThreshold="", **{k: CLASSIC[k] for k in ("explorationWindow",)}).headers[
        "Location"
    ]
    page = client.get(address).text
    assert "Complete these fields first" in page and "Choose a winner threshold" in page
    assert f'href="{address.removesuffix("/forecast")}/edit#winnerThreshold"' in page
    assert client.get(f"{address}.json").status_code == 422


def test_forecast_from_a_complete_form_leaves_it_ready(client: FlaskClient) -> None:
    address = fill_in(client, "plan", **CLASSIC).headers["Location"].removesuffix("/forecast")
    assert client.get(f"{address}.json").get_json()["state"] == "ready"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"variants__1__name": None, "variants__1__json": None}, "Add a variant: an autotune needs at least 2"),
        ({"explorationWindow": "3hr"}, "Exploration window: Choose one of"),
        ({"attributionWindow": ""}, "Choose an attribution window"),
    ],
)
def test_missing_field_is_listed_instead_of_a_forecast(
    client: FlaskClient, changes: dict[str, str], message: str
) -> None:
    address = fill_in(client, "plan", **{**CLASSIC, **changes}).headers["Location"]
    response = client.get(address, query_string=ASSUMPTIONS)
    assert message in text_of(response.text) and "<svg role=" not in response.text


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from([*ASSUMPTIONS, "rate-0", "rate-99"]), text=st.text(max_size=50))
def test_any_text_as_an_assumption_is_answered(client: FlaskClient, name: str, text: str) -> None:
    address = _any_address(client)
    response = client.get(f"{address}/forecast.json", query_string={**ASSUMPTIONS, "lift": "x", name: text})
    assert response.status_code in (200, 422)
    assert client.get(f"{address}/forecast", query_string={**ASSUMPTIONS, "days": "x", name: text}).status_code in (
        200,
        422,
    )


def _any_address(client: FlaskClient) -> str:
    match = re.search('href="(/autotunes/[0-9a-f]{12})"', client.get("/").text)
    return match[1] if match else ready(client, **CLASSIC)


def test_variant_names_are_escaped(client: FlaskClient) -> None:
    page = forecast_page(client, ready(client, variants__0__name="<b>&", **CLASSIC), days="7")
    assert "&lt;b&gt;&amp;" in page and "<b>&" not in page


def test_unknown_autotune_is_not_found(client: FlaskClient) -> None:
    assert client.get("/autotunes/nothing/forecast").status_code == 404
    assert client.get("/autotunes/nothing/forecast.json").status_code == 404


def test_other_pages_are_served_while_a_forecast_runs(make_app: Callable[..., Flask]) -> None:
    """The worker is stopped, so that the forecast stays unfinished."""
    app = make_app()
    app.extensions["wait_timeout"] = 0.0
    client, queue = app.test_client(), app.extensions["forecasts"]
    rows = {
        f"variants__{row}__{field}": text for row in range(10) for field, text in (("name", f"v{row}"), ("json", "{}"))
    }
    address = ready(client, **CLASSIC, **rows)
    query = {**ASSUMPTIONS, "days": "56", "lift": "1"}
    page = client.get(f"{address}/forecast", query_string=query).text
    send_signal(queue, signal.SIGSTOP)
    assert "Running simulations" in page and ">Refresh<" in page and "<progress" in page
    assert client.get(address).status_code == 200
    stage = client.get(f"{address}/forecast.json", query_string=query).get_json()["stage"]
    assert stage == "running", "a page waited for the forecast"
    send_signal(queue)


def test_person_who_logs_in_is_told_of_the_limit_and_others_are_answered(make_app: Callable[..., Flask]) -> None:
    app = make_app(**PROXY_SETTINGS)
    anna, ben = (behind_proxy(app, email) for email in (ANNA, BEN))
    address = ready(anna, **CLASSIC)
    with stopped_worker(app.extensions["forecasts"]):
        statuses = [_status(anna, address, visits) for visits in range(1, MAX_JOBS_OF_PERSON + 2)]
        assert [status["stage"] for status in statuses] == ["running", "waiting", "waiting", "failed"]
        assert statuses[2]["words"] == "2 forecasts are ahead of yours."
        assert statuses[3]["words"].startswith("You have 3 forecasts running. Wait until one is complete")
        assert _status(ben, address, 99)["words"] == "1 forecast is ahead of yours."


def test_local_user_has_no_limit_of_their_own(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    client = app.test_client()
    address = ready(client, **CLASSIC)
    with stopped_worker(app.extensions["forecasts"]):
        statuses = [_status(client, address, visits) for visits in range(1, MAX_JOBS_OF_PERSON + 2)]
    assert statuses[-1]["stage"] == "waiting"


def _status(client: FlaskClient, address: str, visits: int) -> Any:
    return client.get(f"{address}/forecast.json", query_string={**ASSUMPTIONS, "visits": visits}).get_json()


@pytest.mark.slow
def test_two_copies_have_the_same_forecast(make_app: Callable[..., Flask]) -> None:
    clients = [make_app().test_client() for _ in range(2)]
    address = ready(clients[0], **CLASSIC)
    first, second = (finished_forecast(client, address, ASSUMPTIONS) for client in clients)
    assert first == {name: value for name, value in second.items() if name != "kept"}


def test_forecast_page_says_that_it_is_a_model(client: FlaskClient) -> None:
    page = text_of(client.get(f"{ready(client, **CLASSIC)}/forecast").text)
    assert "A model, not Statsig’s own figures. Accurate to about ±3 in 100 runs and ±6% in days." in page


def _output(code: str, folder: Path) -> str:
    """Of a process of its own, which must not fail."""
    command, root = [sys.executable, "-c", code, str(folder)], Path(__file__).parents[2]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_web_process_never_imports_numpy(tmp_path: Path) -> None:
    assert _output(WEB_PROCESS, tmp_path).split() == ["done", "False"]


WEB_PROCESS = """
import sys, time
from webapp import create_app
from webapp.config import read_settings
from tests.forms import ready
app = create_app(read_settings({"DATA_DIR": sys.argv[1]}))
client = app.test_client()
address = ready(client, explorationWindow="24hr")
for page in ("/", "/autotunes/new", address, f"{address}/edit", f"{address}/forecast", f"{address}.json"):
    assert client.get(page).status_code == 200
query = {"visits": "500", "rate": "5", "lift": "10", "days": "7"}
stage = "running"
while stage in ("running", "planned"):
    time.sleep(0.1)
    stage = client.get(f"{address}/forecast.json", query_string=query).get_json()["stage"]
assert client.get(f"{address}/forecast", query_string=query).status_code == 200
print(stage, "numpy" in sys.modules)
app.extensions["forecasts"].close()
"""


def test_without_numpy_pages_and_json_say_how_to_install_it(tmp_path: Path) -> None:
    _output(WITHOUT_NUMPY, tmp_path)


WITHOUT_NUMPY = """
import sys
sys.modules["numpy"] = None  # as if it were not installed
from html import unescape
from webapp import create_app
from webapp.config import read_settings
from tests.forms import ready
app = create_app(read_settings({"DATA_DIR": sys.argv[1]}))
client = app.test_client()
address = ready(client, explorationWindow="24hr")
query = {"visits": "500", "rate": "5", "lift": "10", "days": "7"}
json = client.get(f"{address}/forecast.json", query_string=query)
assert json.status_code == 422 and json.get_json()["stage"] == "failed"
for page in (f"{address}/forecast", address):
    response = client.get(page, query_string=query)
    text = unescape(response.text)
    assert response.status_code == 200 and 'name="visits"' not in text
    for answer in (text, json.get_json()["trouble"]):
        assert 'As the administrator run: pip install "autotune-desk[forecast]"' in answer
assert app.extensions["forecasts"]._worker is None
app.extensions["forecasts"].close()
contextual = ready(client, name="Contextual", isContextual="true")
assert "never declares a winner" in client.get(contextual).text
"""


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> FlaskClient:
    return make_app().test_client()
