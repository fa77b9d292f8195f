"""Assumptions of a forecast that Statsig's figures suggest, in the form and on the page of the forecast."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.autotunes.services import Services

from .. import catalog
from ..conftest import CANARY
from ..fake_statsig import FakeStatsig
from ..forms import BUTTON_COLOR_TEST, hidden, initial_values, ready, text_of
from .test_suggestions import open_form, preview, wait_for_reads


@pytest.fixture
def app(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> Flask:
    catalog.fill(fake_statsig)
    return make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, STATSIG_REQUEST_BUDGET="600")


def offered(client: FlaskClient, services: Services, **typed: str) -> str:
    """What the form offers, once Statsig was read for what is typed."""
    page = open_form(client, services)
    preview(client, page, **typed)
    wait_for_reads(services)
    return str(preview(client, page, **typed)["pieces"]["forecast_offers"])


SIGN_UP = "3,000 visits sign_up, average of the 7 days to 14 Jan"
CHECKOUT = "1,000 visits checkout_flow, average of the 7 days to 14 Jan"
PATTERN = "the weekly pattern visits by weekday as purchase is logged, 8 to 14 Jan"


RATE = "1.67% 50 users a day log purchase in the whole product (8 to 14 Jan), of 3,000 visits"
LINKED = {"successEvent": "purchase", "linkedExperimentName": "sign_up"}


OFFERED: list[tuple[dict[str, str], list[str]]] = [  # what is typed, what is offered
    ({"successEvent": "purchase"}, [f"Use {SIGN_UP}", f"Use {CHECKOUT}", f"Use {PATTERN}"]),
    (LINKED | {"linkedExperimentName": "checkout_flow"}, [f"Use {CHECKOUT}", f"Use {PATTERN}"]),
    (LINKED | {"visits": "3000"}, [SIGN_UP, f"Use {RATE}", f"Use {PATTERN}"]),
    (LINKED | {"visits": "3000", "rate": "1.67"}, [SIGN_UP, RATE, f"Use {PATTERN}"]),
    (LINKED | {"visits": "49"}, [f"Use {SIGN_UP}", f"Use {PATTERN}"]),
    ({"successEvent": "other"}, [f"Use {SIGN_UP}", f"Use {CHECKOUT}"]),
    ({"successEvent": "purchase", "isContextual": "true"}, [f"Use {SIGN_UP}", f"Use {CHECKOUT}"]),
    ({"successEvent": "purchase", "valueColumn": "revenue"}, []),
    ({"successEvent": ""}, []),
]


def test_offers_have_a_value_and_its_source(client: FlaskClient, services: Services) -> None:
    for typed, expected in OFFERED:
        offers = re.sub('<span class="visually-hidden">.*?</span>', "", offered(client, services, **typed))
        assert [text_of(offer) for offer in re.findall("<li>.*?</li>", offers, re.DOTALL)] == expected, typed


@pytest.mark.parametrize("path", ["/exposure_count", "/metrics/values", "/experiments"])
def test_fields_stay_to_be_typed_where_statsig_forbids_a_read(
    client: FlaskClient, services: Services, fake_statsig: FakeStatsig, path: str
) -> None:
    fake_statsig.responder = lambda request: (403, {}) if request.path.startswith(path) else None
    text = text_of(offered(client, services, successEvent="purchase", visits="3000"))
    assert ("checkout_flow" in text) == (path == "/metrics/values")
    assert ("weekly pattern" in text) == (path != "/metrics/values")
    assert 'name="visits"' in client.get("/autotunes/new").text


def click(client: FlaskClient, fields: dict[str, str], action: str) -> str:
    return client.post("/autotunes", data={**fields, "action": unescape(action)}).text


def test_offer_fills_in_the_form_and_can_be_edited(client: FlaskClient, services: Services) -> None:
    page = open_form(client, services)
    fields = BUTTON_COLOR_TEST | {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    fields |= {"successEvent": "purchase", "linkedExperimentName": "sign_up"}
    offers = offered(client, services, **fields)
    action = re.search('value="(assume[?]visits=[^"]*)"', offers)
    assert action
    fields = initial_values(click(client, fields, action[1]))
    assert fields["visits"] == "3000"
    assert fields["name"] == BUTTON_COLOR_TEST["name"]
    action = re.search('value="(assume[?]weekday[^"]*)"', offers)
    assert action
    page = click(client, fields | {"visits": "2500"}, action[1])
    fields = initial_values(page)
    assert fields["visits"] == "2500"
    assert parse_qs(fields["assumptions"])["weekday_visits-4"] == ["80"]  # Friday, 8 January: 80 of 100 on average
    assert "Visits differ by weekday" in text_of(page)
    action = re.search('value="(assume[?]weekday_visits-0=&[^"]*)"', page)
    assert action
    assert "weekday" not in initial_values(click(client, fields, action[1]))["assumptions"]


def test_forecast_page_links_to_the_forecast_with_an_offer(client: FlaskClient, services: Services) -> None:
    open_form(client, services)
    address = ready(client, successEvent="purchase", linkedExperimentName="sign_up")
    client.get(f"{address}/forecast")
    wait_for_reads(services)
    page = client.get(f"{address}/forecast", query_string={"rate": "5"}).text
    link = re.search('href="([^"]*)">\\s*Use 3,000 visits', page)
    assert link
    assert parse_qs(urlsplit(unescape(link[1])).query) == {
        "visits": ["3000"],
        "rate": ["5"],
        "lift": ["10"],
        "days": ["28"],
    }


def test_assumptions_are_in_the_form_again_after_saving(client: FlaskClient) -> None:
    page = client.get("/autotunes/new").text
    fields = BUTTON_COLOR_TEST | {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    typed = {"visits": "3000", "rate": "5", "action": "save"}
    saved = client.post("/autotunes", data=fields | typed, follow_redirects=True).text
    link = re.search('href="([^"]*/edit[^"]*)">Edit</a>', saved)
    assert link
    form = initial_values(client.get(unescape(link[1])).text)
    assert (form["visits"], form["rate"]) == ("3000", "5")
