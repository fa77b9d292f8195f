"""Unknown outcomes are reconciled by reading Statsig, never by sending again, and never too early."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from webapp.autotunes.states import CREATE_TIMEOUT, GRACE_SECONDS, RECHECK_SECONDS

from ..conftest import Clock
from ..forms import click_create, hidden, ready
from .conftest import Desk, OpenApp, wait_for_reads
from .faulty_statsig import Fault, Respond, close, respond_with, serve_faulty_statsig
from .polling import ABSENT, CANNOT_READ, DAY, ERROR, READ_FAILED, TAKEN, TWO_READS, add_to_statsig, visit

# Seconds between the visits, and the state after each, if nothing is found.
VISITS = {
    "at once, then never long enough apart": [
        (0, "unknown"),
        (CREATE_TIMEOUT + GRACE_SECONDS, "unknown"),
        (RECHECK_SECONDS - 1, "unknown"),
    ],
    "in two visits once the time has passed": [
        (CREATE_TIMEOUT + GRACE_SECONDS, "unknown"),
        (RECHECK_SECONDS, "ready"),
    ],
    "a first read that is too early does not count": [
        (CREATE_TIMEOUT + GRACE_SECONDS - 1, "unknown"),
        (RECHECK_SECONDS, "unknown"),
        (RECHECK_SECONDS - 1, "unknown"),
        (1, "ready"),
    ],
    "many reads in between do not delay it": [
        *[(5, "unknown")] * 15,
        *[(6, "unknown")] * 4,
        (6, "ready"),
    ],
    "a week later still in two visits": [(7 * DAY, "unknown"), (RECHECK_SECONDS, "ready")],
}


@pytest.mark.parametrize("visits", VISITS.values(), ids=VISITS)
def test_autotune_that_is_not_found_is_ready_again(
    desk: Desk, client: FlaskClient, visits: list[tuple[float, str]]
) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    states = []
    for after, _ in visits:
        page = visit(desk, address, after)
        states.append(desk.state(address))
        assert (ABSENT in page) == (states[-1] == "ready")
    assert states == [state for _, state in visits]
    assert len(desk.statsig.posts) == 1


def test_autotune_that_is_ready_again_is_sent_only_by_a_click(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    visit(desk, address, TWO_READS)
    visit(desk, address, RECHECK_SECONDS)
    visit(desk, address, RECHECK_SECONDS)
    assert desk.state(address) == "ready" and len(desk.statsig.posts) == 1
    assert "Created in Statsig" in click_create(client, address).text
    assert len(desk.statsig.posts) == 2 and len(desk.statsig.autotunes) == 1


@pytest.mark.parametrize("after", [0, 20, CREATE_TIMEOUT + GRACE_SECONDS, 7 * DAY])
@pytest.mark.parametrize("read_before", [False, True])
def test_autotune_that_is_found_is_created(desk: Desk, client: FlaskClient, after: float, read_before: bool) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    if read_before:
        visit(desk, address, CREATE_TIMEOUT + GRACE_SECONDS)
    add_to_statsig(desk, address)
    page = visit(desk, address, after)
    assert "Created in Statsig" in page and "Differences from your request" not in page
    assert desk.state(address) == "created" and len(desk.statsig.posts) == 1


OTHER_CONTENT: dict[str, dict[str, Any]] = {
    "a variant": {
        "variants": [{"name": "red", "json": {"color": "pink"}}, {"name": "blue", "json": {"color": "blue"}}]
    },
    "one more variant": {"variants": [{"name": name, "json": {}} for name in "abc"]},
    "no variants": {"variants": []},
    "variants of a wrong type": {"variants": "red"},
    "the event": {"successEvent": "purchase"},
    "a window": {"explorationWindow": "24hrs"},
    "the threshold": {"winnerThreshold": "80%"},
}


@pytest.mark.parametrize("changed", OTHER_CONTENT.values(), ids=OTHER_CONTENT)
def test_other_content_confirms_nothing(desk: Desk, client: FlaskClient, changed: dict[str, Any]) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    add_to_statsig(desk, address, **changed)
    for _ in range(4):
        page = visit(desk, address, CREATE_TIMEOUT + GRACE_SECONDS)
        assert TAKEN in page and "Created in Statsig" not in page and ABSENT not in page
    assert desk.state(address) == "unknown" and len(desk.statsig.posts) == 1


def test_other_autotune_of_the_name_leads_to_a_new_name(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    add_to_statsig(desk, address, successEvent="purchase")
    early, late = (" ".join(visit(desk, address, after).split()) for after in (1, TWO_READS))
    for page in (early, late):
        assert "with the settings below" in page and "If it is yours, no action is needed." in page
        assert "If it is there" not in page and "you can create it again" not in page
    assert "in about two minutes, then create yours under another name" in early
    assert "confirm that here, then create yours under another name" in late and "mine is not there" in late
    form = {name: hidden(client.get(address).text, name) for name in ("csrf_token", "version")}
    client.post(f"{address}/not-created", data=form)
    assert "This name is taken in Statsig. Enter another name" in client.get(address).text
    assert len(desk.statsig.posts) == 1


def test_lookalike_in_the_list_does_not_hide_the_autotune(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR, name="Caf\u00e9-menu")
    desk.statsig.autotunes.insert(0, {"id": "another", "name": "Cafe\u0301-menu", "variants": []})
    assert TAKEN in visit(desk, address, 1)
    add_to_statsig(desk, address, id="an_id_of_its_own", name="Caf\u00e9-menu")
    visit(desk, address, 1)
    assert desk.state(address) == "created"


def test_other_spellings_are_the_same_content(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    add_to_statsig(desk, address, explorationWindow="1", attributionWindow="2hrs", lastModifierName="x", winner=None)
    visit(desk, address)
    assert desk.state(address) == "created"


def test_redacted_key_in_a_variant_is_the_same_content(desk: Desk, client: FlaskClient) -> None:
    banner = {"variants__0__json": '{"banner": "console-wars2026isbackonallyourscreens", "x": "secret-chocolate"}'}
    address = desk.create_unconfirmed(client, ERROR, **banner)
    add_to_statsig(desk, address)
    visit(desk, address)
    assert desk.state(address) == "created"


@pytest.mark.parametrize("responded", [True, False])
def test_large_autotune_is_confirmed(desk: Desk, client: FlaskClient, responded: bool) -> None:
    """Its response repeats the request, and may be longer than others."""
    large = json.dumps({"text": "ü" * 60_000}, ensure_ascii=False)
    changed = {"variants__0__json": large, "variants__1__json": large}
    if responded:
        address = ready(client, name=desk.fresh_name(), **changed)
        click_create(client, address)
    else:
        address = desk.create_unconfirmed(client, ERROR, **changed)
        add_to_statsig(desk, address)
        visit(desk, address)
    assert desk.state(address) == "created"


FAILED_READS: dict[str, tuple[Respond, str]] = {
    "500": (respond_with(500), "Statsig returned an unexpected response (status 500)."),
    "200 HTML": (respond_with(200, b"<html>"), "Statsig’s response could not be read."),
    "302": (
        respond_with(302, b"", {"Location": "/autotunes/x"}),
        "Statsig returned an unexpected response (status 302).",
    ),
    "401": (respond_with(401), "The desk’s API key is not accepted by Statsig."),
    "403": (respond_with(403), "The desk’s API key does not have permission for this in Statsig."),
    "429": (respond_with(429, b"", {"Retry-After": "7"}), "Statsig is busy. Try again in 7 seconds."),
    "closed": (close, "The connection to Statsig was lost"),
}


@pytest.mark.parametrize(("respond", "message"), FAILED_READS.values(), ids=FAILED_READS)
def test_failed_read_changes_only_the_message(desk: Desk, client: FlaskClient, respond: Respond, message: str) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    before = reconciled_columns(desk, address)
    desk.statsig.faults["GET"] = Fault(respond)
    page = visit(desk, address, TWO_READS)
    assert f"{CANNOT_READ if 'API key' in message else READ_FAILED} {message}" in page
    visit(desk, address, TWO_READS)
    assert reconciled_columns(desk, address) == before
    desk.statsig.clear_faults()
    visit(desk, address)
    assert desk.state(address) == "unknown"  # the first read that succeeded, and one is not enough
    visit(desk, address, RECHECK_SECONDS)
    assert desk.state(address) == "ready"


def reconciled_columns(desk: Desk, address: str) -> list[Any]:
    """The columns that only a successful read changes."""
    row = desk.row(address)
    return [row.state, row.version, row.reserved_id, row.claim, row.claimed_at, row.deadline_at, row.first_not_found_at]


def test_nothing_is_reconciled_without_a_connection(open_app: OpenApp, clock: Clock) -> None:
    with serve_faulty_statsig() as faulty_statsig:
        client = open_app(faulty_statsig.url).test_client()
        address = ready(client)
        faulty_statsig.faults["POST"] = ERROR
        click_create(client, address)
        faulty_statsig.refuse_connections()
        for _ in range(3):
            clock.forward(TWO_READS)
            page = client.get(address).text
        assert f"{READ_FAILED} Could not connect to Statsig." in page
        assert "It may exist in Statsig" in page


def test_reconciling_makes_one_read(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    wait_for_reads(desk.services)
    before = len(desk.statsig.requests)
    visit(desk, address)
    assert [request.method for request in desk.statsig.requests[before:]] == ["GET"]


def test_reconciled_autotune_is_not_read_again(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    add_to_statsig(desk, address)
    visit(desk, address)
    before = len(desk.statsig.requests)
    for suffix in ("", ".json", "/edit"):
        client.get(address + suffix)
    wait_for_reads(desk.services)
    assert len(desk.statsig.requests) == before
