"""The pages that start and decide an autotune: the words, the second person, and who may."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ..auth.fixtures import ANNA, BEN, PROXY_SETTINGS, behind_proxy
from ..conftest import CANARY, Clock
from ..fake_statsig import FakeStatsig
from ..forms import click_create, hidden, ready, text_of
from ..http_stub import Request, Response
from ..list_page import rows
from .test_suggestions import wait_for_reads

MakeApp = Callable[..., Flask]
CARLA = "carla@example.com"
REASON = "Blue sells more.\nAnd <b>looks</b> better."


@pytest.fixture
def make_desk(make_app: MakeApp, fake_statsig: FakeStatsig) -> MakeApp:
    """A desk behind a proxy."""
    statsig = {"STATSIG_API_KEY": CANARY, "STATSIG_API_URL": fake_statsig.url}
    return lambda **environ: make_app(**PROXY_SETTINGS, **statsig, **environ)


@pytest.fixture
def app(make_desk: MakeApp) -> Flask:
    return make_desk()


def created(client: FlaskClient, **changed: str) -> str:
    address = ready(client, **changed)
    assert "Created in Statsig" in click_create(client, address).text
    return address


def click(client: FlaskClient, address: str, kind: str = "start", **typed: str) -> TestResponse:
    """Opens the confirmation and submits it."""
    page = client.get(f"{address}/{kind}").text
    data = {name: hidden(page, name) for name in ("csrf_token", "number")} | typed
    return client.post(f"{address}/{kind}", data=data)


def post(client: FlaskClient, address: str, action: str, number: int = 1, **typed: str) -> TestResponse:
    data = {"csrf_token": hidden(client.get("/").text, "csrf_token"), "number": str(number), **typed}
    return client.post(f"{address}/{action}", data=data)


def started(client: FlaskClient) -> str:
    address = created(client)
    assert click(client, address).status_code == 303
    return address


def action(client: FlaskClient, address: str) -> dict[str, str]:
    json: dict[str, str] = client.get(f"{address}.json").get_json()["action"]
    return json


def test_start_is_confirmed_in_words(anna: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = created(anna)
    assert f'href="{address}/start"' in anna.get(address).text and action(anna, address) is None
    words = text_of(anna.get(f"{address}/start").text)
    assert "This starts Button Color Test in Statsig (project Shop). From now on users get red or blue" in words
    assert "an even split for 1 hour" in words and "It cannot be undone from here. Start in Statsig Cancel" in words
    assert fake_statsig.puts == []
    page = text_of(anna.get(click(anna, address).headers["Location"]).text)
    assert f"Started in Statsig by {ANNA}" in page and "It is running" in page
    assert action(anna, address) == {"kind": "start", "state": "done", "message": ""}


def test_decision_names_the_variant_and_the_reason(anna: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = started(anna)
    words = text_of(anna.get(f"{address}/decide").text)
    assert "Everybody gets the variant that you choose. The autotune ends." in words
    assert click(anna, address, "decide", variant="blue", reason=REASON.replace("\n", "\r\n")).status_code == 303
    assert fake_statsig.puts[-1].json == {"id": "blue", "decisionReason": REASON}
    page = text_of(anna.get(address).text)
    assert (
        f"Decided in Statsig by {ANNA}. Winner: blue." in page and "Blue sells more. And <b>looks</b> better." in page
    )
    assert "/decide" not in anna.get(address).text and "/start" not in anna.get(address).text


@pytest.mark.parametrize(
    ("variant", "reason", "errors"),
    [
        ("", "", ["Choose the variant", "Enter a reason"]),
        ("green", "Because", ["Choose the variant"]),
        ("blue", " \r\n\0", ["Enter a reason"]),
        ("blue", "x" * 1001, ["Shorten this to 1,000 characters"]),
    ],
)
def test_incomplete_decision_keeps_what_was_typed(
    anna: FlaskClient, fake_statsig: FakeStatsig, variant: str, reason: str, errors: list[str]
) -> None:
    address = started(anna)
    response = click(anna, address, "decide", variant=variant, reason=reason)
    assert response.status_code == 422 and "<title>Error: " in response.text
    assert all(error in response.text for error in errors)
    assert (">\n" + reason.strip(" \r\n\0") + "</textarea>") in response.text
    assert ('value="blue" required checked' in response.text) == (variant == "blue")
    assert len(fake_statsig.puts) == 1


def test_expired_page_shows_the_decision_again(anna: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = started(anna)
    data = {"csrf_token": "old", "number": "2", "variant": "blue", "reason": "My careful words"}
    response = anna.post(f"{address}/decide", data=data)
    assert response.status_code == 400 and "This page expired, so nothing was sent." in response.text
    assert "My careful words" in response.text and 'value="blue" required checked' in response.text
    assert "This page expired" in anna.post(f"{address}/start", data={"csrf_token": "old"}).text
    assert len(fake_statsig.puts) == 1


def test_decision_on_an_outdated_page_is_shown_again(
    anna: FlaskClient, ben: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    address = started(anna)
    page = ben.get(f"{address}/decide").text
    data = {name: hidden(page, name) for name in ("csrf_token", "number")}
    click(anna, address, "decide", variant="red", reason="Red it is")
    response = ben.post(f"{address}/decide", data={**data, "variant": "blue", "reason": "My careful words"})
    assert response.status_code == 409 and "this click did nothing" in response.text
    assert "My careful words" in response.text
    assert len(fake_statsig.puts) == 2


@pytest.mark.parametrize("path", ["start", "decide"])
def test_confirmation_leads_to_the_page_where_there_is_nothing_to_confirm(anna: FlaskClient, path: str) -> None:
    draft = ready(anna)
    assert anna.get(f"{draft}/{path}").headers["Location"] == draft
    assert post(anna, draft, "start").headers["Location"] == draft
    address = created(anna, name="Another")
    other = "decide" if path == "start" else "start"
    if path == "start":
        click(anna, address)
    assert anna.get(f"{address}/{path}").headers["Location"] == address
    assert action(anna, address) is None or other == "decide"


@pytest.mark.parametrize("path", ["decline", "withdraw", "not-done"])
def test_address_of_a_button_leads_to_the_page(anna: FlaskClient, path: str) -> None:
    address = ready(anna)
    assert anna.get(f"{address}/{path}").headers["Location"] == address


def test_failed_start_says_why_and_can_be_repeated(anna: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = created(anna)
    fake_statsig.responder = busy
    click(anna, address)
    page = text_of(anna.get(address).text)
    assert "Not started. Statsig is busy. Try again in 7 seconds." in page and "Start…" in page
    fake_statsig.responder = lambda _: None
    click(anna, address)
    assert "Started in Statsig" in text_of(anna.get(address).text) and len(fake_statsig.puts) == 2


def busy(request: Request) -> Response | None:
    return (429, {}, {"Retry-After": "7"}) if request.method == "PUT" else None


# --- a second person


@pytest.fixture
def approval(make_desk: MakeApp) -> Flask:
    return make_desk(REQUIRE_APPROVAL="1")


def requested(app: Flask, kind: str = "start") -> tuple[FlaskClient, FlaskClient, str]:
    """Anna and Ben, and what Anna has asked for."""
    anna, ben = behind_proxy(app, ANNA), behind_proxy(app, BEN)
    address = ready(anna)
    click_create(ben, address)
    if kind == "decide":
        click(ben, address)
        click(anna, address)
    typed = {"variant": "blue", "reason": "It sells more"} if kind == "decide" else {}
    click(anna, address, kind, **typed)
    return anna, ben, address


@pytest.mark.parametrize("kind", ["start", "decide"])
def test_second_person_confirms(approval: Flask, clock: Clock, fake_statsig: FakeStatsig, kind: str) -> None:
    anna, ben, address = requested(approval, kind)
    sent = len(fake_statsig.puts)
    clock.forward(300)
    wish = "make blue the winner" if kind == "decide" else "start this"
    assert f"{ANNA} asked to {wish}, 5 min ago" in text_of(ben.get(address).text)
    assert "Someone else must confirm it." in text_of(anna.get(address).text)
    words = text_of(ben.get(f"{address}/{kind}").text)
    assert ("Everybody gets blue . The autotune ends. Reason: It sells more" in words) == (kind == "decide")
    assert click(ben, address, kind).status_code == 303
    assert len(fake_statsig.puts) == sent + 1
    assert f"by {BEN}" in text_of(ben.get(address).text)
    history = ben.get(f"{address}.json").get_json()["history"][-3:]
    assert [(event["who"], event["what"].partition(" ")[0]) for event in history] == [
        (ANNA, "Asked"),
        (BEN, "Clicked"),
        (BEN, "Decided" if kind == "decide" else "Started"),
    ]


@pytest.mark.parametrize("kind", ["start", "decide"])
def test_requester_cannot_confirm(approval: Flask, fake_statsig: FakeStatsig, kind: str) -> None:
    anna, _, address = requested(approval, kind)
    sent, number = len(fake_statsig.puts), 2 if kind == "decide" else 1
    assert f"{'Decide' if kind == 'decide' else 'Start'} in Statsig</button>" not in anna.get(f"{address}/{kind}").text
    response = post(anna, address, kind, number, variant="blue", reason="Again")
    assert "omeone else must confirm" in response.text + anna.get(address).text
    assert len(fake_statsig.puts) == sent and action(anna, address)["state"] == "requested"


def test_second_person_declines_with_a_reason(approval: Flask, fake_statsig: FakeStatsig) -> None:
    anna, ben, address = requested(approval)
    for reason, error in (("", "Enter a reason"), ("x" * 1001, "Shorten this")):
        response = post(ben, address, "decline", reason=reason)
        assert response.status_code == 422 and error in response.text
    response = ben.post(f"{address}/decline", data={"csrf_token": "old", "number": "1", "reason": "Kept words"})
    assert response.status_code == 400 and "Kept words" in response.text
    assert post(anna, address, "decline", reason="Mine").status_code == 409
    assert post(ben, address, "decline", reason="Not before Monday").status_code == 303
    assert f"Not started. {BEN} declined this: Not before Monday" in text_of(anna.get(address).text)
    late = post(ben, address, "decline", reason="Too late")
    assert late.status_code == 409 and "no longer open" in late.text and "Too late" in late.text
    assert fake_statsig.puts == [] and "Start…" in anna.get(address).text


def test_requester_withdraws(approval: Flask, fake_statsig: FakeStatsig) -> None:
    anna, ben, address = requested(approval)
    post(ben, address, "withdraw")
    assert action(ben, address)["state"] == "requested"
    page = ben.get(f"{address}/start").text
    post(anna, address, "withdraw")
    assert f"Not started. {ANNA} withdrew the request." in text_of(ben.get(address).text)
    data = {name: hidden(page, name) for name in ("csrf_token", "number")}
    assert "this click did nothing" in ben.post(f"{address}/start", data=data, follow_redirects=True).text
    assert fake_statsig.puts == []


# --- who may


def test_person_without_the_permission_sees_who_may(make_desk: MakeApp, fake_statsig: FakeStatsig) -> None:
    app = make_desk(STARTERS=BEN)
    anna, ben = behind_proxy(app, ANNA), behind_proxy(app, BEN)
    address = created(anna)
    assert "Someone with permission to start autotunes can start it here." in text_of(anna.get(address).text)
    assert "Start…" not in anna.get(address).text
    assert anna.get(f"{address}/start").status_code == 403
    assert post(anna, address, "start").status_code == 403
    assert click(ben, address).status_code == 303
    assert len(fake_statsig.puts) == 1


@pytest.mark.parametrize(("listed", "may"), [(f"Shop: {BEN}", False), (f"Other: {BEN}", True)])
def test_start_can_be_limited_in_a_project(
    make_desk: MakeApp, fake_statsig: FakeStatsig, listed: str, may: bool
) -> None:
    anna = behind_proxy(make_desk(STARTERS_BY_PROJECT=listed), ANNA)
    address = created(anna)
    page = text_of(anna.get(address).text)
    assert ("Someone with permission to start autotunes in this Statsig project can" in page) != may
    response = anna.get(f"{address}/start")
    assert (response.status_code, "in this Statsig project" in response.text) == ((200, False) if may else (403, True))
    assert post(anna, address, "start").status_code == (303 if may else 403)
    for action_name in ("decide", "decline", "withdraw", "not-done"):
        assert (post(anna, address, action_name, 9, reason="x").status_code == 403) != may
    assert len(fake_statsig.puts) == may


def test_create_can_be_limited_in_a_project(make_desk: MakeApp, fake_statsig: FakeStatsig) -> None:
    app = make_desk(CREATORS_BY_PROJECT=f"Shop: {BEN}")
    anna, ben = behind_proxy(app, ANNA), behind_proxy(app, BEN)
    address = ready(anna)
    page = text_of(anna.get(address).text)
    assert "Someone with permission to create in this Statsig project must review and create this." in page
    assert "Create in Statsig</button>" not in anna.get(address).text
    data = {"csrf_token": hidden(anna.get(address).text, "csrf_token"), "version": "1", "reason": "x"}
    for action_name in ("create", "not-created", "reject"):
        assert anna.post(f"{address}/{action_name}", data=data).status_code == 403
    assert fake_statsig.posts == []
    assert "Created in Statsig" in click_create(ben, address).text


def test_start_that_says_something_else_by_now_is_not_sent(
    make_desk: MakeApp, fake_statsig: FakeStatsig, clock: Clock
) -> None:
    """Its page was opened before Statsig's change was read."""
    app = make_desk(STATSIG_REQUEST_BUDGET="600")
    anna = behind_proxy(app, ANNA)
    address = created(anna)
    page = anna.get(f"{address}/start").text
    fake_statsig.autotunes["button_color_test"]["winnerThreshold"] = "80%"
    clock.forward(61)
    anna.get(address)
    wait_for_reads(app.extensions["services"])
    data = {name: hidden(page, name) for name in ("csrf_token", "number", "shown")}
    response = anna.post(f"{address}/start", data=data)
    text = text_of(response.text)
    assert response.status_code == 409
    assert "It was changed in Statsig since you opened this, so nothing was sent." in text
    assert "It is not as requested: Winner threshold: 80% instead of 99%" in text
    assert fake_statsig.puts == []
    assert click(anna, address, shown=hidden(response.text, "shown")).status_code == 303
    assert len(fake_statsig.puts) == 1


def test_late_click_does_not_replace_a_decision(app: Flask, fake_statsig: FakeStatsig) -> None:
    anna, ben = behind_proxy(app, ANNA), behind_proxy(app, BEN)
    address = started(anna)
    click(anna, address, "decide", variant="red", reason="first")
    late = post(ben, address, "decide", number=3, variant="blue", reason="second")
    assert late.status_code == 409 and "this click did nothing" in late.text and "second" in late.text
    assert action(anna, address)["state"] == "done"
    assert "Decided in Statsig by anna@example.com. Winner: red" in text_of(ben.get(address).text)
    assert len(fake_statsig.puts) == 2


def test_start_of_an_autotune_that_is_gone_shows_that_it_was_deleted(
    anna: FlaskClient, fake_statsig: FakeStatsig
) -> None:
    address = created(anna)
    fake_statsig.autotunes.clear()
    click(anna, address)
    page = text_of(anna.get(address).text)
    assert "Not started. Statsig has no autotune with this ID any more." in page
    assert "Deleted in Statsig" in page and "can be started" not in page


def test_list_shows_what_is_asked_for_and_what_is_unconfirmed(make_desk: MakeApp, fake_statsig: FakeStatsig) -> None:
    app = make_desk(REQUIRE_APPROVAL="1")
    anna, ben = behind_proxy(app, ANNA), behind_proxy(app, BEN)
    address = ready(anna)
    click_create(ben, address)
    click(anna, address)
    assert rows(ben.get("/").text)[0][1] == "Created Start to confirm"
    page = text_of(ben.get(address).text)
    assert "Waiting for a second person" in page and "can be started as well" not in page
    fake_statsig.responder = lambda request: (500, {}) if request.method == "PUT" else None
    click(ben, address)
    assert rows(ben.get("/").text)[0][1] == "Created Start unconfirmed"


def test_other_decision_of_the_same_person_is_not_lost(app: Flask, fake_statsig: FakeStatsig) -> None:
    """From a second tab with the same form."""
    anna = behind_proxy(app, ANNA)
    address = started(anna)
    page = anna.get(f"{address}/decide").text
    data = {name: hidden(page, name) for name in ("csrf_token", "number", "shown")}
    assert anna.post(f"{address}/decide", data=data | {"variant": "red", "reason": "first"}).status_code == 303
    assert anna.post(f"{address}/decide", data=data | {"variant": "red", "reason": "first"}).status_code == 303
    other = anna.post(f"{address}/decide", data=data | {"variant": "blue", "reason": "a longer text"})
    assert other.status_code == 409 and "a longer text" in other.text


def test_reason_of_a_decision_that_was_not_sent_is_in_the_form_again(app: Flask, fake_statsig: FakeStatsig) -> None:
    anna, ben = behind_proxy(app, ANNA), behind_proxy(app, BEN)
    address = started(anna)
    fake_statsig.responder = lambda request: (403, {}) if request.method == "PUT" else None
    click(anna, address, "decide", variant="blue", reason="It sells more")
    page = anna.get(f"{address}/decide").text
    assert "It sells more</textarea>" in page
    assert re.search('value="blue"[^>]* checked', page)
    assert "It sells more" not in ben.get(f"{address}/decide").text


def test_archived_autotune_is_not_started(anna: FlaskClient, fake_statsig: FakeStatsig) -> None:
    address = created(anna)
    page = anna.get(f"{address}/start").text
    post(anna, address, "archive")
    assert "Start…" not in anna.get(address).text
    data = {name: hidden(page, name) for name in ("csrf_token", "number", "shown")}
    assert "this click did nothing" in anna.post(f"{address}/start", data=data, follow_redirects=True).text
    assert fake_statsig.puts == []
