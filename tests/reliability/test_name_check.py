"""A name that Statsig has is an error at review; a failed read blocks nothing."""

import pytest
from flask.testing import FlaskClient

from webapp.autotunes.services import READERS

from ..forms import click_create, fill_in, ready
from .conftest import Scene, ends_soon, finish_reading
from .fake_statsig import Fault, Say, answer, close, silence
from .polling import exists
from .test_create import button, send

TAKEN = "This name is taken in Statsig. Enter another name"
SINCE = "This name was taken after your review: Statsig has an autotune with this name. Enter another name"


@pytest.mark.parametrize("name", ["", "Größe"])
@pytest.mark.parametrize("changed", [{}, {"successEvent": "purchase"}], ids=["equal", "other content"])
def test_name_that_statsig_has_is_an_error_at_review(
    scene: Scene, client: FlaskClient, name: str, changed: dict[str, str]
) -> None:
    """An equal one is another's as well: this one was never sent."""
    address = ready(client, name=f"{name} {scene.fresh_name()}".strip(), description="Kept all the same")
    exists(scene, address, **changed)
    page = client.get(address).text
    assert TAKEN in page and "Kept all the same" in page and "<button>Create in Statsig" not in page
    assert scene.state(address) == "draft" and scene.faulty.posts == []
    edit = client.get(f"{address}/edit").text
    assert TAKEN in edit and "Kept all the same" in edit
    fill_in(client, path=f"{address}/edit", name=scene.fresh_name())
    assert "Created in Statsig" in click_create(client, address).text


@pytest.mark.parametrize("pressed", [False, True])
def test_name_taken_after_the_review_says_so(scene: Scene, client: FlaskClient, pressed: bool) -> None:
    address = ready(client, name=scene.fresh_name())
    form = button(client, address)
    exists(scene, address)
    page = send(client, address, form).text if pressed else client.get(address).text
    assert SINCE in page and scene.state(address) == "draft" and scene.faulty.posts == []


def test_equal_autotune_is_not_its_own_if_nothing_was_sent(scene: Scene, client: FlaskClient) -> None:
    name = scene.fresh_name()
    address = ready(client, name=name)
    form = button(client, address)
    exists(scene, address)
    send(client, address, form)
    assert scene.state(address) == "draft"
    fill_in(client, path=f"{address}/edit", name=name)
    assert TAKEN in client.get(address).text and scene.state(address) == "draft"


def test_message_does_not_mention_a_review_without_a_read(scene: Scene, client: FlaskClient) -> None:
    address = ready(client, name=scene.fresh_name())
    scene.faulty.faults["GET"] = Fault(answer(500))
    form = button(client, address)
    scene.faulty.well()
    exists(scene, address)
    assert TAKEN in send(client, address, form).text


def test_changed_name_is_checked_again(scene: Scene, client: FlaskClient) -> None:
    address = ready(client, name=scene.fresh_name())
    client.get(address)
    fill_in(client, path=f"{address}/edit", name=scene.fresh_name())
    exists(scene, address)
    assert TAKEN in client.get(address).text


def test_taken_name_links_to_our_autotune(scene: Scene, client: FlaskClient) -> None:
    name = scene.fresh_name()
    ours, other = ready(client, name=name), ready(client, name=name)
    client.get(other)
    click_create(client, ours)
    page = " ".join(client.get(other).text.split())
    assert SINCE in page and f'<a href="{ours}">{name}</a> (created)' in page


NO_ANSWER: dict[str, Say] = {
    "403": answer(403), "429": answer(429), "500": answer(500), "garbled": answer(200, b"{"), "cut": close,
    "silence": silence,
}  # fmt: skip


@pytest.mark.parametrize("say", NO_ANSWER.values(), ids=NO_ANSWER)
def test_failed_name_check_does_not_block_create(scene: Scene, client: FlaskClient, say: Say) -> None:
    address = ready(client, name=scene.fresh_name())
    scene.faulty.faults["GET"] = Fault(say)
    if say is silence:
        ends_soon(scene.app, scene.faulty, "GET")
    form = button(client, address)
    scene.faulty.reset()
    assert "Created in Statsig" in send(client, address, form).text


def test_name_check_is_skipped_without_a_slot_or_a_need(scene: Scene, client: FlaskClient) -> None:
    address = ready(client, name=scene.fresh_name())
    finish_reading(scene.services)
    taken = [scene.services.reads.acquire() for _ in range(READERS)]
    form = button(client, address)
    for _ in taken:
        scene.services.reads.release()
    scene.faulty.faults["POST"] = Fault(answer(429))
    send(client, address, form)  # one GET before the POST and one after it
    client.get(address)
    client.get(f"{address}.json")
    assert [asked.method for asked in scene.faulty.asked] == ["GET", "POST", "GET"]
