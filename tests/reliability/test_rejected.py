"""A gateway may send a create twice, and report only the rejection of the second: Statsig is read first."""

import socket
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient

from webapp.autotunes.states import RECHECK_SECONDS

from ..forms import click_create, fill_in, ready
from .conftest import Desk, shorten_deadline_on_arrival
from .faulty_statsig import Fault, Request, Respond, close, respond_with, silence
from .polling import TWO_READS, add_to_statsig, visit

IN_USE = {"message": "Name is already in use"}
NO_ROOM = {"message": "No room"}
ANOTHER_NAME = "Enter another name. Statsig says: Name is already in use"
UNCONFIRMED = "Statsig reports that this name is in use, but the autotune was not found there."
IN_USE_AND_NOT_READ = "Statsig reports that this name is in use. It could not be looked up."


def rejection(status: int, content: Any, commits: bool) -> Fault:
    return Fault(respond_with(status, content), commits=commits)


# The response to a POST that created the autotune.
REJECTIONS_AFTER_CREATE = {
    "400 in use": (400, IN_USE),
    "409 in use": (409, IN_USE),
    "422 in use, at the name": (422, {"errors": [{"property": "name", "errorMessage": "Already exists"}]}),
    "400 for another reason": (400, NO_ROOM),
    "400 without a reason": (400, b""),
    "401": (401, b""),
    "403": (403, b""),
    "429": (429, b""),
}


@pytest.mark.parametrize("name", ["", "Größe"])
@pytest.mark.parametrize(("status", "content"), REJECTIONS_AFTER_CREATE.values(), ids=REJECTIONS_AFTER_CREATE)
def test_request_repeated_by_a_gateway_is_created(
    desk: Desk, client: FlaskClient, status: int, content: Any, name: str
) -> None:
    address = ready(client, name=f"{name} {desk.fresh_name()}".strip())
    desk.statsig.faults["POST"] = rejection(status, content, commits=True)
    page = click_create(client, address).text
    assert "Created in Statsig" in page and "Not created" not in page and "Enter another name" not in page
    assert desk.state(address) == "created" and len(desk.statsig.posts) == 1
    assert desk.row(address).statsig_id == desk.statsig.autotunes[0]["id"]


def fail_read_after_post(desk: Desk, respond: Respond) -> None:
    """The read after the POST gets this response; the one before it is not affected."""

    def on_request(request: Request) -> None:
        if request.method == "POST":
            desk.statsig.faults["GET"] = Fault(respond)

    desk.statsig.on_request = on_request


FAILED_READS: dict[str, Respond] = {
    **{str(status): respond_with(status) for status in (401, 403, 429, 500)},
    "closed": close,
}


@pytest.mark.parametrize("respond", FAILED_READS.values(), ids=FAILED_READS)
@pytest.mark.parametrize("commits", [True, False])
def test_name_in_use_is_unconfirmed_if_the_read_fails(
    desk: Desk, client: FlaskClient, respond: Respond, commits: bool
) -> None:
    address = ready(client, name=desk.fresh_name())
    desk.statsig.faults["POST"] = rejection(400, IN_USE, commits)
    fail_read_after_post(desk, respond)
    page = click_create(client, address).text
    assert desk.state(address) == "unknown" and "Enter another name" not in page and "was not found" not in page
    desk.statsig.clear_faults()
    visit(desk, address)
    assert desk.state(address) == ("created" if commits else "unknown")
    assert len(desk.statsig.posts) == 1


@pytest.mark.parametrize("respond", FAILED_READS.values(), ids=FAILED_READS)
def test_other_rejection_counts_if_the_read_fails(desk: Desk, client: FlaskClient, respond: Respond) -> None:
    address = ready(client, name=desk.fresh_name())
    desk.statsig.faults["POST"] = rejection(400, NO_ROOM, commits=False)
    fail_read_after_post(desk, respond)
    assert "Statsig says: No room" in click_create(client, address).text
    assert desk.state(address) == "draft"


def test_read_after_a_rejection_ends_at_the_deadline(desk: Desk, client: FlaskClient) -> None:
    address = ready(client, name=desk.fresh_name())
    desk.statsig.faults["POST"] = rejection(400, IN_USE, commits=True)

    def be_silent_once(sock: socket.socket) -> None:
        desk.statsig.faults.pop("GET", None)  # not for the reads of the page afterwards
        silence(sock)

    fail_read_after_post(desk, be_silent_once)
    shorten_deadline_on_arrival(desk.app, desk.statsig, "POST")
    click_create(client, address)
    assert IN_USE_AND_NOT_READ in client.get(f"{address}.json").text
    visit(desk, address)
    assert desk.state(address) == "created" and len(desk.statsig.posts) == 1


def test_name_in_use_but_not_found_is_unconfirmed_then_a_draft(desk: Desk, client: FlaskClient) -> None:
    """The name belongs to something else than an autotune, or to one that Statsig does not show."""
    address = ready(client, name=desk.fresh_name())
    desk.statsig.faults["POST"] = rejection(400, IN_USE, commits=False)
    assert UNCONFIRMED in click_create(client, address).text
    assert desk.state(address) == "unknown"
    desk.statsig.clear_faults()
    visit(desk, address, TWO_READS)
    page = visit(desk, address, RECHECK_SECONDS)
    assert ANOTHER_NAME in page and desk.state(address) == "draft"
    fill_in(client, path=f"{address}/edit", name=desk.fresh_name())
    assert "Created in Statsig" in click_create(client, address).text


class ForeignAutotune(NamedTuple):
    changed: dict[str, Any]
    name: str = ""


FOREIGN_AUTOTUNES = {
    "other content": ForeignAutotune({"successEvent": "purchase"}),
    "other content in the list": ForeignAutotune({"id": "groesse", "successEvent": "purchase"}, "Größe"),
}


@pytest.mark.parametrize("foreign", FOREIGN_AUTOTUNES.values(), ids=FOREIGN_AUTOTUNES)
def test_name_of_another_autotune_is_an_error(desk: Desk, client: FlaskClient, foreign: ForeignAutotune) -> None:
    """It is created elsewhere, after the read that precedes the POST."""
    name = f"{foreign.name} {desk.fresh_name()}".strip()
    address = ready(client, name=name)
    desk.statsig.faults["POST"] = rejection(400, IN_USE, commits=False)
    desk.statsig.on_request = lambda request: (
        add_to_statsig(desk, address, name=name, **foreign.changed) if request.method == "POST" else None
    )
    assert ANOTHER_NAME in click_create(client, address).text
    assert desk.state(address) == "draft" and len(desk.statsig.posts) == 1


def test_read_after_a_rejection_is_one_request(desk: Desk, client: FlaskClient) -> None:
    address = ready(client, name=desk.fresh_name())
    desk.statsig.faults["POST"] = rejection(400, NO_ROOM, commits=False)
    click_create(client, address)
    methods = [request.method for request in desk.statsig.requests]
    assert methods[methods.index("POST") :] == ["POST", "GET"]
