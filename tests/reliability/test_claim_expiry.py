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
from .conftest import Open, Scene, told
from .fake_statsig import Fault, Say, answer, close, held, serving
from .polling import ABSENT, CLAIM_EXPIRED, DAY, ERROR, TWO_READS, visit


def test_clock_set_back_a_day_only_delays(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR)
    visit(scene, address, -DAY)
    assert scene.state(address) == "unknown"
    visit(scene, address, CREATE_TIMEOUT + GRACE_SECONDS - 1)
    visit(scene, address, RECHECK_SECONDS)
    assert scene.state(address) == "unknown"
    visit(scene, address, RECHECK_SECONDS)
    assert scene.state(address) == "ready"


def test_clock_set_back_between_the_reads_repeats_them(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR)
    visit(scene, address, CREATE_TIMEOUT + GRACE_SECONDS)
    visit(scene, address, -DAY)
    visit(scene, address, RECHECK_SECONDS)
    assert scene.state(address) == "unknown"


def test_clock_set_forward_a_day_still_needs_two_reads(scene: Scene, client: FlaskClient) -> None:
    address = scene.unknown(client, ERROR)
    visit(scene, address, DAY)
    visit(scene, address, RECHECK_SECONDS - 1)
    assert scene.state(address) == "unknown"
    visit(scene, address, 1)
    assert scene.state(address) == "ready"


@pytest.mark.parametrize("jump", [DAY, -DAY, CLAIM_SECONDS + 1])
def test_send_with_a_wrong_clock_is_reconciled(scene: Scene, client: FlaskClient, jump: float) -> None:
    with held_create(scene, client) as (address, release):
        assert CLAIM_EXPIRED in visit(scene, address, jump)
        assert scene.state(address) == "unknown"
        release(answer(201, {"data": {"id": "an_id"}}))
    assert scene.state(address) == "created" and len(scene.faulty.posts) == 1


@contextmanager
def held_create(scene: Scene, client: FlaskClient) -> Iterator[tuple[str, Any]]:
    """A create that has reached Statsig, whose answer `release` gives."""
    address = ready(client, name=scene.fresh_name())
    go, arrived = threading.Event(), threading.Event()
    answers: list[Say] = []
    scene.faulty.faults["POST"] = Fault(held(go, lambda sock: answers[0](sock)))  # noqa: PLW0108
    scene.faulty.looking = lambda asked: arrived.set() if asked.method == "POST" else None
    pressing = threading.Thread(target=click_create, args=(client, address))
    pressing.start()

    def release(say: Say) -> None:
        answers.append(say)
        go.set()
        pressing.join()
        for _ in range(scene.services.settings.create_slots):
            assert scene.services.creates._free.acquire(timeout=5)
        for _ in range(scene.services.settings.create_slots):
            scene.services.creates.release()

    assert arrived.wait(5)
    try:
        yield address, release
    finally:
        if not answers:
            release(close)


def test_send_is_running_until_its_claim_expires(scene: Scene, client: FlaskClient) -> None:
    with held_create(scene, client) as (address, _):
        assert "The request was sent to Statsig" in visit(scene, address, CLAIM_SECONDS)
        assert CLAIM_EXPIRED in visit(scene, address, 1)
        assert scene.state(address) == "unknown"


LATE: dict[str, tuple[Say, str]] = {
    "201": (answer(201, {"data": {"id": "an_id"}}), "created"),
    "400": (answer(400), "draft"),
    "429": (answer(429), "ready"),
    "500": (answer(500), "unknown"),
}


@pytest.mark.parametrize(("say", "state"), LATE.values(), ids=LATE)
def test_outcome_after_the_claim_expired_counts(scene: Scene, client: FlaskClient, say: Say, state: str) -> None:
    with held_create(scene, client) as (address, release):
        visit(scene, address, CLAIM_SECONDS + 1)
        release(say)
    assert scene.state(address) == state


def test_created_response_counts_after_two_empty_reads(scene: Scene, client: FlaskClient) -> None:
    with held_create(scene, client) as (address, release):
        visit(scene, address, TWO_READS)
        visit(scene, address, RECHECK_SECONDS)
        assert scene.state(address) == "ready"
        release(answer(201, {"data": {"id": "an_id"}}))
    assert scene.state(address) == "created"


@pytest.mark.parametrize(("say", "state"), [(answer(400), "ready"), (answer(500), "ready"), (answer(429), "ready")])
def test_other_late_outcome_changes_nothing(scene: Scene, client: FlaskClient, say: Say, state: str) -> None:
    with held_create(scene, client) as (address, release):
        visit(scene, address, TWO_READS)
        visit(scene, address, RECHECK_SECONDS)
        release(say)
    assert scene.state(address) == state


def test_created_response_after_an_edit_is_in_the_history(scene: Scene, client: FlaskClient) -> None:
    with held_create(scene, client) as (address, release):
        visit(scene, address, TWO_READS)
        visit(scene, address, RECHECK_SECONDS)
        fill_in(scene.person(), path=f"{address}/edit", name=scene.fresh_name())
        release(answer(201, {"data": {"id": "came_late"}}))
    assert scene.state(address) == "ready"
    assert "A response arrived too late. Created in Statsig as came_late" in client.get(address).text


def test_create_of_a_killed_process_is_reconciled_by_another(open_app: Open, clock: Clock) -> None:
    """As a kill leaves it: the row says `sending`, and nobody will ever report."""
    with serving() as faulty:
        app = open_app(faulty.url)
        client = app.test_client()
        address = ready(client)
        leave_sending(app, address, clock)
        other = open_app(faulty.url).test_client()
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
        assert faulty.posts == []


def leave_sending(app: Any, address: str, clock: Clock) -> None:
    services = app.extensions["services"]
    with services.store.write() as session:
        row = queries.get(session, address.rpartition("/")[2])
        assert row
        row.state, row.version, row.claim, row.reserved_id = (
            "sending",
            row.version + 1,
            "of a dead one",
            row.expected_id,
        )
        row.claimed_at, row.deadline_at = clock.now, clock.now + CREATE_TIMEOUT


def test_autotune_of_a_removed_project_is_not_reconciled(open_app: Open, clock: Clock) -> None:
    with serving() as faulty:
        client = open_app(faulty.url).test_client()
        address, pressed = ready(client), ready(client, name="Not pressed yet")
        faulty.faults["POST"] = ERROR
        click_create(client, address)
        faulty.reset()
        for environ in ({"STATSIG_API_KEY": ""}, {"STATSIG_API_KEY": "console-another"}):
            clock.forward(TWO_READS)
            other = open_app(faulty.url, **environ).test_client()
            page = other.get(address).text
            assert "The Statsig project of this autotune is not set up here. Contact your administrator." in page
            assert "It may exist in Statsig" in page
            page = click_create(other, pressed).text
            assert (
                "Not sent. The Statsig project of this autotune is not set up here. Contact your administrator." in page
            )
        assert faulty.connections == 0


def test_sandbox_row_is_not_reconciled_with_a_real_project(open_app: Open, clock: Clock) -> None:
    with serving() as faulty:
        app = open_app("https://statsig.invalid/console/v1", STATSIG_API_KEY="")
        sandbox = app.test_client()
        unknown, pressed = ready(sandbox, name="Was on its way"), ready(sandbox, name="Not pressed yet")
        leave_sending(app, unknown, clock)
        real = open_app(faulty.url).test_client()
        states = []
        for after in (CLAIM_SECONDS + 1, CREATE_TIMEOUT + GRACE_SECONDS, RECHECK_SECONDS):
            clock.forward(after)
            assert '<span class="badge plain">Sandbox</span>' in real.get(unknown).text
            states.append(told(real, unknown)["state"])
        assert states == ["unknown", "unknown", "ready"]
        assert "Created in the sandbox" in click_create(real, pressed).text
        assert faulty.connections == 0
