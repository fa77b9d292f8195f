"""At most one create per click reaches Statsig, no matter who clicks, where and how often."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp.store import queries

from ..conftest import Clock
from ..forms import BUTTON_COLOR_TEST, click_create, fill_in, hidden, ready
from .conftest import Desk, OpenApp, autotune_json
from .faulty_statsig import Fault, Request, after, close, respond_with, serve_faulty_statsig

STALE = "This autotune changed after you opened its page, so this click did nothing. Review it again."
NAME_TAKEN = "This name is taken. Enter another name"
NAME_TAKEN_SINCE = "This name was taken after your review: another autotune has it. Enter another name"
BUSY = "Not sent: too many autotunes are being created at once. Try again in a moment."
CREATED = respond_with(201, {"data": {"id": "an_id"}})


def create_form(client: FlaskClient, address: str) -> dict[str, str]:
    """The hidden fields of the Create form on the page, as it is now."""
    page = client.get(address).text
    return {name: hidden(page, name) for name in ("csrf_token", "version")}


def send(client: FlaskClient, address: str, form: dict[str, str]) -> TestResponse:
    return client.post(f"{address}/create", data=form, follow_redirects=True)


def new_tab(desk: Desk, client: FlaskClient) -> FlaskClient:
    """A client for another thread with the same session."""
    tab = desk.new_client()
    tab._cookies = client._cookies
    return tab


def at_once(*actions: Callable[[], TestResponse]) -> list[TestResponse]:
    """Runs the actions at the same moment, in threads."""
    barrier = threading.Barrier(len(actions))

    def run(action: Callable[[], TestResponse]) -> TestResponse:
        barrier.wait(10)
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


@contextmanager
def pending_create(desk: Desk) -> Iterator[threading.Event]:
    """The next create waits for its response until the end of the block; yields an event that its arrival sets."""
    proceed = threading.Event()
    arrived = threading.Event()
    desk.statsig.faults["POST"] = Fault(after(proceed, CREATED))
    desk.statsig.on_request = lambda request: arrived.set() if request.method == "POST" else None
    try:
        yield arrived
    finally:
        proceed.set()


@pytest.mark.parametrize("clicks", [2, 5])
def test_double_click_sends_once(desk: Desk, clicks: int) -> None:
    client = desk.new_client()
    address = ready(client, name=desk.fresh_name())
    form = create_form(client, address)
    tabs = [new_tab(desk, client) for _ in range(clicks)]
    responses = at_once(*(partial(send, tab, address, form) for tab in tabs))
    assert len(desk.statsig.posts) == 1
    assert desk.state(address) == "created"
    assert all("Not sent" not in response.text and STALE not in response.text for response in responses)


def test_two_simultaneous_creates_send_once(desk: Desk) -> None:
    one, other = desk.new_client(), desk.new_client()
    address = ready(one, name=desk.fresh_name())
    forms = create_form(one, address), create_form(other, address)
    at_once(lambda: send(one, address, forms[0]), lambda: send(other, address, forms[1]))
    assert len(desk.statsig.posts) == 1 and desk.state(address) == "created"


def test_second_create_after_back_sends_nothing(desk: Desk, client: FlaskClient) -> None:
    address = ready(client, name=desk.fresh_name())
    form = create_form(client, address)
    assert "Created in Statsig" in send(client, address, form).text
    assert "Created in Statsig" in send(client, address, form).text
    assert len(desk.statsig.posts) == 1


def test_create_after_back_and_edit_is_a_name_conflict(desk: Desk, client: FlaskClient) -> None:
    name = desk.fresh_name()
    page = client.get("/autotunes/new").text
    form = {**BUTTON_COLOR_TEST, "name": name, "action": "check"}
    form |= {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    address = client.post("/autotunes", data=form).headers["Location"]
    click_create(client, address)
    conflict = client.post("/autotunes", data={**form, "description": "Typed after it was sent"})
    assert conflict.status_code == 409
    assert "Someone has started to create this autotune" in conflict.text and "Typed after it was sent" in conflict.text
    fresh_form = {**form, "description": "Typed after it was sent"}
    fresh_form |= {name: hidden(conflict.text, name) for name in ("csrf_token", "token", "version")}
    second = client.post("/autotunes", data=fresh_form)
    assert second.status_code == 422 and NAME_TAKEN in second.text and f'<a href="{address}">' in second.text
    assert "Typed after it was sent" in second.text
    assert len(desk.statsig.posts) == 1
    assert "Typed after it was sent" not in client.get(address).text


def test_unreviewed_version_is_not_sent(desk: Desk) -> None:
    """A changed version is reported as stale, although its name has also been taken."""
    reader, writer = desk.new_client(), desk.new_client()
    taken = desk.fresh_name()
    click_create(writer, ready(writer, name=taken))
    address = ready(reader, name=desk.fresh_name())
    form, posts = create_form(reader, address), len(desk.statsig.posts)
    fill_in(writer, path=f"{address}/edit", name=taken, description="Changed in between")
    page = send(reader, address, form).text
    assert STALE in page and "Changed in between" in page
    assert len(desk.statsig.posts) == posts and desk.state(address) == "draft"


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "²", "1" * 400, "1.0", " 1", "1e0", "2"])
def test_version_that_was_never_shown_is_not_sent(desk: Desk, client: FlaskClient, version: str) -> None:
    address = ready(client, name=desk.fresh_name())
    assert STALE in send(client, address, create_form(client, address) | {"version": version}).text
    assert desk.statsig.posts == []


def test_draft_is_not_sent(desk: Desk, client: FlaskClient) -> None:
    address = fill_in(client, "save", name=desk.fresh_name()).headers["Location"]
    token = hidden(client.get(f"{address}/edit").text, "csrf_token")
    send(client, address, {"csrf_token": token, "version": "1"})
    assert desk.statsig.requests == [] and desk.state(address) == "draft"


def test_second_tab_shows_what_the_first_sent(desk: Desk, client: FlaskClient) -> None:
    address = ready(client, name=desk.fresh_name())
    tabs = create_form(client, address), create_form(client, address)
    with pending_create(desk) as arrived:
        first = threading.Thread(target=send, args=(client, address, tabs[0]))
        first.start()
        assert arrived.wait(5)
        page = send(new_tab(desk, client), address, tabs[1]).text
        assert "The request was sent to Statsig" in page and "Not sent" not in page and STALE not in page
    first.join()
    assert len(desk.statsig.posts) == 1 and desk.state(address) == "created"


def test_failed_create_is_repeated_only_by_a_click(desk: Desk, client: FlaskClient) -> None:
    address = ready(client, name=desk.fresh_name())
    old = create_form(client, address)
    desk.statsig.faults["POST"] = Fault(respond_with(429))
    send(client, address, old)
    page = send(client, address, old).text
    assert STALE in page and "nothing was sent" not in page  # the first click did send it
    assert len(desk.statsig.posts) == 1
    desk.statsig.clear_faults()
    assert "Created in Statsig" in click_create(client, address).text
    assert len(desk.statsig.posts) == 2 and len(desk.statsig.autotunes) == 1


@pytest.mark.parametrize("state", ["sending", "unknown", "created"])
def test_reserved_id_blocks_other_autotunes(desk: Desk, client: FlaskClient, state: str) -> None:
    name = desk.fresh_name()
    first = ready(client, name=name)
    twin = ready(client, name=name.upper())
    proceed = threading.Event()
    faults = {
        "sending": after(proceed, CREATED),
        "unknown": close,
        "created": respond_with(201, {"data": {"id": "an_id"}}),
    }
    desk.statsig.faults["POST"] = Fault(faults[state])
    arrived = threading.Event()
    desk.statsig.on_request = lambda request: arrived.set() if request.method == "POST" else None
    create_thread = threading.Thread(target=click_create, args=(client, first))
    create_thread.start()
    try:
        assert arrived.wait(5)
        if state != "sending":
            create_thread.join()
        assert desk.state(first) == state
        page = click_create(desk.new_client(), twin).text
        assert NAME_TAKEN_SINCE in page and first in page
        assert desk.state(twin) == "draft"
        assert len(desk.statsig.posts) == 1
    finally:
        proceed.set()
        create_thread.join()


def failed_check(client: FlaskClient, **changed: str) -> str:
    """The form that a failed check shows."""
    response = fill_in(client, **changed)
    assert response.status_code == 422
    return response.text


@pytest.mark.parametrize("state", ["unknown", "created"])
@pytest.mark.parametrize("action", ["check", "plan"])
def test_reserved_name_is_an_error_at_review(desk: Desk, client: FlaskClient, state: str, action: str) -> None:
    name = desk.fresh_name()
    first = ready(client, name=name)
    desk.statsig.faults["POST"] = Fault(close if state == "unknown" else respond_with(201, {"data": {"id": "an_id"}}))
    click_create(client, first)
    response = fill_in(desk.new_client(), action, name=f" {name.upper()} ", description="Kept all the same")
    second = other_of_same_name(desk, first)
    page = response.text if action == "check" else client.get(second).text
    assert NAME_TAKEN in page and f'<a href="{first}">' in page and "Kept all the same" in page
    assert response.status_code == (422 if action == "check" else 303)
    assert desk.state(second) == "draft" and len(desk.statsig.posts) == 1


def other_of_same_name(desk: Desk, address: str) -> str:
    """The address of the other autotune with the same name."""
    row = desk.row(address)
    with desk.services.store.read() as session:
        same_name = queries.find_same_name(session, row.project, row.name)
    (other,) = (record.id for record in same_name if record.id != row.id)
    return f"/autotunes/{other}"


def test_draft_may_have_a_reserved_name(desk: Desk, client: FlaskClient) -> None:
    name = desk.fresh_name()
    click_create(client, ready(client, name=name))
    assert fill_in(client, "save", name=name).status_code == 303


def test_released_name_does_not_block_review(desk: Desk, client: FlaskClient) -> None:
    name = desk.fresh_name()
    desk.statsig.faults["POST"] = Fault(respond_with(400, {"message": "No room"}))
    click_create(client, ready(client, name=name))
    assert fill_in(client, name=name).status_code == 303


def test_id_chosen_by_statsig_is_reserved(desk: Desk, client: FlaskClient) -> None:
    statsig_name, sent_name = desk.fresh_name(), desk.fresh_name()
    desk.statsig.faults["POST"] = Fault(respond_with(201, {"data": {"id": statsig_name.lower().replace(" ", "_")}}))
    click_create(client, ready(client, name=sent_name))
    for name in (statsig_name, sent_name):
        assert NAME_TAKEN in failed_check(client, name=name)
    assert len(desk.statsig.posts) == 1


def test_second_ready_autotune_of_a_name_is_advice(desk: Desk, client: FlaskClient) -> None:
    name = desk.fresh_name()
    ready(client, name=name)
    address = ready(client, name=name)
    assert "has this name, or one that may get the same ID" in client.get(address).text
    assert "Created in Statsig" in click_create(client, address).text


@pytest.mark.parametrize("name", ["\N{CJK UNIFIED IDEOGRAPH-8BD5} %d", "A/B %d", "Grün %d"])
def test_name_with_an_uncertain_id_is_reserved(desk: Desk, client: FlaskClient, name: str) -> None:
    name %= len(desk.statsig.posts)
    first, second = ready(client, name=name), ready(client, name=f" {name.upper()} ")
    assert first in client.get(second).text
    desk.statsig.faults["POST"] = Fault(respond_with(500))
    click_create(client, first)
    page = click_create(client, second).text
    assert NAME_TAKEN_SINCE in page and first in page
    assert len(desk.statsig.posts) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Caf\u00e9 %d", "Cafe\u0301 %d"), ("Plain %d", "Pla\u200bin %d"), ("Half %d", "Half\u2060 %d\ufe0f")],
)
def test_name_that_looks_like_a_reserved_one_is_blocked(desk: Desk, client: FlaskClient, one: str, other: str) -> None:
    number = len(desk.statsig.posts)
    desk.statsig.faults["POST"] = Fault(respond_with(500))
    click_create(client, ready(client, name=one % number))
    assert NAME_TAKEN in fill_in(client, name=other % number).text
    assert len(desk.statsig.posts) == 1


def test_lookalike_in_statsigs_list_is_taken(desk: Desk, client: FlaskClient) -> None:
    desk.statsig.autotunes.append({"id": "an_id_of_its_own", "name": "Vorscha\u0308u"})
    assert "This name is taken in Statsig. Enter another name" in client.get(ready(client, name="Vorsch\u00e4u")).text
    assert desk.statsig.posts == []


def test_names_with_possibly_equal_ids_do_not_block_each_other(desk: Desk, client: FlaskClient) -> None:
    for number, name in enumerate(
        ("A/B", "A.B", "AB", "\N{CJK UNIFIED IDEOGRAPH-8BD5} 1", "\N{CJK UNIFIED IDEOGRAPH-9A8C} 1")
    ):
        desk.statsig.faults["POST"] = Fault(respond_with(201, {"data": {"id": f"own_{number}"}}))
        assert "Created in Statsig" in click_create(client, ready(client, name=name)).text
    assert len(desk.statsig.posts) == 5


@pytest.mark.parametrize("name", ["Vor-schau", "\N{CJK UNIFIED IDEOGRAPH-8BD5}"])
def test_name_with_an_uncertain_id_is_searched_in_the_list(desk: Desk, client: FlaskClient, name: str) -> None:
    desk.statsig.autotunes += [{"id": f"another_{number}", "name": f"Another {number}"} for number in range(120)]
    address = ready(client, name=name)
    form = create_form(client, address)
    desk.statsig.autotunes.append({"id": "an_id_of_its_own", "name": name})
    assert "This name was taken after your review" in send(client, address, form).text
    assert desk.statsig.posts == []


def test_released_name_is_free_again(desk: Desk, client: FlaskClient) -> None:
    name = desk.fresh_name()
    desk.statsig.faults["POST"] = Fault(respond_with(429))
    click_create(client, ready(client, name=name))
    desk.statsig.clear_faults()
    assert "Created in Statsig" in click_create(client, ready(client, name=name)).text


def test_two_processes_with_one_name_send_once(open_app: OpenApp) -> None:
    with serve_faulty_statsig() as faulty_statsig:
        clients = [open_app(faulty_statsig.url).test_client() for _ in range(4)]
        addresses = [ready(client) for client in clients]
        forms = [create_form(client, address) for client, address in zip(clients, addresses, strict=True)]
        arguments = zip(clients, addresses, forms, strict=True)
        at_once(*(partial(send, *sent) for sent in arguments))
        assert len(faulty_statsig.posts) == 1
        states = sorted(autotune_json(clients[0], address)["state"] for address in addresses)
        assert states == ["created", "draft", "draft", "draft"]


def test_two_processes_with_one_autotune_send_once(open_app: OpenApp) -> None:
    with serve_faulty_statsig() as faulty_statsig:
        clients = [open_app(faulty_statsig.url).test_client() for _ in range(4)]
        address = ready(clients[0])
        forms = [create_form(client, address) for client in clients]
        at_once(*(partial(send, client, address, form) for client, form in zip(clients, forms, strict=True)))
        assert len(faulty_statsig.posts) == 1
        assert autotune_json(clients[1], address)["state"] == "created"


def test_nothing_is_sent_without_a_free_slot(open_app: OpenApp) -> None:
    proceed, arrived = threading.Event(), threading.Event()
    with serve_faulty_statsig() as faulty_statsig:
        app = open_app(faulty_statsig.url, CREATE_SLOTS="1")
        client = app.test_client()
        first, second = ready(client), ready(client, name="Another")
        faulty_statsig.faults["POST"] = Fault(after(proceed, CREATED))
        faulty_statsig.on_request = lambda request: arrived.set() if request.method == "POST" else None
        create_thread = threading.Thread(target=click_create, args=(app.test_client(), first))
        create_thread.start()
        try:
            assert arrived.wait(5)
            page = click_create(client, second).text
            assert BUSY in page and "Review and create" in page
            assert (
                set(faulty_statsig.gets) == {"/autotunes/button_color_test", "/autotunes/another"}
                and len(faulty_statsig.posts) == 1
            )
        finally:
            proceed.set()
            create_thread.join()
        assert "Created in Statsig" in client.get(first).text
        assert "Created in Statsig" in click_create(client, second).text
        assert len(faulty_statsig.posts) == 2


def test_slot_is_released_after_any_outcome(open_app: OpenApp) -> None:
    with serve_faulty_statsig() as faulty_statsig:
        client = open_app(faulty_statsig.url, CREATE_SLOTS="1").test_client()
        for number, fault in enumerate(
            (close, respond_with(500), respond_with(400), respond_with(401), respond_with(201, b"{"))
        ):
            faulty_statsig.faults["POST"] = Fault(fault)
            assert BUSY not in click_create(client, ready(client, name=f"Outcome {number}")).text
        assert len(faulty_statsig.posts) == 5


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_row_is_committed_before_sending(desk: Desk, client: FlaskClient, method: str) -> None:
    address = ready(client, name=desk.fresh_name())
    form = create_form(client, address)
    rows: list[tuple[str, ...]] = []

    def on_request(request: Request) -> None:
        if request.method == method and not rows:
            rows.append(committed_row(desk, address))

    desk.statsig.on_request = on_request
    send(client, address, form)
    state, reserved_id, claim, sent_by, last_message = rows[0]
    assert (state, reserved_id, sent_by) == ("sending", desk.row(address).expected_id, "local user")
    assert claim and last_message == "Clicked “Create in Statsig”"


def committed_row(desk: Desk, address: str) -> tuple[str, ...]:
    """The row as another process sees it: committed."""
    with closing(sqlite3.connect(desk.services.settings.data_dir / "desk.db")) as other:
        row: tuple[str, ...] = other.execute(
            "SELECT state, reserved_id, claim, sent_by, message"
            " FROM autotunes JOIN history ON autotune_id = autotunes.id"
            " WHERE autotunes.id = ? ORDER BY history.id DESC",
            (address.rpartition("/")[2],),
        ).fetchone()
    return row


def test_no_transaction_is_open_during_a_request(desk: Desk, client: FlaskClient) -> None:
    address = ready(client, name=desk.fresh_name())
    form = create_form(client, address)
    addresses: list[str] = []
    desk.statsig.on_request = lambda request: addresses.append(ready(desk.new_client(), name=desk.fresh_name()))
    send(client, address, form)
    assert len(addresses) == 2


def test_expired_claim_is_not_sent(desk: Desk, client: FlaskClient, clock: Clock) -> None:
    """The claim expires while the GET before the create waits; the create must then not be sent."""
    address = ready(client, name=desk.fresh_name())

    def on_request(request: Request) -> None:
        desk.statsig.on_request = lambda _: None
        desk.clock.forward(61)
        desk.new_client().get(f"{address}.json")

    form = create_form(client, address)
    desk.statsig.on_request = on_request
    send(client, address, form)
    assert desk.statsig.posts == []
    assert desk.state(address) == "unknown"
