"""A start and a decision: at most one request per click, and nothing is said that is not known."""

import threading
from collections.abc import Sequence
from functools import partial
from itertools import cycle
from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient

from webapp.autotunes.action_settling import settle_actions
from webapp.autotunes.states import CLAIM_SECONDS, CREATE_TIMEOUT, GRACE_SECONDS, RECHECK_SECONDS
from webapp.store import ActionRecord

from ..conftest import Clock
from ..forms import click_create, hidden, ready, text_of
from ..secret_leaks import CANARY, assert_no_key
from .actions import KINDS, click, confirmation, created, in_statsig, last_action, send
from .conftest import Desk, OpenApp, autotune_json, shorten_deadline_on_arrival, wait_for_reads
from .faulty_statsig import (
    Fault,
    after,
    close,
    drip,
    raw,
    reset,
    respond_with,
    response_head,
    serve_faulty_statsig,
    silence,
    stall,
    unreachable_url,
)
from .polling import ERROR, TWO_READS, visit
from .test_create import at_once, new_tab
from .test_faults import HTML, LOST, TIMED_OUT, UNREADABLE, responds, unexpected

PARTICIPLES = {"start": "started", "decide": "decided"}
PATHS = {"start": "start", "decide": "make_decision"}
ACCEPTED = {
    "start": "Statsig accepted the start, but it is not started yet. It may wait for a review in Statsig.",
    "decide": "Statsig accepted the decision, but it does not show this winner yet.",
}
FOUND = {"start": "Found started in Statsig.", "decide": "Found decided in Statsig. Winner: blue."}
DONE = {"start": "Started in Statsig by", "decide": "Decided in Statsig by local user. Winner: blue."}
AGAIN = {
    "start": "It was not started. You can try again.",
    "decide": "It was not decided. You can try again.",
}
OK = {"message": "Autotune Experiment successfully started."}


class Row(NamedTuple):
    """`message` is part of the page; `{not}` stands for "Not started." and `{accepted}` for the words after a 200."""

    name: str
    fault: Fault
    state: str
    message: str
    puts: int = 1
    waits: bool = False


def failed(name: str, fault: Fault, why: str) -> Row:
    return Row(name, fault, "failed", f"{{not}} {why}")


PUT_FAULTS = [
    Row("closed before it is read", Fault(close, before_reading=True), "unknown", LOST, 0),
    Row("silence before it is read", Fault(stall, before_reading=True), "unknown", TIMED_OUT, 0, waits=True),
    Row("read, then reset", Fault(reset), "unknown", LOST),
    Row("read, then silence", Fault(silence), "unknown", TIMED_OUT, waits=True),
    Row("the headers drip", Fault(drip(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n" * 9)), "unknown", TIMED_OUT, waits=True),
    Row("the body drips", Fault(drip(response_head(200, {}), b'{"message": "x"}')), "unknown", TIMED_OUT, waits=True),
    Row("half a body", Fault(raw(response_head(200, {"Content-Length": "99"}), b'{"mess')), "unknown", UNREADABLE),
    Row("garbled", responds(200, b'{"message": '), "unknown", UNREADABLE),
    Row("200 with HTML", responds(200, HTML), "unknown", UNREADABLE),
    Row("200 with a list", responds(200, b"[]"), "unknown", UNREADABLE),
    Row("101", Fault(raw(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")), "unknown", unexpected(101)),
    *(Row(str(status), responds(status), "unknown", unexpected(status)) for status in (202, 204, 302, 405, 500, 503)),
    Row("200, and it is not done", responds(200, OK), "unknown", "{accepted}"),
    Row("201, and it is not done", responds(201, OK), "unknown", "{accepted}"),
    failed("400", responds(400, {"message": "No"}), "Statsig says: No"),
    failed("404", responds(404, {"message": "No"}), "Statsig has no autotune with this ID."),
    failed("422", responds(422, {"errors": [{"property": "id", "errorMessage": "No"}]}), "Statsig says about id: No"),
    failed("401", responds(401, {"message": CANARY}), "The desk’s API key is not accepted by Statsig."),
    failed("403", responds(403), "The desk’s API key does not have permission for this in Statsig."),
    failed("429", responds(429, b"", Retry_After="7"), "Statsig is busy. Try again in 7 seconds."),
    Row("400 started, and it is not", responds(400, {"message": "has ALREADY started"}), "unknown", "But it is not"),
    Row("400 finished, and it is not", responds(400, {"message": "has already finished."}), "unknown", "But it is not"),
]
LATE = [
    Row("200", Fault(respond_with(200, OK), commits=True), "done", "{done}"),
    Row("400 already", Fault(respond_with(400, {"message": "has already started"}), commits=True), "done", "{found}"),
    Row("429", Fault(respond_with(429), commits=True), "done", "{found}"),
    Row("500", Fault(respond_with(500), commits=True), "done", "{found}"),
]


def words(text: str, kind: str) -> str:
    values = {"not": f"Not {PARTICIPLES[kind]}.", "accepted": ACCEPTED[kind], "done": DONE[kind], "found": FOUND[kind]}
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def assert_reported(desk: Desk, address: str, kind: str, page: str, expected: Row) -> None:
    action = autotune_json(desk.new_client(), address)["action"]
    assert (action["kind"], action["state"], len(desk.statsig.puts)) == (kind, expected.state, expected.puts)
    shown = text_of(page)
    assert words(expected.message, kind) in shown
    assert (DONE[kind] in shown) == (expected.message == "{done}")
    assert ("Unconfirmed: " in shown) == (expected.state == "unknown")
    assert (f"Not {PARTICIPLES[kind]}." in shown) == (expected.state == "failed")
    assert_no_key(page)


def by_turns(rows: Sequence[Any]) -> list[Any]:
    """Each row with one of the two kinds: both are sent by the same code."""
    return [pytest.param(kind, row, id=f"{kind}: {row[0]}") for kind, row in zip(cycle(KINDS), rows)]


@pytest.mark.parametrize(("kind", "expected"), by_turns([*PUT_FAULTS, *LATE, LATE[0]]))
def test_fault_during_the_request_is_reported(desk: Desk, client: FlaskClient, kind: str, expected: Row) -> None:
    address = created(desk, kind)
    desk.statsig.faults["PUT"] = expected.fault
    if expected.waits:
        shorten_deadline_on_arrival(desk.app, desk.statsig, "PUT")
    page = click(client, address, kind).text
    assert_reported(desk, address, kind, page, expected)


NOT_SENT = [
    ("500", responds(500), f"Nothing was sent. {unexpected(500)}"),
    ("401", responds(401), "Nothing was sent. The desk’s API key is not accepted by Statsig."),
    ("403", responds(403), "Nothing was sent. The desk’s API key does not have permission for this in Statsig."),
    ("429", responds(429, b"", Retry_After="61"), "Nothing was sent. Statsig is busy. Try again in a minute or more."),
    ("404", responds(404), "Statsig has no autotune with this ID any more."),
    ("garbled", responds(200, b"{"), f"Nothing was sent. {UNREADABLE}"),
    ("reset", Fault(reset), f"Nothing was sent. {LOST}"),
    ("302", responds(302, b"", Location="/elsewhere"), f"Nothing was sent. {unexpected(302)}"),
    ("without a state", responds(200, {"data": {"id": "x"}}), "Statsig does not say whether it is started."),
]


@pytest.mark.parametrize(("kind", "row"), by_turns(NOT_SENT))
def test_nothing_is_sent_if_the_read_before_fails(
    desk: Desk, client: FlaskClient, kind: str, row: tuple[str, Fault, str]
) -> None:
    _, fault, why = row
    address = created(desk, kind)
    desk.statsig.faults["GET"] = fault
    page = click(client, address, kind).text
    assert_reported(desk, address, kind, page, Row("", fault, "failed", f"{{not}} {why}", puts=0))


def test_request_is_sent_once_with_the_review_header(desk: Desk, client: FlaskClient) -> None:
    address = created(desk, "start")
    assert DONE["start"] in text_of(click(client, address, "start").text)
    assert DONE["decide"] in text_of(click(client, address, "decide").text)
    first, second = desk.statsig.puts
    autotune_id = desk.row(address).statsig_id
    assert [put.path for put in (first, second)] == [f"/autotunes/{autotune_id}/{path}" for path in PATHS.values()]
    assert (first.body, second.json) == (b"", {"id": "blue", "decisionReason": "It sells more"})
    assert {put.headers["x-respect-review-settings"] for put in (first, second)} == {"true"}
    history = [event["what"] for event in autotune_json(client, address)["history"]]
    assert history[-4:] == [
        "Clicked “Start in Statsig”",
        "Started in Statsig",
        "Clicked “Decide in Statsig”. Winner: blue. Reason: It sells more",
        "Decided in Statsig. Winner: blue",
    ]


# What is in Statsig when somebody clicks, and what they are told; nothing is sent.
BEFORE: list[tuple[str, dict[str, Any], str, str]] = [
    ("start", {"isStarted": True}, "done", "It was started already, so nothing was sent."),
    ("decide", {"winner": {"id": "blue"}}, "done", "It was decided already, so nothing was sent. Winner: blue."),
    ("decide", {"winner": {"id": "r", "name": "red"}}, "failed", "Not decided. Its winner is red."),
    ("decide", {"isStarted": False}, "failed", "Not decided. It is not started."),
    ("decide", {"winner": "blue"}, "failed", "Not decided. Statsig does not say which variant won."),
    ("decide", {"variants": []}, "failed", "Not decided. It does not have this variant any more."),
    (
        "start",
        {"winnerThreshold": "80%"},
        "failed",
        "Not started. It was changed in Statsig since this page was shown.",
    ),
]


@pytest.mark.parametrize(("kind", "changed", "state", "message"), BEFORE)
def test_nothing_is_sent_if_statsig_has_something_else(
    desk: Desk, client: FlaskClient, kind: str, changed: dict[str, Any], state: str, message: str
) -> None:
    address = created(desk, kind)
    form = confirmation(client, address, kind)
    in_statsig(desk, address).update(changed)
    page = send(client, address, kind, form).text
    assert message in text_of(page)
    assert (last_action(desk, address).state, desk.statsig.puts) == (state, [])


def test_changed_autotune_can_be_started_once_its_page_shows_the_change(desk: Desk, client: FlaskClient) -> None:
    address = created(desk, "start")
    in_statsig(desk, address)["winnerThreshold"] = "80%"
    assert "Differences from your request" in click(client, address, "start").text
    assert DONE["start"] in text_of(click(client, address, "start").text)
    assert len(desk.statsig.puts) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_double_click_sends_once_even_if_it_fails_at_once(desk: Desk, client: FlaskClient, kind: str) -> None:
    address = created(desk, kind)
    desk.statsig.faults["PUT"] = responds(429)
    form = confirmation(client, address, kind)
    tabs = [new_tab(desk, client) for _ in range(3)]
    pages = at_once(*(partial(send, tab, address, kind, form) for tab in tabs))
    pages.append(send(client, address, kind, form))
    assert len(desk.statsig.puts) == 1
    assert all("click did nothing" not in page.text for page in pages)


def test_two_copies_that_click_at_once_send_once(open_app: OpenApp) -> None:
    with serve_faulty_statsig() as statsig:
        clients = [open_app(statsig.url).test_client() for _ in range(2)]
        address = ready(clients[0])
        click_create(clients[0], address)
        forms = [confirmation(client, address, "start") for client in clients]
        at_once(*(partial(send, client, address, "start", form) for client, form in zip(clients, forms, strict=True)))
        assert len(statsig.puts) == 1
        assert autotune_json(clients[1], address)["action"]["state"] == "done"


def test_nothing_is_sent_without_a_connection(open_app: OpenApp) -> None:
    with serve_faulty_statsig() as statsig, unreachable_url() as url:
        client = open_app(statsig.url).test_client()
        address = ready(client)
        click_create(client, address)
        app = open_app(url)
        project = app.extensions["services"].projects.from_settings()[0].name
        with app.extensions["services"].store.write() as session:
            record = session.merge(Desk(app, statsig, Clock()).row(address))
            record.project = project  # another address is another project
        page = click(app.test_client(), address, "start").text
        assert "Not started. Nothing was sent. Could not connect to Statsig." in text_of(page)
        assert statsig.puts == []


def test_connection_that_is_refused_after_the_read_sends_nothing(open_app: OpenApp) -> None:
    with serve_faulty_statsig() as statsig:
        app = open_app(statsig.url)
        client = app.test_client()
        address = ready(client)
        click_create(client, address)
        form = confirmation(client, address, "start")
        statsig.on_arrival = lambda _: statsig.refuse_connections()
        page = send(client, address, "start", form).text
        assert "Not started. Could not connect to Statsig." in text_of(page)
        assert statsig.puts == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("arrives", [True, False])
def test_unclear_outcome_is_settled_by_reading(desk: Desk, client: FlaskClient, kind: str, arrives: bool) -> None:
    address = created(desk, kind)
    desk.statsig.faults["PUT"] = Fault(respond_with(500), commits=arrives)
    click(client, address, kind)
    for seconds in (1, CREATE_TIMEOUT + GRACE_SECONDS, RECHECK_SECONDS):
        visit(desk, address, seconds)
    page = text_of(client.get(address).text)
    assert (FOUND[kind] if arrives else AGAIN[kind]) in page
    assert last_action(desk, address).state == ("done" if arrives else "failed")
    assert len(desk.statsig.puts) == 1
    desk.statsig.clear_faults()
    if not arrives:
        click(client, address, kind)
        assert last_action(desk, address).state == "done" and len(desk.statsig.puts) == 2


def test_one_early_read_does_not_prove_that_it_was_not_started(desk: Desk, client: FlaskClient) -> None:
    address = created(desk, "start")
    desk.statsig.faults["PUT"] = ERROR
    click(client, address, "start")
    for seconds in (CREATE_TIMEOUT + GRACE_SECONDS, RECHECK_SECONDS - 1):
        visit(desk, address, seconds)
    assert last_action(desk, address).state == "unknown"
    in_statsig(desk, address)["isStarted"] = True  # late
    visit(desk, address, 1)
    assert last_action(desk, address).state == "done"


def test_unclear_outcome_is_read_at_most_every_half_minute(desk: Desk, client: FlaskClient) -> None:
    address = created(desk, "start")
    desk.statsig.faults["PUT"] = responds(200, OK)
    click(client, address, "start")
    desk.statsig.requests.clear()
    for seconds in (0, 1, RECHECK_SECONDS - 2):
        visit(desk, address, seconds)
    assert desk.statsig.gets == []
    at_once(*(partial(desk.new_client().get, address) for _ in range(3)))
    assert desk.statsig.gets == []
    desk.clock.forward(1)
    at_once(*(partial(desk.new_client().get, path) for path in (address, address, f"{address}.json")))
    wait_for_reads(desk.services)
    assert len(desk.statsig.gets) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_what_waits_for_a_review_stays_unconfirmed_until_it_is_done(desk: Desk, client: FlaskClient, kind: str) -> None:
    address = created(desk, kind)
    desk.statsig.faults["PUT"] = responds(200, OK)
    click(client, address, kind)
    for _ in range(5):
        assert ACCEPTED[kind] in text_of(visit(desk, address, TWO_READS))
    in_statsig(desk, address).update({"isStarted": True, "winner": {"id": "blue"} if kind == "decide" else None})
    assert FOUND[kind] in text_of(visit(desk, address, RECHECK_SECONDS))
    assert len(desk.statsig.puts) == 1


def test_person_confirms_that_a_review_was_refused(desk: Desk, client: FlaskClient) -> None:
    address = created(desk, "start")
    desk.statsig.faults["PUT"] = responds(200, OK)
    click(client, address, "start")
    form = {"csrf_token": hidden(client.get(address).text, "csrf_token"), "number": "1"}
    not_done = partial(client.post, f"{address}/not-done", data=form, follow_redirects=True)
    assert "Not confirmed." in not_done().text  # too early
    visit(desk, address, TWO_READS)
    desk.statsig.faults["GET"] = responds(500)
    assert "Not confirmed." in not_done().text  # nobody can tell
    desk.statsig.clear_faults()
    visit(desk, address, RECHECK_SECONDS)
    assert "I checked Statsig: not started" in client.get(address).text
    assert "Not started. local user checked it in Statsig." in text_of(not_done().text)
    assert last_action(desk, address).state == "failed"
    click(client, address, "start")
    assert last_action(desk, address).state == "done" and len(desk.statsig.puts) == 2


def test_person_who_overlooks_the_start_is_corrected(desk: Desk, client: FlaskClient) -> None:
    address = created(desk, "start")
    desk.statsig.faults["PUT"] = responds(200, OK)
    click(client, address, "start")
    visit(desk, address, TWO_READS)
    in_statsig(desk, address)["isStarted"] = True
    form = {"csrf_token": hidden(client.get(address).text, "csrf_token"), "number": "1"}
    page = client.post(f"{address}/not-done", data=form, follow_redirects=True).text
    assert FOUND["start"] in text_of(page) and "Not confirmed." in page


def test_decision_for_another_variant_in_statsig_is_not_called_ours(desk: Desk, client: FlaskClient) -> None:
    address = created(desk, "decide")
    desk.statsig.faults["PUT"] = ERROR
    click(client, address, "decide")
    in_statsig(desk, address)["winner"] = {"id": "red", "name": "red"}
    for seconds in (CREATE_TIMEOUT + GRACE_SECONDS, RECHECK_SECONDS):
        visit(desk, address, seconds)
    assert "Not decided. Its winner is red." in text_of(client.get(address).text)


def test_start_of_a_killed_process_is_settled_by_another(desk: Desk, client: FlaskClient) -> None:
    address = created(desk, "start")
    leave_sending(desk, address)
    assert "Sending the start" in visit(desk, address, CLAIM_SECONDS)
    assert "Unconfirmed: it may be started in Statsig" in text_of(visit(desk, address, 1))
    for seconds in (CREATE_TIMEOUT + GRACE_SECONDS, RECHECK_SECONDS):
        visit(desk, address, seconds)
    assert AGAIN["start"] in client.get(address).text
    assert desk.statsig.puts == []


def leave_sending(desk: Desk, address: str) -> None:
    """What a process leaves behind that is killed between its claim and its request."""
    record_id, now = address.rpartition("/")[2], desk.clock.now
    with desk.services.store.write() as session:
        session.add(
            ActionRecord(
                autotune_id=record_id,
                number=1,
                open_autotune_id=record_id,
                kind="start",
                state="sending",
                claim="of a killed process",
                claimed_at=now,
                deadline_at=now + CREATE_TIMEOUT,
                requested_by="anna",
                requested_at=now,
                sent_by="anna",
                changed_at=now,
            )
        )


@pytest.mark.parametrize("responder", [respond_with(200, OK), close])
def test_late_response_is_recorded(desk: Desk, client: FlaskClient, responder: Any) -> None:
    address = created(desk, "start")
    proceed, arrived = threading.Event(), threading.Event()
    desk.statsig.faults["PUT"] = Fault(after(proceed, responder), commits=responder is not close)
    desk.statsig.on_request = lambda request: arrived.set() if request.method == "PUT" else None
    thread = threading.Thread(target=click, args=(client, address, "start"))
    thread.start()
    assert arrived.wait(5)
    desk.clock.forward(CLAIM_SECONDS + 1)
    page = desk.new_client().get(address).text
    assert "Unconfirmed" in page or FOUND["start"] in text_of(page)
    proceed.set()
    thread.join()
    assert last_action(desk, address).state == ("unknown" if responder is close else "done")
    assert len(desk.statsig.puts) == 1


def test_unconfirmed_actions_are_settled_in_the_background(desk: Desk) -> None:
    address = created(desk, "start")
    leave_sending(desk, address)
    desk.clock.forward(CLAIM_SECONDS + 1)
    for _ in range(2):  # the second one is too early to read again
        assert address.rpartition("/")[2] in {action.autotune_id for action in settle_actions(desk.services)}
    assert desk.statsig.gets.count(f"/autotunes/{desk.row(address).statsig_id}") == 1
    in_statsig(desk, address)["isStarted"] = True
    desk.clock.forward(RECHECK_SECONDS)
    settle_actions(desk.services)
    assert last_action(desk, address).state == "done"


def test_page_shows_what_statsig_returned_last(desk: Desk, client: FlaskClient) -> None:
    address = created(desk, "start")
    click(client, address, "start")
    assert client.get(f"{address}.json").get_json()["statsig"]["isStarted"] is True
    assert "/decide" in client.get(address).text and "/start" not in client.get(address).text
