"""The forecast page and its JSON: the same figures everywhere, and no chart for invalid assumptions."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.forecast.inputs import MAX_FORECAST_VARIANTS
from webapp.forecast.summary_text import format_chance, format_days

from ..forecast.workers import kill
from ..forms import fill_in, finished_forecast, ready

ASSUMPTIONS = {"visits": "2000", "rate": "5", "lift": "20", "days": "14"}
CLASSIC = {"explorationWindow": "24hr", "winnerThreshold": "95%", "attributionWindow": "1hr"}


def forecast_page(client: FlaskClient, address: str, **assumptions: str) -> str:
    """The page of the forecast, once it is complete."""
    query = {**ASSUMPTIONS, **assumptions}
    finished_forecast(client, address, query)
    return client.get(f"{address}/forecast", query_string=query).text


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


def test_text_charts_and_tables_have_the_same_figures(client: FlaskClient) -> None:
    address = ready(client, **CLASSIC)
    page = forecast_page(client, address)
    json = client.get(f"{address}/forecast.json", query_string=ASSUMPTIONS).get_json()
    plan, table = json["plan"], json["table"]
    median, right = format_days(plan["ending"]["median"]), format_chance(plan["verdict"]["right"])
    text = text_of(page)
    for sentence in json["sentences"]:
        assert sentence in text
    assert f"Half of the simulated runs end within {median}." in text
    assert f"Half end within {median}" in text
    assert "are right" in text and f"of those that end, {right} are right" in text
    current = page.split('class="current"')[1].split("</td>")[0]
    assert text_of(current.partition(">")[2]) == f"{median} {right} right Now"
    assert len(table) == 25
    assert plan.keys() == {"question", "days", "shares", "ending", "verdict", "gain"}
    assert table[0].keys() == {"exploration_hours", "threshold", "median_days", "ended", "right"}
    for share in plan["shares"]:
        low, high = f"{share['low'][-1]:.0%}", f"{share['high'][-1]:.0%}"
        band = f"8 in 10 from {low} to {high}" if low != high else f"at least 8 in 10 at {low}"
        last = f"{share['mean'][-1]:.0%} on average, {band}"
        assert f"On day 14: {last}" in text
        assert f"{share['mean'][-1]:.0%} {share['low'][-1]:.0%}–{share['high'][-1]:.0%}" in text
    assert f"Ended within 7 days {format_chance(plan['ending']['chances'][0][1])}" in text
    heights = [float(point.split(",")[1]) for point in _line(page, "blue").split("L")]
    drawn = (138 - heights[-1]) / 126
    assert drawn == pytest.approx(plan["shares"][1]["mean"][-1], abs=0.001)


def _line(page: str, name: str) -> str:
    part = page.split(f"Traffic share of {name}")[1]
    match = re.search('class="line" d="M([^"]+)"', part)
    assert match
    return match[1]


def test_each_chart_has_a_name_and_a_table(client: FlaskClient) -> None:
    page = forecast_page(client, ready(client, **CLASSIC))
    assert page.count("<svg class=") == page.count('role="img" aria-labelledby=') == 3
    assert "Traffic share of red over 14 days" in page and "Chance of having ended, over 14 days" in page
    assert (
        "<summary>Show traffic shares as a table</summary>" in page
        and "<summary>Show ended runs as a table</summary>" in page
    )
    assert "style=" not in page


def test_each_cell_prefills_the_form_and_saves_nothing(client: FlaskClient) -> None:
    address = ready(client, **CLASSIC)
    before = client.get(f"{address}.json").get_json()
    links = [unescape(link) for link in re.findall('class="cell" href="([^"]+)"', forecast_page(client, address))]
    assert len(set(links)) == 24
    link = next(link for link in links if "explorationWindow=168hr" in link and "winnerThreshold=80%25" in link)
    form = client.get(link).text
    assert '<option selected value="168hr">' in form and '<option selected value="80%">' in form
    assert "Filled in, not saved yet: Exploration window 1 week (168 hours), Winner threshold 80%." in form
    assert client.get(f"{address}.json").get_json() == before


def test_assumptions_are_carried_through_the_form_and_back(client: FlaskClient) -> None:
    address = ready(client, **CLASSIC)
    link = unescape(re.findall('class="cell" href="([^"]+)"', forecast_page(client, address))[0])
    assumptions = unescape(re.findall('name="guesses"[^>]* value="([^"]+)"', client.get(link).text)[0])
    submitted = fill_in(
        client, "plan", path=f"{address}/edit", guesses=assumptions, **{**CLASSIC, "winnerThreshold": "80%"}
    )
    assert submitted.status_code == 303
    assert "visits=2000" in submitted.headers["Location"] and "rate=5" in submitted.headers["Location"]
    assert '<option value="28"' in client.get(submitted.headers["Location"]).text


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
    *[("lift", text, "Enter the lift as a number") for text in ("", "-1", "x")],
    ("lift", "2000", "Enter a smaller lift: the best variant would succeed every time"),
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
            assert response.text.count("<svg class=") == 0
            match = re.search(f'id="{name}-error">(.*?)</p>', response.text)
            assert match and message in match[1]
            summary = re.search(rf'<a href="#{name}">(.*?)</a>', response.text)
            assert summary and message in summary[1]
            assert "<title>Error: " in response.text
            response = client.get(f"{address}/forecast.json", query_string={**ASSUMPTIONS, name: text})
            assert response.status_code == 422 and message in response.get_json()["trouble"]


def test_summary_names_the_field_unless_the_message_does(client: FlaskClient) -> None:
    query = {"visits": "", "rate": "5,5", "lift": "10%", "days": "9"}
    page = client.get(f"{ready(client, **CLASSIC)}/forecast", query_string=query).text
    assert re.findall(r'<li><a href="#[a-z]+">(.*?)</a>', page) == [
        "Enter the visits per day as a number from 1 to 10,000,000",
        "Success rate (%): Enter 5.5, with a decimal point",
        "Days to simulate: Choose one of: 7 days, 14 days, 28 days, 56 days",
    ]


def test_visits_are_read_in_the_formats_that_people_use(client: FlaskClient, subtests: pytest.Subtests) -> None:
    address = ready(client, **CLASSIC)
    for text, visits in (("2,000", 2000), ("2 000 000", 2_000_000), (" 150 ", 150), ("1.5", 1.5)):
        with subtests.test(text=text):
            json = finished_forecast(client, address, {**ASSUMPTIONS, "visits": text, "days": "7"})
            assert json["plan"]["question"]["visits_per_day"] == visits


def test_scenario_has_the_settings_of_the_form(client: FlaskClient) -> None:
    address = ready(client, **{**CLASSIC, "attributionWindowUnit": "min", "attributionWindow": "4"})
    query = {**ASSUMPTIONS, "rate-0": "7%", "rate-1": "0.25", "days": "7"}
    scenario = finished_forecast(client, address, query)["plan"]["question"]
    assert scenario["rates"] == [0.07, 0.0025]
    assert scenario["exploration_hours"] == 24
    assert scenario["attribution_hours"] == pytest.approx(4 / 60)
    assert (scenario["threshold"], scenario["days"], scenario["launches"]) == (95, 7, 1000)


def test_second_variant_is_assumed_to_be_the_best(client: FlaskClient) -> None:
    address = ready(client, **CLASSIC)
    assert "We assume that blue is the best" in text_of(client.get(f"{address}/forecast").text)
    rates = finished_forecast(client, address, {**ASSUMPTIONS, "days": "7"})["plan"]["question"]["rates"]
    assert rates == pytest.approx([0.05, 0.06])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"isContextual": "true"}, "A contextual autotune chooses by what is known about each user"),
        ({"optimizationParameter": "value"}, "This autotune optimizes a value"),
        ({"valueColumn": "amount"}, "This autotune optimizes a value"),
    ],
)
def test_unsupported_autotune_shows_the_reason(client: FlaskClient, changes: dict[str, str], reason: str) -> None:
    address = ready(client, **{**CLASSIC, **changes})
    for page in (client.get(address).text, client.get(f"{address}/forecast", query_string=ASSUMPTIONS).text):
        assert "No forecast" in page and reason in page
        assert 'name="visits"' not in page and "<svg class=" not in page
    response = client.get(f"{address}/forecast.json", query_string=ASSUMPTIONS)
    assert response.status_code == 422 and reason in response.get_json()["trouble"]


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
    assert message in text_of(response.text) and "<svg class=" not in response.text


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


def test_equal_rates_have_no_wrong_winner(client: FlaskClient) -> None:
    page = text_of(forecast_page(client, ready(client, **CLASSIC), lift="0", days="7"))
    assert "All variants have the same rate, so no winner can be wrong." in page
    assert "all are equal" in page and "100 in 100 right" not in page


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
    kill(queue, signal.SIGSTOP)
    assert "Running simulations" in page and ">Refresh<" in page and "<progress" in page
    assert client.get(address).status_code == 200
    stage = client.get(f"{address}/forecast.json", query_string=query).get_json()["stage"]
    assert stage == "running", "a page waited for the forecast"
    kill(queue)


def test_forecast_page_says_that_it_is_a_model(client: FlaskClient) -> None:
    page = text_of(client.get(f"{ready(client, **CLASSIC)}/forecast").text)
    assert "these are not Statsig’s own figures" in page and "It is a model." in page


def test_web_process_never_imports_numpy(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", WEB_PROCESS, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["done", "False"]


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


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> FlaskClient:
    return make_app().test_client()
