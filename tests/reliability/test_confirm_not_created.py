"""Names with an uncertain ID are reconciled by the list, or by a user who has checked Statsig."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from webapp.autotunes.states import CREATE_TIMEOUT, GRACE_SECONDS, RECHECK_SECONDS
from webapp.statsig.client import MAX_PAGES

from ..forms import click_create, fill_in, hidden, ready
from .conftest import Desk, wait_for_reads
from .faulty_statsig import Fault, respond_with, shorten
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
    add_to_statsig,
    visit,
)
from .schedules import UNCERTAIN_NAME
from .test_create import create_form, send

# For a name whose ID is uncertain: what the list contains, the resulting state, and the message.
IN_THE_LIST: dict[str, tuple[dict[str, Any], str, str]] = {
    "under another ID": ({"id": "groesse_co", "name": UNCERTAIN_NAME}, "created", "groesse_co"),
    "under its letters as the ID, without a name": ({"id": "größe_co", "name": None}, "created", "größe_co"),
    "its letters with other content, without a name": (
        {"id": "größe_co", "name": None, "successEvent": "x"},
        "unknown",
        NOT_LISTED,
    ),
    "other letters, without a name": ({"id": "another_co", "name": None}, "unknown", NOT_LISTED),
    "its name with other content": (
        {"id": "groesse_co", "name": UNCERTAIN_NAME, "successEvent": "x"},
        "unknown",
        TAKEN,
    ),
    "another name": ({"id": "groesse_co", "name": "Größe"}, "unknown", NOT_LISTED),
}


@pytest.mark.parametrize(("listed", "state", "message"), IN_THE_LIST.values(), ids=IN_THE_LIST)
def test_uncertain_name_is_searched_in_the_whole_list(
    desk: Desk, client: FlaskClient, listed: dict[str, Any], state: str, message: str
) -> None:
    address = desk.create_unconfirmed(client, ERROR, name=UNCERTAIN_NAME)
    desk.statsig.autotunes += [{"id": f"another_{number}", "variants": []} for number in range(230)]
    add_to_statsig(desk, address, **listed)
    page = visit(desk, address, TWO_READS)
    assert message in page and desk.state(address) == state
    assert any("page=3" in path for path in desk.statsig.gets)
    forget(desk, address)


def forget(desk: Desk, address: str) -> None:
    """Releases the name for the next test."""
    with desk.services.store.write() as session:
        row = session.get(type(desk.row(address)), address.rpartition("/")[2])
        assert row
        row.reserved_id = row.statsig_id = None


def test_list_with_shorter_pages_is_read_to_the_end(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR, name=UNCERTAIN_NAME)
    add_to_statsig(desk, address, id="groesse_co")
    desk.statsig.page_size = 1
    desk.statsig.autotunes.insert(0, {"id": "another"})
    visit(desk, address)
    assert desk.state(address) == "created"
    forget(desk, address)


def test_uncertain_name_is_unknown_until_a_user_confirms(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR, name=UNCERTAIN_NAME)
    assert "I checked Statsig" not in visit(desk, address, CREATE_TIMEOUT + GRACE_SECONDS - 1)
    for _ in range(4):
        page = visit(desk, address, TWO_READS)
        assert NOT_LISTED in page and desk.state(address) == "unknown"
    form = {name: hidden(client.get(address).text, name) for name in ("csrf_token", "version")}
    page = client.post(f"{address}/not-created", data=form, follow_redirects=True).text
    assert desk.state(address) == "ready" and TOO_EARLY not in page
    assert "Confirmed that it is not in Statsig" in page
    assert len(desk.statsig.posts) == 1
    assert TOO_EARLY in client.post(f"{address}/not-created", data=form, follow_redirects=True).text


@pytest.mark.parametrize("other", ["0", "-1", "99", ""])
def test_confirmation_of_another_version_is_ignored(desk: Desk, client: FlaskClient, other: str) -> None:
    address = desk.create_unconfirmed(client, ERROR, name=UNCERTAIN_NAME)
    form = {"csrf_token": hidden(visit(desk, address, TWO_READS), "csrf_token")}
    form["csrf_token"] = hidden(client.get(address).text, "csrf_token")
    page = client.post(f"{address}/not-created", data={**form, "version": other}, follow_redirects=True).text
    assert TOO_EARLY in page and desk.state(address) == "unknown"
    forget(desk, address)


def test_early_confirmation_is_ignored(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    token = hidden(client.get("/autotunes/new").text, "csrf_token")
    desk.clock.forward(CREATE_TIMEOUT + GRACE_SECONDS - 1)
    form = {"csrf_token": token, "version": str(desk.row(address).version)}
    assert TOO_EARLY in client.post(f"{address}/not-created", data=form, follow_redirects=True).text
    assert desk.state(address) == "unknown"


def confirm_not_created(client: FlaskClient, address: str, desk: Desk) -> str:
    form = {"csrf_token": hidden(client.get("/autotunes/new").text, "csrf_token")}
    form["version"] = str(desk.row(address).version)
    page = client.post(f"{address}/not-created", data=form, follow_redirects=True).text
    wait_for_reads(desk.services)
    return page


def test_wrong_confirmation_is_not_accepted(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR, name=UNCERTAIN_NAME)
    assert NOT_LISTED in visit(desk, address, TWO_READS)
    add_to_statsig(desk, address, id="groesse_co", name=UNCERTAIN_NAME)
    assert "Created in Statsig" in confirm_not_created(client, address, desk)
    assert desk.state(address) == "created" and len(desk.statsig.posts) == 1
    forget(desk, address)


def test_confirmation_needs_a_read_of_statsig(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR, name=UNCERTAIN_NAME)
    visit(desk, address, TWO_READS)
    desk.statsig.faults["GET"] = ERROR
    assert TOO_EARLY in confirm_not_created(client, address, desk)
    assert desk.state(address) == "unknown"
    forget(desk, address)


@pytest.mark.parametrize("status", [401, 403])
def test_confirmation_is_accepted_if_the_key_may_not_read(desk: Desk, client: FlaskClient, status: int) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    desk.statsig.faults["GET"] = Fault(respond_with(status))
    assert "I checked Statsig" in visit(desk, address, TWO_READS)
    confirm_not_created(client, address, desk)
    assert desk.state(address) == "ready"


def test_certain_name_needs_no_confirmation(desk: Desk, client: FlaskClient) -> None:
    """Two reads reconcile it, however late the first one is."""
    address = desk.create_unconfirmed(client, ERROR)
    assert "I checked Statsig" not in visit(desk, address, 7 * DAY)
    assert TOO_EARLY in confirm_not_created(client, address, desk)
    assert desk.state(address) == "unknown"
    visit(desk, address, RECHECK_SECONDS)
    assert desk.state(address) == "ready"


ONLY_IN_THE_LIST: dict[str, tuple[dict[str, Any], str, str]] = {
    "as it was sent": ({}, "created", "Created in Statsig"),
    "without its name": ({"name": None}, "created", "Created in Statsig"),
    "its name in another case": ({"name": "COLOR test"}, "unknown", TAKEN),
    "with other content": ({"successEvent": "purchase"}, "unknown", TAKEN),
    "under another id": ({"id": "color-test"}, "created", "Created in Statsig"),
}


@pytest.mark.parametrize(("listed", "state", "message"), ONLY_IN_THE_LIST.values(), ids=ONLY_IN_THE_LIST)
def test_autotune_found_only_in_the_list_exists(
    desk: Desk, client: FlaskClient, listed: dict[str, Any], state: str, message: str
) -> None:
    """A read by ID may be a 404 for long."""
    address = desk.create_unconfirmed(client, ERROR)
    desk.statsig.finds_by_id = False
    add_to_statsig(desk, address, **listed)
    assert desk.state(address) == "unknown"
    visit(desk, address, TWO_READS)
    page = visit(desk, address, RECHECK_SECONDS)
    assert message in page and desk.state(address) == state
    assert len(desk.statsig.posts) == 1


def test_list_is_read_only_if_it_is_decisive(desk: Desk, client: FlaskClient) -> None:
    """Not at every visit, of which there may be many."""
    address = desk.create_unconfirmed(client, ERROR)
    visit(desk, address, TWO_READS)
    assert not any("?" in path for path in desk.statsig.gets)
    visit(desk, address, RECHECK_SECONDS)
    assert desk.statsig.gets[-1] == "/autotunes?limit=100&page=1" and desk.state(address) == "ready"


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("name", ["", UNCERTAIN_NAME])
def test_incomplete_list_proves_nothing(desk: Desk, client: FlaskClient, name: str, late: bool) -> None:
    address = desk.create_unconfirmed(client, ERROR, **({"name": name} if name else {}))
    desk.statsig.autotunes += [{"id": f"another_{number}"} for number in range(MAX_PAGES + 1)]
    desk.statsig.page_size = 1
    if late:
        deadlines = desk.app.extensions["deadlines"]
        desk.statsig.on_request = lambda request: shorten(deadlines[-1], 0) if request.path.endswith("page=2") else None
    visit(desk, address, TWO_READS)
    for _ in range(2):
        page = visit(desk, address, RECHECK_SECONDS)
        assert LIST_TOO_LONG in page and "I checked Statsig" in page and desk.state(address) == "unknown"
    assert desk.statsig.gets[-1].endswith("page=2" if late else f"page={MAX_PAGES}")
    confirm_not_created(client, address, desk)
    assert desk.state(address) == "ready" and len(desk.statsig.posts) == 1
    assert "Created in Statsig" in click_create(client, address).text
    forget(desk, address)


@pytest.mark.parametrize(("status", "message"), [(500, READ_FAILED), (429, READ_FAILED), (403, CANNOT_READ)])
def test_failed_read_of_the_list_keeps_it_unconfirmed(
    desk: Desk, client: FlaskClient, status: int, message: str
) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    visit(desk, address, TWO_READS)
    desk.statsig.faults["list"] = Fault(respond_with(status))
    assert message in visit(desk, address, RECHECK_SECONDS) and desk.state(address) == "unknown"
    desk.statsig.clear_faults()
    visit(desk, address)
    assert desk.state(address) == "ready"


def test_two_names_without_letters_are_not_the_same(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR, name="\N{PARTY POPPER}")
    add_to_statsig(desk, address, id="_", name=None)
    assert NOT_LISTED in visit(desk, address, TWO_READS) and desk.state(address) == "unknown"
    forget(desk, address)


@pytest.mark.parametrize("name", ["", UNCERTAIN_NAME])
def test_create_that_finds_its_own_autotune_sends_nothing(desk: Desk, client: FlaskClient, name: str) -> None:
    """It was reconciled as not created, by reads or by a user, but committed late."""
    address = desk.create_unconfirmed(client, ERROR, **({"name": name} if name else {}))
    visit(desk, address, TWO_READS)
    visit(desk, address, RECHECK_SECONDS)
    if name:
        confirm_not_created(client, address, desk)
    assert desk.state(address) == "ready"
    form = create_form(client, address)
    add_to_statsig(desk, address, **({"id": "groesse_co"} if name else {}))
    assert "Created in Statsig" in send(client, address, form).text
    assert desk.state(address) == "created" and len(desk.statsig.posts) == 1
    forget(desk, address)


def test_create_that_finds_another_autotune_reports_it(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    visit(desk, address, TWO_READS)
    visit(desk, address, RECHECK_SECONDS)
    add_to_statsig(desk, address, successEvent="purchase")
    assert "This name is taken in Statsig" in click_create(client, address).text
    assert desk.state(address) == "draft" and len(desk.statsig.posts) == 1


def test_match_is_reported_as_taken_if_it_was_never_sent(desk: Desk, client: FlaskClient) -> None:
    address = ready(client, name=desk.fresh_name())
    desk.statsig.faults["GET"] = Fault(respond_with(429))
    click_create(client, address)
    desk.statsig.clear_faults()
    add_to_statsig(desk, address)
    click_create(client, address)
    assert desk.state(address) == "draft" and desk.statsig.posts == []


@pytest.mark.parametrize("status", [401, 403, 429])
def test_late_create_after_a_rejection_is_recognized(desk: Desk, client: FlaskClient, status: int) -> None:
    address = ready(client, name=desk.fresh_name())
    desk.statsig.faults["POST"] = Fault(respond_with(status))
    assert "Not created." in click_create(client, address).text
    desk.statsig.clear_faults()
    add_to_statsig(desk, address)
    assert "Created in Statsig" in click_create(client, address).text and len(desk.statsig.posts) == 1


def ready_again(desk: Desk, client: FlaskClient) -> str:
    """The address of an autotune that was sent and then reconciled as not created."""
    address = desk.create_unconfirmed(client, ERROR)
    visit(desk, address, TWO_READS)
    visit(desk, address, RECHECK_SECONDS)
    assert desk.state(address) == "ready"
    return address


def fail_to_create(desk: Desk, client: FlaskClient, address: str) -> None:
    desk.statsig.faults["GET"] = Fault(respond_with(500))
    assert "Not sent." in click_create(client, address).text
    desk.statsig.clear_faults()


def check_again(desk: Desk, client: FlaskClient, address: str) -> None:
    fill_in(client, path=f"{address}/edit", name=desk.row(address).name)


@pytest.mark.parametrize("other_step", [fail_to_create, check_again])
def test_late_create_is_recognized_after_other_steps(
    desk: Desk, client: FlaskClient, other_step: Callable[[Desk, FlaskClient, str], None]
) -> None:
    address = ready_again(desk, client)
    other_step(desk, client, address)
    form = create_form(client, address)
    add_to_statsig(desk, address)
    assert "Created in Statsig" in send(client, address, form).text and len(desk.statsig.posts) == 1


def test_match_for_edited_content_is_reported_as_taken(desk: Desk, client: FlaskClient) -> None:
    """The autotune in Statsig equals the edited form, which was never sent."""
    address = ready_again(desk, client)
    fill_in(client, path=f"{address}/edit", name=desk.row(address).name, successEvent="purchase")
    add_to_statsig(desk, address)
    assert "This name is taken in Statsig" in client.get(address).text and desk.state(address) == "draft"


def test_second_create_reads_the_list(desk: Desk, client: FlaskClient) -> None:
    address = ready_again(desk, client)
    add_to_statsig(desk, address)
    desk.statsig.finds_by_id = False
    assert "Created in Statsig" in click_create(client, address).text and len(desk.statsig.posts) == 1
