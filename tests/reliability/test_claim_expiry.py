"""Creates without an outcome, late outcomes, wrong clocks and removed projects."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient

from webapp.autotunes.states import CLAIM_SECONDS, CREATE_TIMEOUT, GRACE_SECONDS, RECHECK_SECONDS
from webapp.store import queries

from ..conftest import Clock
from ..forms import click_create, fill_in, ready
from .conftest import Desk, OpenApp, autotune_json, wait_for_reads
from .faulty_statsig import Fault, Respond, after, close, respond_with, serve_faulty_statsig
from .polling import ABSENT, CLAIM_EXPIRED, DAY, ERROR, TWO_READS, visit


def test_clock_set_back_a_day_only_delays(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    visit(desk, address, -DAY)
    assert desk.state(address) == "unknown"
    visit(desk, address, CREATE_TIMEOUT + GRACE_SECONDS - 1)
    visit(desk, address, RECHECK_SECONDS)
    assert desk.state(address) == "unknown"
    visit(desk, address, RECHECK_SECONDS)
    assert desk.state(address) == "ready"


def test_clock_set_back_between_the_reads_repeats_them(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    visit(desk, address, CREATE_TIMEOUT + GRACE_SECONDS)
    visit(desk, address, -DAY)
    visit(desk, address, RECHECK_SECONDS)
    assert desk.state(address) == "unknown"


def test_clock_set_forward_a_day_still_needs_two_reads(desk: Desk, client: FlaskClient) -> None:
    address = desk.create_unconfirmed(client, ERROR)
    visit(desk, address, DAY)
    visit(desk, address, RECHECK_SECONDS - 1)
    assert desk.state(address) == "unknown"
    visit(desk, address, 1)
    assert desk.state(address) == "ready"


@pytest.mark.parametrize("jump", [DAY, -DAY, CLAIM_SECONDS + 1])
def test_send_with_a_wrong_clock_is_reconciled(desk: Desk, client: FlaskClient, jump: float) -> None:
    with pending_create(desk, client) as (address, release):
        assert CLAIM_EXPIRED in visit(desk, address, jump)
        assert desk.state(address) == "unknown"
        release(respond_with(201, {"data": {"id": "an_id"}}))
    assert desk.state(address) == "created" and len(desk.statsig.posts) == 1


@contextmanager
def pending_create(desk: Desk, client: FlaskClient) -> Iterator[tuple[str, Any]]:
    """A create that has reached Statsig; `release` sends the response."""
    address = ready(client, name=desk.fresh_name())
    proceed, arrived = threading.Event(), threading.Event()
    responders: list[Respond] = []
    desk.statsig.faults["POST"] = Fault(after(proceed, lambda sock: responders[0](sock)))  # noqa: PLW0108
    desk.statsig.on_request = lambda request: arrived.set() if request.method == "POST" else None
    create_thread = threading.Thread(target=click_create, args=(client, address))
    create_thread.start()

    def release(respond: Respond) -> None:
        responders.append(respond)
        proceed.set()
        create_thread.join()
        for _ in range(desk.services.settings.create_slots):
            assert desk.services.creates._free.acquire(timeout=5)
        for _ in range(desk.services.settings.create_slots):
            desk.services.creates.release()

    assert arrived.wait(5)
    try:
        yield address, release
    finally:
        if not responders:
            release(close)


def test_send_is_running_until_its_claim_expires(desk: Desk, client: FlaskClient) -> None:
    with pending_create(desk, client) as (address, _):
        assert "The request was sent to Statsig" in visit(desk, address, CLAIM_SECONDS)
        assert CLAIM_EXPIRED in visit(desk, address, 1)
        assert desk.state(address) == "unknown"


LATE_OUTCOMES: dict[str, tuple[Respond, str]] = {
    "201": (respond_with(201, {"data": {"id": "an_id"}}), "created"),
    "400": (respond_with(400), "draft"),
    "429": (respond_with(429), "ready"),
    "500": (respond_with(500), "unknown"),
}


@pytest.mark.parametrize(("respond", "state"), LATE_OUTCOMES.values(), ids=LATE_OUTCOMES)
def test_outcome_after_the_claim_expired_counts(desk: Desk, client: FlaskClient, respond: Respond, state: str) -> None:
    with pending_create(desk, client) as (address, release):
        visit(desk, address, CLAIM_SECONDS + 1)
        release(respond)
    assert desk.state(address) == state


def test_created_response_counts_after_two_empty_reads(desk: Desk, client: FlaskClient) -> None:
    with pending_create(desk, client) as (address, release):
        visit(desk, address, TWO_READS)
        visit(desk, address, RECHECK_SECONDS)
        assert desk.state(address) == "ready"
        release(respond_with(201, {"data": {"id": "an_id"}}))
    assert desk.state(address) == "created"


@pytest.mark.parametrize("status", [400, 429, 500])
def test_late_failure_leaves_a_ready_autotune_unchanged(desk: Desk, client: FlaskClient, status: int) -> None:
    with pending_create(desk, client) as (address, release):
        visit(desk, address, TWO_READS)
        visit(desk, address, RECHECK_SECONDS)
        release(respond_with(status))
    assert desk.state(address) == "ready"


def test_created_response_after_an_edit_is_in_the_history(desk: Desk, client: FlaskClient) -> None:
    with pending_create(desk, client) as (address, release):
        visit(desk, address, TWO_READS)
        visit(desk, address, RECHECK_SECONDS)
        fill_in(desk.new_client(), path=f"{address}/edit", name=desk.fresh_name())
        release(respond_with(201, {"data": {"id": "came_late"}}))
    assert desk.state(address) == "ready"
    assert "A response arrived too late. Created in Statsig as came_late" in client.get(address).text


def test_create_of_a_killed_process_is_reconciled_by_another(open_app: OpenApp, clock: Clock) -> None:
    """The kill leaves the row in the state `sending`."""
    with serve_faulty_statsig() as faulty_statsig:
        app = open_app(faulty_statsig.url)
        client = app.test_client()
        address = ready(client)
        leave_sending(app, address, clock)
        other = open_app(faulty_statsig.url).test_client()
        assert "The request was sent to Statsig" in other.get(address).text
        clock.forward(CLAIM_SECONDS + 1)
        page = other.get(address).text
        assert CLAIM_EXPIRED in page and "What was sent" not in page
        edit = other.get(f"{address}/edit", follow_redirects=True).text
        assert "has started to create this autotune" in edit and "been sent" not in edit
        clock.forward(CREATE_TIMEOUT + GRACE_SECONDS)
        other.get(address)
        clock.forward(RECHECK_SECONDS)
        assert ABSENT in other.get(address).text
        assert faulty_statsig.posts == []


def leave_sending(app: Any, address: str, clock: Clock) -> None:
    """Makes the row that of a create whose process was killed."""
    services = app.extensions["services"]
    with services.store.write() as session:
        row = queries.get(session, address.rpartition("/")[2])
        assert row
        row.state, row.version, row.claim, row.reserved_id = (
            "sending",
            row.version + 1,
            "of a killed process",
            row.expected_id,
        )
        row.claimed_at, row.deadline_at = clock.now, clock.now + CREATE_TIMEOUT


def test_autotune_of_a_removed_project_is_not_reconciled(open_app: OpenApp, clock: Clock) -> None:
    with serve_faulty_statsig() as faulty_statsig:
        client = open_app(faulty_statsig.url).test_client()
        address, not_sent = ready(client), ready(client, name="Not sent yet")
        faulty_statsig.faults["POST"] = ERROR
        click_create(client, address)
        faulty_statsig.reset()
        for environ in ({"STATSIG_API_KEY": ""}, {"STATSIG_API_KEY": "console-another"}):
            clock.forward(TWO_READS)
            other = open_app(faulty_statsig.url, **environ).test_client()
            page = other.get(address).text
            assert "The Statsig project of this autotune is not set up here. Contact your administrator." in page
            assert "It may exist in Statsig" in page
            page = click_create(other, not_sent).text
            assert (
                "Not sent. The Statsig project of this autotune is not set up here. Contact your administrator." in page
            )
        assert faulty_statsig.connections == 0


def test_sandbox_row_is_not_reconciled_with_a_real_project(open_app: OpenApp, clock: Clock) -> None:
    with serve_faulty_statsig() as faulty_statsig:
        app = open_app("https://statsig.invalid/console/v1", STATSIG_API_KEY="")
        sandbox = app.test_client()
        sending, not_sent = ready(sandbox, name="Was being sent"), ready(sandbox, name="Not sent yet")
        leave_sending(app, sending, clock)
        real_app = open_app(faulty_statsig.url)
        real, states = real_app.test_client(), []
        for after in (CLAIM_SECONDS + 1, CREATE_TIMEOUT + GRACE_SECONDS, RECHECK_SECONDS):
            wait_for_reads(real_app.extensions["services"])  # the last one would be instead of the next
            clock.forward(after)
            assert '<span class="badge plain">Sandbox</span>' in real.get(sending).text
            states.append(autotune_json(real, sending)["state"])
        assert states == ["unknown", "unknown", "ready"]
        assert "Created in the sandbox" in click_create(real, not_sent).text
        assert faulty_statsig.connections == 0
