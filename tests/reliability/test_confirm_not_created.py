"""Names with an uncertain ID are reconciled by the list, or by a user who has looked in Statsig."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from webapp.autotunes.states import CREATE_TIMEOUT, GRACE_SECONDS, RECHECK_SECONDS
from webapp.statsig.client import MAX_PAGES

from ..forms import click_create, fill_in, hidden, ready
from .conftest import Scene, finish_reading
from .fake_statsig import Fault, answer
from .polling import (
    CANNOT_READ,
    DAY,
    ERROR,
    LIST_TOO_LONG,
    NOT_LISTED,
    READ_FAILED,
    TAKEN,
    TOO_EARLY,
    TWO_READS,
    UMLAUTS,
    exists,
    visit,
)
from .test_create import button, send

# Names whose id nobody knows: what Statsig lists, and what becomes of the autotune.
LISTED: dict[str, tuple[dict[str, Any], str, str]] = {
    "under an id of its own": ({"id": "groesse_co", "name": UMLAUTS}, "created", "groesse_co"),
    "under its letters, without a name": ({"id": "größe_co", "name": None}, "created", "größe_co"),
    "its letters with other content, without a name": (
        {"id": "größe_co", "name": None, "successEvent": "x"},
        "unknown",
        NOT_LISTED,
    ),
    "other letters, without a name": ({"id": "another_co", "name": None}, "unknown", NOT_LISTED),
    "its name with other content": ({"id": "groesse_co", "name": UMLAUTS, "successEvent": "x"}, "unknown", TAKEN),
    "another name": ({"id": "groesse_co", "name": "Größe"}, "unknown", NOT_LISTED),
}


@pytest.mark.parametrize(("listed", "state", "words"), LISTED.values(), ids=LISTED)
def test_uncertain_name_is_searched_in_the_whole_list(
    scene: Scene, client: FlaskClient, listed: dict[str, Any], state: str, words: str
) -> None:
    address = scene.unknown(client, ERROR, name=UMLAUTS)
    scene.faulty.kept += [{"id": f"another_{number}", "variants": []} for number in range(230)]
    exists(scene, address, **listed)
    page = visit(scene, address, TWO_READS)
    assert words in page and scene.state(address) == state
    assert any("page=3" in path for path in scene.faulty.gets)
    forget(scene, address)


def forget(scene: Scene, address: str) -> None:
    """Gives the name back for the next test."""
    with scene.services.store.write() as session:
        row = session.get(type(scene.row(address)), address.rpartition("/")[2])
        assert row
        row.reserved_id = row.statsig_id = None


def test_list_with_shorter_pages_is_read_to_the_end(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR, name=UMLAUTS)
    exists(scene, address, id="groesse_co")
    scene.faulty.on_a_page = 1
    scene.faulty.kept.insert(0, {"id": "another"})
    visit(scene, address)
    assert scene.state(address) == "created"
    forget(scene, address)


def test_uncertain_name_is_unknown_until_a_user_confirms(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR, name=UMLAUTS)
    assert "I checked Statsig" not in visit(scene, address, CREATE_TIMEOUT + GRACE_SECONDS - 1)
    for _ in range(4):
        page = visit(scene, address, TWO_READS)
        assert NOT_LISTED in page and scene.state(address) == "unknown"
    look = {name: hidden(client.get(address).text, name) for name in ("csrf_token", "version")}
    page = client.post(f"{address}/not-created", data=look, follow_redirects=True).text
    assert scene.state(address) == "ready" and TOO_EARLY not in page
    assert "Confirmed that it is not in Statsig" in page
    assert len(scene.faulty.posts) == 1
    assert TOO_EARLY in client.post(f"{address}/not-created", data=look, follow_redirects=True).text


@pytest.mark.parametrize("other", ["0", "-1", "99", ""])
def test_confirmation_of_another_version_is_ignored(scene: Scene, client: FlaskClient, other: str) -> None:
    address = scene.unknown(client, ERROR, name=UMLAUTS)
    form = {"csrf_token": hidden(visit(scene, address, TWO_READS), "csrf_token")}
    form["csrf_token"] = hidden(client.get(address).text, "csrf_token")
    page = client.post(f"{address}/not-created", data={**form, "version": other}, follow_redirects=True).text
    assert TOO_EARLY in page and scene.state(address) == "unknown"
    forget(scene, address)


def test_early_confirmation_is_ignored(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR)
    token = hidden(client.get("/autotunes/new").text, "csrf_token")
    scene.clock.forward(CREATE_TIMEOUT + GRACE_SECONDS - 1)
    form = {"csrf_token": token, "version": str(scene.row(address).version)}
    assert TOO_EARLY in client.post(f"{address}/not-created", data=form, follow_redirects=True).text
    assert scene.state(address) == "unknown"


def say_absent(client: FlaskClient, address: str, scene: Scene) -> str:
    form = {"csrf_token": hidden(client.get("/autotunes/new").text, "csrf_token")}
    form["version"] = str(scene.row(address).version)
    page = client.post(f"{address}/not-created", data=form, follow_redirects=True).text
    finish_reading(scene.services)
    return page


def test_wrong_confirmation_is_not_accepted(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR, name=UMLAUTS)
    assert NOT_LISTED in visit(scene, address, TWO_READS)
    exists(scene, address, id="groesse_co", name=UMLAUTS)
    assert "Created in Statsig" in say_absent(client, address, scene)
    assert scene.state(address) == "created" and len(scene.faulty.posts) == 1
    forget(scene, address)


def test_confirmation_needs_a_read_of_statsig(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR, name=UMLAUTS)
    visit(scene, address, TWO_READS)
    scene.faulty.faults["GET"] = ERROR
    assert TOO_EARLY in say_absent(client, address, scene)
    assert scene.state(address) == "unknown"
    forget(scene, address)


@pytest.mark.parametrize("status", [401, 403])
def test_confirmation_is_accepted_if_the_key_may_not_read(scene: Scene, client: FlaskClient, status: int) -> None:
    address = scene.unknown(client, ERROR)
    scene.faulty.faults["GET"] = Fault(answer(status))
    assert "I checked Statsig" in visit(scene, address, TWO_READS)
    say_absent(client, address, scene)
    assert scene.state(address) == "ready"


def test_certain_name_needs_no_confirmation(scene: Scene, client: FlaskClient) -> None:
    """Two reads settle it, however late the first one is."""
    address = scene.unknown(client, ERROR)
    assert "I checked Statsig" not in visit(scene, address, 7 * DAY)
    assert TOO_EARLY in say_absent(client, address, scene)
    assert scene.state(address) == "unknown"
    visit(scene, address, RECHECK_SECONDS)
    assert scene.state(address) == "ready"


NOT_BY_ID: dict[str, tuple[dict[str, Any], str, str]] = {
    "as it was sent": ({}, "created", "Created in Statsig"),
    "without its name": ({"name": None}, "created", "Created in Statsig"),
    "its name in other letters": ({"name": "COLOUR test"}, "unknown", TAKEN),
    "with other content": ({"successEvent": "purchase"}, "unknown", TAKEN),
    "under another id": ({"id": "colour-test"}, "created", "Created in Statsig"),
}


@pytest.mark.parametrize(("listed", "state", "words"), NOT_BY_ID.values(), ids=NOT_BY_ID)
def test_autotune_found_only_in_the_list_exists(
    scene: Scene, client: FlaskClient, listed: dict[str, Any], state: str, words: str
) -> None:
    """By id Statsig answers 404 for long."""
    address = scene.unknown(client, ERROR)
    scene.faulty.by_id = False
    exists(scene, address, **listed)
    assert scene.state(address) == "unknown"
    visit(scene, address, TWO_READS)
    page = visit(scene, address, RECHECK_SECONDS)
    assert words in page and scene.state(address) == state
    assert len(scene.faulty.posts) == 1


def test_list_is_read_only_if_it_is_decisive(scene: Scene, client: FlaskClient) -> None:
    """Not at every look, of which there are many."""
    address = scene.unknown(client, ERROR)
    visit(scene, address, TWO_READS)
    assert not any("?" in path for path in scene.faulty.gets)
    visit(scene, address, RECHECK_SECONDS)
    assert scene.faulty.gets[-1] == "/autotunes?limit=100&page=1" and scene.state(address) == "ready"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("name", ["", UMLAUTS])
def test_incomplete_list_proves_nothing(scene: Scene, client: FlaskClient, name: str, late: bool) -> None:
    address = scene.unknown(client, ERROR, **({"name": name} if name else {}))
    scene.faulty.kept += [{"id": f"another_{number}"} for number in range(MAX_PAGES + 1)]
    scene.faulty.on_a_page = 1
    if late:
        deadlines = scene.app.extensions["deadlines"]
        scene.faulty.looking = lambda asked: deadlines[-1].shorten(0) if asked.path.endswith("page=2") else None
    visit(scene, address, TWO_READS)
    for _ in range(2):
        page = visit(scene, address, RECHECK_SECONDS)
        assert LIST_TOO_LONG in page and "I checked Statsig" in page and scene.state(address) == "unknown"
    assert scene.faulty.gets[-1].endswith("page=2" if late else f"page={MAX_PAGES}")
    say_absent(client, address, scene)
    assert scene.state(address) == "ready" and len(scene.faulty.posts) == 1
    assert "Created in Statsig" in click_create(client, address).text
    forget(scene, address)


@pytest.mark.parametrize(("status", "words"), [(500, READ_FAILED), (429, READ_FAILED), (403, CANNOT_READ)])
def test_failed_list_proves_nothing(scene: Scene, client: FlaskClient, status: int, words: str) -> None:
    address = scene.unknown(client, ERROR)
    visit(scene, address, TWO_READS)
    scene.faulty.faults["list"] = Fault(answer(status))
    assert words in visit(scene, address, RECHECK_SECONDS) and scene.state(address) == "unknown"
    scene.faulty.well()
    visit(scene, address)
    assert scene.state(address) == "ready"


def test_two_names_without_letters_are_not_the_same(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR, name="\N{PARTY POPPER}")
    exists(scene, address, id="_", name=None)
    assert NOT_LISTED in visit(scene, address, TWO_READS) and scene.state(address) == "unknown"
    forget(scene, address)


@pytest.mark.parametrize("name", ["", UMLAUTS])
def test_create_that_finds_its_own_autotune_sends_nothing(scene: Scene, client: FlaskClient, name: str) -> None:
    """It was taken for absent, by reads or by a person, and came late."""
    address = scene.unknown(client, ERROR, **({"name": name} if name else {}))
    visit(scene, address, TWO_READS)
    visit(scene, address, RECHECK_SECONDS)
    if name:
        say_absent(client, address, scene)
    assert scene.state(address) == "ready"
    form = button(client, address)
    exists(scene, address, **({"id": "groesse_co"} if name else {}))
    assert "Created in Statsig" in send(client, address, form).text
    assert scene.state(address) == "created" and len(scene.faulty.posts) == 1
    forget(scene, address)


def test_create_that_finds_another_autotune_reports_it(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR)
    visit(scene, address, TWO_READS)
    visit(scene, address, RECHECK_SECONDS)
    exists(scene, address, successEvent="purchase")
    assert "This name is taken in Statsig" in click_create(client, address).text
    assert scene.state(address) == "draft" and len(scene.faulty.posts) == 1


def test_autotune_that_was_never_sent_is_not_its_own(scene: Scene, client: FlaskClient) -> None:
    address = ready(client, name=scene.fresh_name())
    scene.faulty.faults["GET"] = Fault(answer(429))
    click_create(client, address)
    scene.faulty.well()
    exists(scene, address)
    click_create(client, address)
    assert scene.state(address) == "draft" and scene.faulty.posts == []


@pytest.mark.parametrize("status", [401, 403, 429])
def test_late_create_behind_a_rejection_is_its_own(scene: Scene, client: FlaskClient, status: int) -> None:
    address = ready(client, name=scene.fresh_name())
    scene.faulty.faults["POST"] = Fault(answer(status))
    assert "Not created." in click_create(client, address).text
    scene.faulty.well()
    exists(scene, address)
    assert "Created in Statsig" in click_create(client, address).text and len(scene.faulty.posts) == 1


def ready_again(scene: Scene, client: FlaskClient) -> str:
    """The address of one that was sent and then taken for absent."""
    address = scene.unknown(client, ERROR)
    visit(scene, address, TWO_READS)
    visit(scene, address, RECHECK_SECONDS)
    assert scene.state(address) == "ready"
    return address


def pressed_in_vain(scene: Scene, client: FlaskClient, address: str) -> None:
    scene.faulty.faults["GET"] = Fault(answer(500))
    assert "Not sent." in click_create(client, address).text
    scene.faulty.well()


def checked_once_more(scene: Scene, client: FlaskClient, address: str) -> None:
    fill_in(client, path=f"{address}/edit", name=scene.row(address).name)


@pytest.mark.parametrize("other_step", [pressed_in_vain, checked_once_more])
def test_late_create_is_its_own_after_other_steps(
    scene: Scene, client: FlaskClient, other_step: Callable[[Scene, FlaskClient, str], None]
) -> None:
    address = ready_again(scene, client)
    other_step(scene, client, address)
    form = button(client, address)
    exists(scene, address)
    assert "Created in Statsig" in send(client, address, form).text and len(scene.faulty.posts) == 1


def test_other_content_is_not_its_own(scene: Scene, client: FlaskClient) -> None:
    """Both are changed, here and there, to the same: it was never sent like this."""
    address = ready_again(scene, client)
    fill_in(client, path=f"{address}/edit", name=scene.row(address).name, successEvent="purchase")
    exists(scene, address)
    assert "This name is taken in Statsig" in client.get(address).text and scene.state(address) == "draft"


def test_second_create_reads_the_list(scene: Scene, client: FlaskClient) -> None:
    address = ready_again(scene, client)
    exists(scene, address)
    scene.faulty.by_id = False
    assert "Created in Statsig" in click_create(client, address).text and len(scene.faulty.posts) == 1
