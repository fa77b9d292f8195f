"""At most one create per click reaches Statsig, no matter who clicks, where and how often."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from webapp.store import queries

from ..conftest import Clock
from ..forms import BUTTON_COLOR_TEST, click_create, fill_in, hidden, ready
from .conftest import Open, Scene, told
from .fake_statsig import Asked, Fault, answer, close, held, serving

STALE = "This autotune changed after you opened its page, so this click sent nothing. Review it again."
HELD = "This name is taken by another autotune. Enter another name"
HELD_SINCE = "This name was taken after your review: another autotune has it. Enter another name"
BUSY = "Not sent: too many autotunes are being created at once. Try again in a moment."
GOOD = answer(201, {"data": {"id": "an_id"}})


def button(client: FlaskClient, address: str) -> dict[str, str]:
    """What the button on an open page sends, whenever it is pressed."""
    page = client.get(address).text
    return {name: hidden(page, name) for name in ("csrf_token", "version")}


def send(client: FlaskClient, address: str, form: dict[str, str]) -> TestResponse:
    return client.post(f"{address}/create", data=form, follow_redirects=True)


def same_browser(scene: Scene, client: FlaskClient) -> FlaskClient:
    """Another tab: a client for another thread, with the same session."""
    tab = scene.person()
    tab._cookies = client._cookies
    return tab


def at_once(*works: Callable[[], TestResponse]) -> list[TestResponse]:
    """Does all of this at the same moment."""
    gate = threading.Barrier(len(works))

    def through_the_gate(work: Callable[[], TestResponse]) -> TestResponse:
        gate.wait(10)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(through_the_gate, works))


@contextmanager
def on_its_way(scene: Scene) -> Iterator[threading.Event]:
    """The next create stays on its way until the event, or the end of the block."""
    go = threading.Event()
    arrived = threading.Event()
    scene.faulty.faults["POST"] = Fault(held(go, GOOD))
    scene.faulty.looking = lambda asked: arrived.set() if asked.method == "POST" else None
    try:
        yield arrived
    finally:
        go.set()


@pytest.mark.parametrize("presses", [2, 5])
def test_double_click_sends_once(scene: Scene, presses: int) -> None:
    client = scene.person()
    address = ready(client, name=scene.fresh_name())
    form = button(client, address)
    clients = [same_browser(scene, client) for _ in range(presses)]
    answers = at_once(*(lambda each=each: send(each, address, form) for each in clients))
    assert len(scene.faulty.posts) == 1
    assert scene.state(address) == "created"
    assert all("Not sent" not in each.text and STALE not in each.text for each in answers)


def test_two_simultaneous_creates_send_once(scene: Scene) -> None:
    one, other = scene.person(), scene.person()
    address = ready(one, name=scene.fresh_name())
    forms = button(one, address), button(other, address)
    at_once(lambda: send(one, address, forms[0]), lambda: send(other, address, forms[1]))
    assert len(scene.faulty.posts) == 1 and scene.state(address) == "created"


def test_second_create_after_back_sends_nothing(scene: Scene, client: FlaskClient) -> None:
    address = ready(client, name=scene.fresh_name())
    form = button(client, address)
    assert "Created in Statsig" in send(client, address, form).text
    assert "Created in Statsig" in send(client, address, form).text
    assert len(scene.faulty.posts) == 1


def test_back_edit_and_second_create(scene: Scene, client: FlaskClient) -> None:
    name = scene.fresh_name()
    page = client.get("/autotunes/new").text
    form = {**BUTTON_COLOR_TEST, "name": name, "action": "check"}
    form |= {each: hidden(page, each) for each in ("csrf_token", "token", "version")}
    address = client.post("/autotunes", data=form).headers["Location"]
    click_create(client, address)
    again = client.post("/autotunes", data={**form, "description": "Typed after it was sent"})
    assert again.status_code == 409
    assert "Someone has started to create this autotune" in again.text and "Typed after it was sent" in again.text
    anew = {**form, "description": "Typed after it was sent"}
    anew |= {each: hidden(again.text, each) for each in ("csrf_token", "token", "version")}
    second = client.post("/autotunes", data=anew)
    assert second.status_code == 422 and HELD in second.text and f'<a href="{address}">' in second.text
    assert "Typed after it was sent" in second.text
    assert len(scene.faulty.posts) == 1
    assert "Typed after it was sent" not in client.get(address).text


def test_unreviewed_version_is_not_sent(scene: Scene) -> None:
    """A changed version is reported as stale, although its name has also been taken."""
    reader, writer = scene.person(), scene.person()
    taken = scene.fresh_name()
    click_create(writer, ready(writer, name=taken))
    address = ready(reader, name=scene.fresh_name())
    form, posts = button(reader, address), len(scene.faulty.posts)
    fill_in(writer, path=f"{address}/edit", name=taken, description="Changed in between")
    page = send(reader, address, form).text
    assert STALE in page and "Changed in between" in page
    assert len(scene.faulty.posts) == posts and scene.state(address) == "draft"


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "²", "1" * 400, "1.0", " 1", "1e0", "2"])
def test_version_that_was_never_shown_is_not_sent(scene: Scene, client: FlaskClient, version: str) -> None:
    address = ready(client, name=scene.fresh_name())
    assert STALE in send(client, address, button(client, address) | {"version": version}).text
    assert scene.faulty.posts == []


def test_draft_is_not_sent(scene: Scene, client: FlaskClient) -> None:
    address = fill_in(client, "save", name=scene.fresh_name()).headers["Location"]
    token = hidden(client.get(f"{address}/edit").text, "csrf_token")
    send(client, address, {"csrf_token": token, "version": "1"})
    assert scene.faulty.asked == [] and scene.state(address) == "draft"


def test_second_tab_shows_what_the_first_sent(scene: Scene, client: FlaskClient) -> None:
    address = ready(client, name=scene.fresh_name())
    tabs = button(client, address), button(client, address)
    with on_its_way(scene) as arrived:
        first = threading.Thread(target=send, args=(client, address, tabs[0]))
        first.start()
        assert arrived.wait(5)
        page = send(same_browser(scene, client), address, tabs[1]).text
        assert "The request was sent to Statsig" in page and "Not sent" not in page and STALE not in page
    first.join()
    assert len(scene.faulty.posts) == 1 and scene.state(address) == "created"


def test_failed_create_is_repeated_only_by_a_click(scene: Scene, client: FlaskClient) -> None:
    address = ready(client, name=scene.fresh_name())
    old = button(client, address)
    scene.faulty.faults["POST"] = Fault(answer(429))
    send(client, address, old)
    page = send(client, address, old).text
    assert STALE in page and "nothing was sent" not in page  # the first click has sent it
    assert len(scene.faulty.posts) == 1
    scene.faulty.well()
    assert "Created in Statsig" in click_create(client, address).text
    assert len(scene.faulty.posts) == 2 and len(scene.faulty.kept) == 1


@pytest.mark.parametrize("state", ["sending", "unknown", "created"])
def test_reserved_id_blocks_other_autotunes(scene: Scene, client: FlaskClient, state: str) -> None:
    name = scene.fresh_name()
    first = ready(client, name=name)
    twin = ready(client, name=name.upper())
    go = threading.Event()
    faults = {"sending": held(go, GOOD), "unknown": close, "created": answer(201, {"data": {"id": "an_id"}})}
    scene.faulty.faults["POST"] = Fault(faults[state])
    arrived = threading.Event()
    scene.faulty.looking = lambda asked: arrived.set() if asked.method == "POST" else None
    pressing = threading.Thread(target=click_create, args=(client, first))
    pressing.start()
    try:
        assert arrived.wait(5)
        if state != "sending":
            pressing.join()
        assert scene.state(first) == state
        page = click_create(scene.person(), twin).text
        assert HELD_SINCE in page and first in page
        assert scene.state(twin) == "draft"
        assert len(scene.faulty.posts) == 1
    finally:
        go.set()
        pressing.join()


def refused(client: FlaskClient, **changed: str) -> str:
    """The form that a check has shown again."""
    response = fill_in(client, **changed)
    assert response.status_code == 422
    return response.text


@pytest.mark.parametrize("state", ["unknown", "created"])
@pytest.mark.parametrize("action", ["check", "plan"])
def test_reserved_name_is_an_error_at_review(scene: Scene, client: FlaskClient, state: str, action: str) -> None:
    name = scene.fresh_name()
    first = ready(client, name=name)
    scene.faulty.faults["POST"] = Fault(close if state == "unknown" else answer(201, {"data": {"id": "an_id"}}))
    click_create(client, first)
    response = fill_in(scene.person(), action, name=f" {name.upper()} ", description="Kept all the same")
    second = namesake_of(scene, first)
    page = response.text if action == "check" else client.get(second).text
    assert HELD in page and f'<a href="{first}">' in page and "Kept all the same" in page
    assert response.status_code == (422 if action == "check" else 303)
    assert scene.state(second) == "draft" and len(scene.faulty.posts) == 1


def namesake_of(scene: Scene, address: str) -> str:
    """The address of the other one of its name."""
    row = scene.row(address)
    with scene.services.store.read() as session:
        (other,) = (each.id for each in queries.find_same_name(session, row.project, row.name) if each.id != row.id)
    return f"/autotunes/{other}"


def test_draft_may_have_a_reserved_name(scene: Scene, client: FlaskClient) -> None:
    name = scene.fresh_name()
    click_create(client, ready(client, name=name))
    assert fill_in(client, "save", name=name).status_code == 303


def test_released_name_does_not_block_review(scene: Scene, client: FlaskClient) -> None:
    name = scene.fresh_name()
    scene.faulty.faults["POST"] = Fault(answer(400, {"message": "No room"}))
    click_create(client, ready(client, name=name))
    assert fill_in(client, name=name).status_code == 303


def test_id_chosen_by_statsig_is_reserved(scene: Scene, client: FlaskClient) -> None:
    given, asked = scene.fresh_name(), scene.fresh_name()
    scene.faulty.faults["POST"] = Fault(answer(201, {"data": {"id": given.lower().replace(" ", "_")}}))
    click_create(client, ready(client, name=asked))
    for name in (given, asked):
        assert HELD in refused(client, name=name)
    assert len(scene.faulty.posts) == 1


def test_second_ready_autotune_of_a_name_is_advice(scene: Scene, client: FlaskClient) -> None:
    name = scene.fresh_name()
    ready(client, name=name)
    address = ready(client, name=name)
    assert "has this name, or one that may get the same ID" in client.get(address).text
    assert "Created in Statsig" in click_create(client, address).text


@pytest.mark.parametrize("name", ["\N{CJK UNIFIED IDEOGRAPH-8BD5} %d", "A/B %d", "Grün %d"])
def test_name_with_an_uncertain_id_is_reserved(scene: Scene, client: FlaskClient, name: str) -> None:
    name %= len(scene.faulty.posts)
    first, second = ready(client, name=name), ready(client, name=f" {name.upper()} ")
    assert first in client.get(second).text
    scene.faulty.faults["POST"] = Fault(answer(500))
    click_create(client, first)
    page = click_create(client, second).text
    assert HELD_SINCE in page and first in page
    assert len(scene.faulty.posts) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Caf\u00e9 %d", "Cafe\u0301 %d"), ("Plain %d", "Pla\u200bin %d"), ("Half %d", "Half\u2060 %d\ufe0f")],
)
def test_name_that_looks_like_a_reserved_one_is_blocked(
    scene: Scene, client: FlaskClient, one: str, other: str
) -> None:
    number = len(scene.faulty.posts)
    scene.faulty.faults["POST"] = Fault(answer(500))
    click_create(client, ready(client, name=one % number))
    assert HELD in fill_in(client, name=other % number).text
    assert len(scene.faulty.posts) == 1


def test_lookalike_in_statsigs_list_is_taken(scene: Scene, client: FlaskClient) -> None:
    scene.faulty.kept.append({"id": "an_id_of_its_own", "name": "Vorscha\u0308u"})
    assert "This name is taken in Statsig. Enter another name" in client.get(ready(client, name="Vorsch\u00e4u")).text
    assert scene.faulty.posts == []


def test_names_with_possibly_equal_ids_do_not_block_each_other(scene: Scene, client: FlaskClient) -> None:
    for number, name in enumerate(
        ("A/B", "A.B", "AB", "\N{CJK UNIFIED IDEOGRAPH-8BD5} 1", "\N{CJK UNIFIED IDEOGRAPH-9A8C} 1")
    ):
        scene.faulty.faults["POST"] = Fault(answer(201, {"data": {"id": f"own_{number}"}}))
        assert "Created in Statsig" in click_create(client, ready(client, name=name)).text
    assert len(scene.faulty.posts) == 5


@pytest.mark.parametrize("name", ["Vor-schau", "\N{CJK UNIFIED IDEOGRAPH-8BD5}"])
def test_name_with_an_uncertain_id_is_searched_in_the_list(scene: Scene, client: FlaskClient, name: str) -> None:
    scene.faulty.kept += [{"id": f"another_{number}", "name": f"Another {number}"} for number in range(120)]
    address = ready(client, name=name)
    form = button(client, address)
    scene.faulty.kept.append({"id": "an_id_of_its_own", "name": name})
    assert "This name was taken after your review" in send(client, address, form).text
    assert scene.faulty.posts == []


def test_released_name_is_free_again(scene: Scene, client: FlaskClient) -> None:
    name = scene.fresh_name()
    scene.faulty.faults["POST"] = Fault(answer(429))
    click_create(client, ready(client, name=name))
    scene.faulty.well()
    assert "Created in Statsig" in click_create(client, ready(client, name=name)).text


def test_two_processes_with_one_name_send_once(open_app: Open) -> None:
    with serving() as faulty:
        people = [open_app(faulty.url).test_client() for _ in range(4)]
        addresses = [ready(each) for each in people]
        forms = [button(each, address) for each, address in zip(people, addresses, strict=True)]
        work = zip(people, addresses, forms, strict=True)
        at_once(*(lambda each=each: send(*each) for each in work))
        assert len(faulty.posts) == 1
        states = sorted(told(people[0], address)["state"] for address in addresses)
        assert states == ["created", "draft", "draft", "draft"]


def test_two_processes_with_one_autotune_send_once(open_app: Open) -> None:
    with serving() as faulty:
        people = [open_app(faulty.url).test_client() for _ in range(4)]
        address = ready(people[0])
        forms = [button(each, address) for each in people]
        at_once(*(lambda each=each, form=form: send(each, address, form) for each, form in zip(people, forms)))  # noqa: B905
        assert len(faulty.posts) == 1
        assert told(people[1], address)["state"] == "created"


def test_nothing_is_sent_without_a_free_slot(open_app: Open) -> None:
    go, arrived = threading.Event(), threading.Event()
    with serving() as faulty:
        app = open_app(faulty.url, CREATE_SLOTS="1")
        client = app.test_client()
        first, second = ready(client), ready(client, name="Another")
        faulty.faults["POST"] = Fault(held(go, GOOD))
        faulty.looking = lambda asked: arrived.set() if asked.method == "POST" else None
        pressing = threading.Thread(target=click_create, args=(app.test_client(), first))
        pressing.start()
        try:
            assert arrived.wait(5)
            page = click_create(client, second).text
            assert BUSY in page and "Review and create" in page
            assert set(faulty.gets) == {"/autotunes/button_color_test", "/autotunes/another"} and len(faulty.posts) == 1
        finally:
            go.set()
            pressing.join()
        assert "Created in Statsig" in client.get(first).text
        assert "Created in Statsig" in click_create(client, second).text
        assert len(faulty.posts) == 2


def test_slot_is_released_after_any_outcome(open_app: Open) -> None:
    with serving() as faulty:
        client = open_app(faulty.url, CREATE_SLOTS="1").test_client()
        for number, fault in enumerate((close, answer(500), answer(400), answer(401), answer(201, b"{"))):
            faulty.faults["POST"] = Fault(fault)
            assert BUSY not in click_create(client, ready(client, name=f"Outcome {number}")).text
        assert len(faulty.posts) == 5


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_row_is_committed_before_sending(scene: Scene, client: FlaskClient, method: str) -> None:
    address = ready(client, name=scene.fresh_name())
    form = button(client, address)
    found: list[tuple[str, ...]] = []

    def looking(asked: Asked) -> None:
        if asked.method == method and not found:
            found.append(row_in_the_file(scene, address))

    scene.faulty.looking = looking
    send(client, address, form)
    state, reserved_id, claim, sent_by, last = found[0]
    assert (state, reserved_id, sent_by) == ("sending", scene.row(address).expected_id, "local user")
    assert claim and last == "Clicked “Create in Statsig”"


def row_in_the_file(scene: Scene, address: str) -> tuple[str, ...]:
    """What another program finds in the database, which sees only what has been committed."""
    with closing(sqlite3.connect(scene.services.settings.data_dir / "desk.db")) as other:
        row: tuple[str, ...] = other.execute(
            "SELECT state, reserved_id, claim, sent_by, message"
            " FROM autotunes JOIN history ON autotune_id = autotunes.id"
            " WHERE autotunes.id = ? ORDER BY history.id DESC",
            (address.rpartition("/")[2],),
        ).fetchone()
    return row


def test_no_transaction_is_open_during_a_request(scene: Scene, client: FlaskClient) -> None:
    address = ready(client, name=scene.fresh_name())
    form = button(client, address)
    kept: list[str] = []
    scene.faulty.looking = lambda asked: kept.append(ready(scene.person(), name=scene.fresh_name()))
    send(client, address, form)
    assert len(kept) == 2


def test_expired_claim_is_not_sent(scene: Scene, client: FlaskClient, clock: Clock) -> None:
    """Somebody looks while the GET before still waits, after a minute by the clock: the create must not go out."""
    address = ready(client, name=scene.fresh_name())

    def looking(asked: Asked) -> None:
        scene.faulty.looking = lambda _: None
        scene.clock.forward(61)
        scene.person().get(f"{address}.json")

    form = button(client, address)
    scene.faulty.looking = looking
    send(client, address, form)
    assert scene.faulty.posts == []
    assert scene.state(address) == "unknown"
