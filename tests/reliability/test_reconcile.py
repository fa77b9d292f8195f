"""Unknown outcomes are reconciled by reading Statsig, never by sending again, and never too early."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from webapp.autotunes.states import CREATE_TIMEOUT, GRACE_SECONDS, RECHECK_SECONDS

from ..conftest import Clock
from ..forms import click_create, hidden, ready
from .conftest import Open, Scene, finish_reading
from .fake_statsig import Fault, Say, answer, close, serving
from .polling import ABSENT, CANNOT_READ, DAY, ERROR, READ_FAILED, TAKEN, TWO_READS, exists, visit

# When nothing is found: seconds between the visits, and the state after each.
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
    "a first look that is too early does not count": [
        (CREATE_TIMEOUT + GRACE_SECONDS - 1, "unknown"),
        (RECHECK_SECONDS, "unknown"),
        (RECHECK_SECONDS - 1, "unknown"),
        (1, "ready"),
    ],
    "many looks in between do not delay it": [
        *[(5, "unknown")] * 15,
        *[(6, "unknown")] * 4,
        (6, "ready"),
    ],
    "a week later still in two visits": [(7 * DAY, "unknown"), (RECHECK_SECONDS, "ready")],
}


@pytest.mark.parametrize("visits", VISITS.values(), ids=VISITS)
def test_autotune_that_is_not_found_is_ready_again(
    scene: Scene, client: FlaskClient, visits: list[tuple[float, str]]
) -> None:
    address = scene.unknown(client, ERROR)
    told = []
    for after, _ in visits:
        page = visit(scene, address, after)
        told.append(scene.state(address))
        assert (ABSENT in page) == (told[-1] == "ready")
    assert told == [state for _, state in visits]
    assert len(scene.faulty.posts) == 1


def test_autotune_that_is_ready_again_is_sent_only_by_a_click(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR)
    visit(scene, address, TWO_READS)
    visit(scene, address, RECHECK_SECONDS)
    visit(scene, address, RECHECK_SECONDS)
    assert scene.state(address) == "ready" and len(scene.faulty.posts) == 1
    assert "Created in Statsig" in click_create(client, address).text
    assert len(scene.faulty.posts) == 2 and len(scene.faulty.kept) == 1


@pytest.mark.parametrize("after", [0, 20, CREATE_TIMEOUT + GRACE_SECONDS, 7 * DAY])
@pytest.mark.parametrize("looked_before", [False, True])
def test_autotune_that_is_found_is_created(
    scene: Scene, client: FlaskClient, after: float, looked_before: bool
) -> None:
    address = scene.unknown(client, ERROR)
    if looked_before:
        visit(scene, address, CREATE_TIMEOUT + GRACE_SECONDS)
    exists(scene, address)
    page = visit(scene, address, after)
    assert "Created in Statsig" in page and "Differences from your request" not in page
    assert scene.state(address) == "created" and len(scene.faulty.posts) == 1


CHANGED: dict[str, dict[str, Any]] = {
    "a variant": {
        "variants": [{"name": "red", "json": {"color": "pink"}}, {"name": "blue", "json": {"color": "blue"}}]
    },
    "a variant more": {"variants": [{"name": name, "json": {}} for name in "abc"]},
    "no variants": {"variants": []},
    "variants of a wrong type": {"variants": "red"},
    "the event": {"successEvent": "purchase"},
    "a window": {"explorationWindow": "24hrs"},
    "the threshold": {"winnerThreshold": "80%"},
}


@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
def test_other_content_confirms_nothing(scene: Scene, client: FlaskClient, changed: dict[str, Any]) -> None:
    address = scene.unknown(client, ERROR)
    exists(scene, address, **changed)
    for _ in range(4):
        page = visit(scene, address, CREATE_TIMEOUT + GRACE_SECONDS)
        assert TAKEN in page and "Created in Statsig" not in page and ABSENT not in page
    assert scene.state(address) == "unknown" and len(scene.faulty.posts) == 1


def test_other_autotune_of_the_name_leads_to_a_new_name(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR)
    exists(scene, address, successEvent="purchase")
    early, late = (" ".join(visit(scene, address, after).split()) for after in (1, TWO_READS))
    for page in (early, late):
        assert "with the setup below" in page and "If it is yours, you need to do nothing." in page
        assert "If it is there" not in page and "you can create it again" not in page
    assert "in about two minutes, then create yours under another name" in early
    assert "confirm that here, then create yours under another name" in late and "mine is not there" in late
    form = {name: hidden(client.get(address).text, name) for name in ("csrf_token", "version")}
    client.post(f"{address}/not-created", data=form)
    assert "This name is taken in Statsig. Enter another name" in client.get(address).text
    assert len(scene.faulty.posts) == 1


def test_lookalike_in_the_list_does_not_hide_the_autotune(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR, name="Caf\u00e9-menu")
    scene.faulty.kept.insert(0, {"id": "another", "name": "Cafe\u0301-menu", "variants": []})
    assert TAKEN in visit(scene, address, 1)
    exists(scene, address, id="an_id_of_its_own", name="Caf\u00e9-menu")
    visit(scene, address, 1)
    assert scene.state(address) == "created"


def test_other_spellings_are_the_same_content(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR)
    exists(scene, address, explorationWindow="1", attributionWindow="2hrs", lastModifierName="x", winner=None)
    visit(scene, address)
    assert scene.state(address) == "created"


def test_redacted_key_in_a_variant_is_the_same_content(scene: Scene, client: FlaskClient) -> None:
    banner = {"variants__0__json": '{"banner": "console-wars2026isbackonallyourscreens", "x": "secret-chocolate"}'}
    address = scene.unknown(client, ERROR, **banner)
    exists(scene, address)
    visit(scene, address)
    assert scene.state(address) == "created"


@pytest.mark.parametrize("answered", [True, False])
def test_large_autotune_is_confirmed(scene: Scene, client: FlaskClient, answered: bool) -> None:
    """Its answer is longer than a reply may be otherwise, since it repeats what was sent."""
    large = json.dumps({"text": "ü" * 60_000}, ensure_ascii=False)
    changed = {"variants__0__json": large, "variants__1__json": large}
    if answered:
        address = ready(client, name=scene.fresh_name(), **changed)
        click_create(client, address)
    else:
        address = scene.unknown(client, ERROR, **changed)
        exists(scene, address)
        visit(scene, address)
    assert scene.state(address) == "created"


READS: dict[str, tuple[Say, str]] = {
    "500": (answer(500), "Statsig returned an unexpected response (status 500)."),
    "200 HTML": (answer(200, b"<html>"), "Statsig’s response could not be read."),
    "302": (answer(302, b"", {"Location": "/autotunes/x"}), "Statsig returned an unexpected response (status 302)."),
    "401": (answer(401), "The desk’s API key is not accepted by Statsig."),
    "403": (answer(403), "The desk’s API key does not have permission for this in Statsig."),
    "429": (answer(429, b"", {"Retry-After": "7"}), "Statsig is busy. Try again in 7 seconds."),
    "closed": (close, "The connection to Statsig was lost"),
}


@pytest.mark.parametrize(("say", "sentence"), READS.values(), ids=READS)
def test_failed_read_changes_only_the_message(scene: Scene, client: FlaskClient, say: Say, sentence: str) -> None:
    address = scene.unknown(client, ERROR)
    before = settled_things(scene, address)
    scene.faulty.faults["GET"] = Fault(say)
    page = visit(scene, address, TWO_READS)
    assert f"{CANNOT_READ if 'API key' in sentence else READ_FAILED} {sentence}" in page
    visit(scene, address, TWO_READS)
    assert settled_things(scene, address) == before
    scene.faulty.well()
    visit(scene, address)
    assert scene.state(address) == "unknown"  # the first look that worked, and one is not enough
    visit(scene, address, RECHECK_SECONDS)
    assert scene.state(address) == "ready"


def settled_things(scene: Scene, address: str) -> list[Any]:
    row = scene.row(address)
    return [row.state, row.version, row.reserved_id, row.claim, row.claimed_at, row.deadline_at, row.first_not_found_at]


def test_nothing_is_reconciled_without_a_connection(open_app: Open, clock: Clock) -> None:
    with serving() as faulty:
        client = open_app(faulty.url).test_client()
        address = ready(client)
        faulty.faults["POST"] = ERROR
        click_create(client, address)
        faulty.hang_up()
        for _ in range(3):
            clock.forward(TWO_READS)
            page = client.get(address).text
        assert f"{READ_FAILED} Could not connect to Statsig." in page
        assert "It may exist in Statsig" in page


def test_reconciling_makes_one_read(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR)
    finish_reading(scene.services)
    before = len(scene.faulty.asked)
    visit(scene, address)
    assert [asked.method for asked in scene.faulty.asked[before:]] == ["GET"]


def test_reconciled_autotune_is_not_read_again(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR)
    exists(scene, address)
    visit(scene, address)
    before = len(scene.faulty.asked)
    for suffix in ("", ".json", "/edit"):
        client.get(address + suffix)
    finish_reading(scene.services)
    assert len(scene.faulty.asked) == before
