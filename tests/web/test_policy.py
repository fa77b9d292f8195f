"""The company's rules on the pages, and the line that says who requested an autotune."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from ..auth.fixtures import ANNA, PROXY_SETTINGS, behind_proxy
from ..conftest import CANARY
from ..fake_statsig import FakeStatsig
from ..forms import BUTTON_COLOR_TEST, click_create, fill_in, hidden, ready, text_of
from .test_form import error_at

RULES = {
    "NAME_PATTERN": "[a-z]+(_[a-z]+)+",
    "NAME_PATTERN_HINT": "team_goal, such as growth_cta.",
    "REQUIRED_FIELDS": "goalRichText, featureList",
    "MAX_VARIANTS_ALLOWED": "2",
    "ALLOWED_EVENTS": "add_to_cart, purchase",
}
THIRD_VARIANT = {"variants__2__name": "green", "variants__2__json": '{"color": "green"}'}
ERRORS = {
    "name": "Enter a name like team_goal, such as growth_cta",
    "successEvent": "Choose one of the allowed events: add_to_cart, purchase",
    "variants": "Use at most 2 variants: remove 1",
    "goalRichText": "Enter a goal",
}
ALLOWED = {"name": "growth_cta", "successEvent": "purchase", "goalRichText": "More clicks"}


@pytest.fixture
def make_client(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> Callable[..., FlaskClient]:
    """A client of a desk with these settings; all of them share a database."""
    return lambda **environ: make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, **environ).test_client()


def test_form_shows_the_rules(make_client: Callable[..., FlaskClient]) -> None:
    page = make_client(**RULES).get("/autotunes/new").text
    text = text_of(page)
    assert "Your company’s rule: a name like team_goal, such as growth_cta." in text
    assert "Allowed: add_to_cart, purchase." in text
    assert "At most 2 variants." in text and "Add variant" not in text
    assert '<label for="goalRichText">Goal</label>' in page and "Feature list (optional)" not in page
    assert re.findall(r'id="section-(\w+)" open', page) == ["purpose"]


def test_submitted_and_typed_forms_are_held_to_the_rules(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(**RULES)
    response = fill_in(client, **THIRD_VARIANT)
    assert response.status_code == 422
    assert {field: error_at(response.text, field) for field in ERRORS} == ERRORS
    assert "Error: Enter a goal" in text_of(response.text), "without the name of the field before it"
    fields = {name: hidden(response.text, name) for name in ("csrf_token", "token", "version")}
    typed = {**fields, **BUTTON_COLOR_TEST, **{name.replace("__", "-"): text for name, text in THIRD_VARIANT.items()}}
    preview = client.post("/autotunes/preview", data=typed).get_json()
    assert preview["errors"] == ERRORS
    assert "Missing: Enter a goal" in text_of(preview["pieces"]["sidebar"])
    assert fill_in(client, "save", **THIRD_VARIANT).status_code == 303, "a draft can always be saved"
    ready(client, **ALLOWED)


def test_filled_in_form_shows_what_is_against_the_rules(make_client: Callable[..., FlaskClient]) -> None:
    rows = "&".join(f"variants-{row}-name={row}" for row in range(3))
    page = make_client(**RULES).get(f"/autotunes/new?name=Welcome&successEvent=open&{rows}").text
    assert {field: error_at(page, field) for field in ERRORS} == {**ERRORS, "goalRichText": ""}


def test_reviewed_autotune_is_not_sent_against_a_newer_rule(
    make_client: Callable[..., FlaskClient], fake_statsig: FakeStatsig
) -> None:
    lenient, strict = make_client(), make_client(**RULES)
    address = ready(lenient)
    shown_before = lenient.get(address).text
    page = strict.get(address).text
    assert "Invalid: Name: Enter a name like team_goal" in text_of(page)
    assert "Your company’s rules have changed since the review" in text_of(page)
    assert "Create in Statsig</button>" not in page
    requests = len(fake_statsig.requests)
    data = {"csrf_token": hidden(page, "csrf_token"), "version": hidden(shown_before, "version")}
    page = text_of(strict.post(f"{address}/create", data=data, follow_redirects=True).text)
    assert len(fake_statsig.requests) == requests
    assert "Not sent: your company’s rules have changed since your review." in page
    assert "Not ready yet Name: Enter a name like team_goal, such as growth_cta" in page
    assert "Not sent: the company’s rules have changed" in page, "in the history"
    assert error_at(strict.get(f"{address}/edit").text, "goalRichText") == "Enter a goal"
    assert "Created in Statsig" in click_create(strict, ready(strict, path=f"{address}/edit", **ALLOWED)).text


def test_what_was_created_before_a_rule_keeps_its_page(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client()
    address = ready(client)
    click_create(client, address)
    page = text_of(make_client(**RULES).get(address).text)
    assert "has what was requested" in page and "Enter a name like" not in page and '"Button Color Test"' in page


@pytest.mark.parametrize("typed", ["", "Why.\nAnd how."])
def test_description_says_who_requested_it(
    make_app: Callable[..., Flask], fake_statsig: FakeStatsig, typed: str
) -> None:
    app = make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, REQUESTED_BY="1", **PROXY_SETTINGS)
    client = behind_proxy(app, ANNA)
    address = ready(client, description="Before")
    assert fill_in(client, path=f"{address}/edit", description=typed).status_code == 303
    line = f"Requested by {ANNA}, http://localhost{address}"
    page = client.get(address).text
    assert f"Added by the desk: {line}" in text_of(page)
    assert "Description Not provided" not in text_of(page)
    assert "Requested by" not in client.get(f"{address}/edit").text
    assert "Not as requested" not in click_create(client, address).text
    (post,) = fake_statsig.posts
    assert post.json["description"] == (f"{typed}\n\n{line}" if typed else line)
    assert client.get(f"{address}/request.json").data == post.body
