"""A name that Statsig has is an error at review; a failed read blocks nothing."""

import pytest
from flask.testing import FlaskClient

from webapp.autotunes.services import READERS

from ..forms import click_create, fill_in, ready
from .conftest import Desk, shorten_deadline_on_arrival, wait_for_reads
from .faulty_statsig import Fault, Respond, close, respond_with, silence
from .polling import add_to_statsig
from .test_create import create_form, send

TAKEN = "This name is taken in Statsig. Enter another name"
TAKEN_SINCE = "This name was taken after your review: Statsig has an autotune with this name. Enter another name"


@pytest.mark.parametrize("name", ["", "Größe"])
@pytest.mark.parametrize("changed", [{}, {"successEvent": "purchase"}], ids=["equal", "other content"])
def test_name_that_statsig_has_is_an_error_at_review(
    desk: Desk, client: FlaskClient, name: str, changed: dict[str, str]
) -> None:
    """Also if its content is equal: this autotune was never sent."""
    address = ready(client, name=f"{name} {desk.fresh_name()}".strip(), description="Kept all the same")
    add_to_statsig(desk, address, **changed)
    page = client.get(address).text
    assert TAKEN in page and "Kept all the same" in page and "<button>Create in Statsig" not in page
    assert desk.state(address) == "draft" and desk.statsig.posts == []
    edit = client.get(f"{address}/edit").text
    assert TAKEN in edit and "Kept all the same" in edit
    fill_in(client, path=f"{address}/edit", name=desk.fresh_name())
    assert "Created in Statsig" in click_create(client, address).text


@pytest.mark.parametrize("clicked", [False, True])
def test_name_taken_after_the_review_says_so(desk: Desk, client: FlaskClient, clicked: bool) -> None:
    address = ready(client, name=desk.fresh_name())
    form = create_form(client, address)
    add_to_statsig(desk, address)
    page = send(client, address, form).text if clicked else client.get(address).text
    assert TAKEN_SINCE in page and desk.state(address) == "draft" and desk.statsig.posts == []


def test_match_is_reported_as_taken_if_nothing_was_sent(desk: Desk, client: FlaskClient) -> None:
    name = desk.fresh_name()
    address = ready(client, name=name)
    form = create_form(client, address)
    add_to_statsig(desk, address)
    send(client, address, form)
    assert desk.state(address) == "draft"
    fill_in(client, path=f"{address}/edit", name=name)
    assert TAKEN in client.get(address).text and desk.state(address) == "draft"


def test_message_does_not_mention_a_review_without_a_read(desk: Desk, client: FlaskClient) -> None:
    address = ready(client, name=desk.fresh_name())
    desk.statsig.faults["GET"] = Fault(respond_with(500))
    form = create_form(client, address)
    desk.statsig.clear_faults()
    add_to_statsig(desk, address)
    assert TAKEN in send(client, address, form).text


def test_changed_name_is_checked_again(desk: Desk, client: FlaskClient) -> None:
    address = ready(client, name=desk.fresh_name())
    client.get(address)
    fill_in(client, path=f"{address}/edit", name=desk.fresh_name())
    add_to_statsig(desk, address)
    assert TAKEN in client.get(address).text


def test_taken_name_links_to_our_autotune(desk: Desk, client: FlaskClient) -> None:
    name = desk.fresh_name()
    ours, other = ready(client, name=name), ready(client, name=name)
    client.get(other)
    click_create(client, ours)
    page = " ".join(client.get(other).text.split())
    assert TAKEN_SINCE in page and f'<a href="{ours}">{name}</a> (created)' in page


FAILED_READS: dict[str, Respond] = {
    **{str(status): respond_with(status) for status in (403, 429, 500)},
    "garbled": respond_with(200, b"{"),
    "closed": close,
    "silence": silence,
}


@pytest.mark.parametrize("respond", FAILED_READS.values(), ids=FAILED_READS)
def test_failed_name_check_does_not_block_create(desk: Desk, client: FlaskClient, respond: Respond) -> None:
    address = ready(client, name=desk.fresh_name())
    desk.statsig.faults["GET"] = Fault(respond)
    if respond is silence:
        shorten_deadline_on_arrival(desk.app, desk.statsig, "GET")
    form = create_form(client, address)
    desk.statsig.reset()
    assert "Created in Statsig" in send(client, address, form).text


def test_name_check_is_skipped_without_a_slot_and_after_a_create(desk: Desk, client: FlaskClient) -> None:
    address = ready(client, name=desk.fresh_name())
    wait_for_reads(desk.services)
    slots = [desk.services.reads.acquire() for _ in range(READERS)]
    form = create_form(client, address)
    for _ in slots:
        desk.services.reads.release()
    desk.statsig.faults["POST"] = Fault(respond_with(429))
    send(client, address, form)  # one GET before the POST and one after it
    client.get(address)
    client.get(f"{address}.json")
    assert [request.method for request in desk.statsig.requests] == ["GET", "POST", "GET"]
