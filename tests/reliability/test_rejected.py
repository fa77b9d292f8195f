"""A rejected create may have been sent twice by a gateway, and the first one created: Statsig is read first."""

import socket
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient

from webapp.autotunes.states import RECHECK_SECONDS

from ..forms import click_create, fill_in, ready
from .conftest import Scene, ends_soon
from .fake_statsig import Asked, Fault, Say, answer, close, silence
from .polling import TWO_READS, exists, visit

IN_USE = {"message": "Name is already in use"}
NO_ROOM = {"message": "No room"}
ANOTHER_NAME = "Enter another name. Statsig says: Name is already in use"
UNCONFIRMED = "Statsig reports that this name is in use, but the autotune was not found there."
UNREAD_IN_USE = "Statsig reports that this name is in use. It could not be looked up."


def refused(status: int, content: Any, commits: bool) -> Fault:
    return Fault(answer(status, content), commits=commits)


# What is answered to the POST after it was created all the same.
CREATED = {
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
@pytest.mark.parametrize(("status", "content"), CREATED.values(), ids=CREATED)
def test_request_repeated_by_a_gateway_is_created(
    scene: Scene, client: FlaskClient, status: int, content: Any, name: str
) -> None:
    address = ready(client, name=f"{name} {scene.fresh_name()}".strip())
    scene.faulty.faults["POST"] = refused(status, content, commits=True)
    page = click_create(client, address).text
    assert "Created in Statsig" in page and "Not created" not in page and "Enter another name" not in page
    assert scene.state(address) == "created" and len(scene.faulty.posts) == 1
    assert scene.row(address).statsig_id == scene.faulty.kept[0]["id"]


def read_after(scene: Scene, say: Say) -> None:
    """The GET after the POST meets this, and the one before it nothing."""

    def looking(asked: Asked) -> None:
        if asked.method == "POST":
            scene.faulty.faults["GET"] = Fault(say)

    scene.faulty.looking = looking


UNREAD: dict[str, Say] = {"500": answer(500), "401": answer(401), "403": answer(403), "429": answer(429), "cut": close}


@pytest.mark.parametrize("say", UNREAD.values(), ids=UNREAD)
@pytest.mark.parametrize("commits", [True, False])
def test_name_in_use_is_unconfirmed_if_the_read_fails(
    scene: Scene, client: FlaskClient, say: Say, commits: bool
) -> None:
    address = ready(client, name=scene.fresh_name())
    scene.faulty.faults["POST"] = refused(400, IN_USE, commits)
    read_after(scene, say)
    page = click_create(client, address).text
    assert scene.state(address) == "unknown" and "Enter another name" not in page and "was not found" not in page
    scene.faulty.well()
    visit(scene, address)
    assert scene.state(address) == ("created" if commits else "unknown")
    assert len(scene.faulty.posts) == 1


@pytest.mark.parametrize("say", UNREAD.values(), ids=UNREAD)
def test_other_rejection_counts_if_the_read_fails(scene: Scene, client: FlaskClient, say: Say) -> None:
    address = ready(client, name=scene.fresh_name())
    scene.faulty.faults["POST"] = refused(400, NO_ROOM, commits=False)
    read_after(scene, say)
    assert "Statsig says: No room" in click_create(client, address).text
    assert scene.state(address) == "draft"


def test_read_after_a_rejection_ends_at_the_deadline(scene: Scene, client: FlaskClient) -> None:
    address = ready(client, name=scene.fresh_name())
    scene.faulty.faults["POST"] = refused(400, IN_USE, commits=True)

    def silent_once(sock: socket.socket) -> None:
        scene.faulty.faults.pop("GET", None)  # what the page asks afterwards is another matter
        silence(sock)

    read_after(scene, silent_once)
    ends_soon(scene.app, scene.faulty, "POST")
    click_create(client, address)
    assert UNREAD_IN_USE in client.get(f"{address}.json").text
    visit(scene, address)
    assert scene.state(address) == "created" and len(scene.faulty.posts) == 1


def test_name_in_use_but_not_found_is_unconfirmed_then_a_draft(scene: Scene, client: FlaskClient) -> None:
    """Whatever has the name is no autotune, or one that Statsig does not show."""
    address = ready(client, name=scene.fresh_name())
    scene.faulty.faults["POST"] = refused(400, IN_USE, commits=False)
    assert UNCONFIRMED in click_create(client, address).text
    assert scene.state(address) == "unknown"
    scene.faulty.well()
    visit(scene, address, TWO_READS)
    page = visit(scene, address, RECHECK_SECONDS)
    assert ANOTHER_NAME in page and scene.state(address) == "draft"
    fill_in(client, path=f"{address}/edit", name=scene.fresh_name())
    assert "Created in Statsig" in click_create(client, address).text


class Other(NamedTuple):
    changed: dict[str, Any]
    name: str = ""


OTHERS = {
    "other content": Other({"successEvent": "purchase"}),
    "other content in the list": Other({"id": "groesse", "successEvent": "purchase"}, "Größe"),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_name_of_another_autotune_is_an_error(scene: Scene, client: FlaskClient, other: Other) -> None:
    """Created elsewhere after the look before the create."""
    name = f"{other.name} {scene.fresh_name()}".strip()
    address = ready(client, name=name)
    scene.faulty.faults["POST"] = refused(400, IN_USE, commits=False)
    scene.faulty.looking = lambda asked: (
        exists(scene, address, name=name, **other.changed) if asked.method == "POST" else None
    )
    assert ANOTHER_NAME in click_create(client, address).text
    assert scene.state(address) == "draft" and len(scene.faulty.posts) == 1


def test_read_after_a_rejection_is_one_request(scene: Scene, client: FlaskClient) -> None:
    address = ready(client, name=scene.fresh_name())
    scene.faulty.faults["POST"] = refused(400, NO_ROOM, commits=False)
    click_create(client, address)
    after = [asked.method for asked in scene.faulty.asked]
    assert after[after.index("POST") :] == ["POST", "GET"]
