"""The sandbox responds as Statsig would, by the same contract, and stores autotunes."""

import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from webapp.autotunes.projects import SANDBOX
from webapp.autotunes.services import Services
from webapp.config import Secret
from webapp.contract.diff import confirms
from webapp.statsig import (
    Deadline,
    NotCreated,
    OutcomeUnknown,
    Project,
    RateLimited,
    Rejected,
    StatsigClient,
    StatsigError,
    Unauthorized,
)
from webapp.statsig.sandbox import FAULTS, KEY, VISIBLE_AFTER, SandboxTransport

from ..conftest import CANARY, Clock
from ..forms import click_create, ready
from .test_sandbox_lifecycle import LATER_FAULTS

SHORT = 0.3  # seconds
MakeApp = Callable[..., Flask]
PROPERTIES: dict[str, Any] = {
    "name": "Button Color Test",
    "variants": [{"name": "red", "json": {"color": "red"}}, {"name": "blue", "json": [1]}],
    "successEvent": "click",
    "explorationWindow": "1",
    "attributionWindow": "2hr",
    "winnerThreshold": "99%",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "made" / "sandbox.db"


@pytest.fixture
def statsig(file: Path, clock: Clock) -> StatsigClient:
    return client(file, clock=clock)


def client(file: Path, key: str = KEY, clock: Callable[[], float] = time.time) -> StatsigClient:
    project = Project(SANDBOX.name, Secret(key), SANDBOX.api_url, sandbox=True)
    return StatsigClient(project, lambda _: SandboxTransport(file, clock), "true")


def create(statsig: StatsigClient, seconds: float = 5, **changed: Any) -> dict[str, Any]:
    return statsig.create(json.dumps(PROPERTIES | changed), Deadline(seconds))


def test_created_autotune_is_returned_in_statsigs_form(statsig: StatsigClient) -> None:
    data = create(statsig)
    assert data["id"] == "button_color_test" and data["isStarted"] is False
    assert (data["explorationWindow"], data["attributionWindow"], data["winnerThreshold"]) == ("1hr", "2hrs", "99%")
    assert [variant["json"] for variant in data["variants"]] == [{"color": "red"}, [1]]
    assert data["successEventValue"] == ""
    assert confirms(PROPERTIES, data)
    assert statsig.find("button_color_test", Deadline(5)) == data


INVALID: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": ""}, "name"),
    "a name of a wrong type": ({"name": 7}, "name"),
    "one variant": ({"variants": PROPERTIES["variants"][:1]}, "variants"),
    "variants of a wrong type": ({"variants": "red"}, "variants"),
    "a variant without a name": (
        {"variants": [{"name": "a", "json": 1}, {"name": "", "json": 1}]},
        "variants-1-name",
    ),
    "a size of a wrong type": (
        {"variants": [{"name": "a", "json": 1, "size": "60"}, {"name": "b", "json": 1}]},
        "variants-0-size",
    ),
    "an unknown window": ({"explorationWindow": "3hr"}, "explorationWindow"),
    "an unknown threshold": ({"winnerThreshold": "97%"}, "winnerThreshold"),
    "a rate out of range": ({"explorationWindowRate": 0}, "explorationWindowRate"),
    "a boolean of a wrong type": ({"isContextual": "true"}, "isContextual"),
    "contextual only": ({"metadataField": "revenue"}, "metadataField"),
}


@pytest.mark.parametrize(("changed", "field"), INVALID.values(), ids=INVALID)
def test_invalid_request_is_rejected_at_its_field(statsig: StatsigClient, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Rejected) as rejected:
        create(statsig, **changed)
    assert field in [error.field for error in rejected.value.errors]
    assert all(problem.message.startswith("Statsig says: ") for problem in rejected.value.errors)
    assert statsig.find("button_color_test", Deadline(5)) is None


@pytest.mark.parametrize("body", ["[]", "7", "null", '"x"', "{}", '{"nonsense": 1}'])
def test_body_that_is_not_an_autotune_is_rejected(statsig: StatsigClient, body: str) -> None:
    with pytest.raises(Rejected):
        statsig.create(body, Deadline(5))
    assert list(statsig.autotunes(Deadline(5))) == []


def test_unknown_property_is_rejected(statsig: StatsigClient) -> None:
    with pytest.raises(Rejected, match="rejected"):
        create(statsig, colour="red")


def test_taken_name_is_rejected_at_the_name(statsig: StatsigClient) -> None:
    first = create(statsig)
    with pytest.raises(Rejected) as rejected:
        create(statsig, name="button color TEST", successEvent="other")
    assert rejected.value.errors == [("name", "Enter another name. Statsig says: Name is already in use")]
    assert statsig.find("button_color_test", Deadline(5)) == first


CALLS: dict[str, Callable[[StatsigClient], Any]] = {
    "create": create,
    "find": lambda statsig: statsig.find("x", Deadline(5)),
    "list": lambda statsig: list(statsig.autotunes(Deadline(5))),
    "check": lambda statsig: statsig.check_key(Deadline(5)),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("key", [CANARY, "console-sandbo", f"{KEY}x"])
def test_other_key_is_rejected(file: Path, key: str, call: Callable[[StatsigClient], Any]) -> None:
    with pytest.raises(Unauthorized) as rejected:
        call(client(file, key))
    assert rejected.value.status == 401
    assert not file.exists()


def test_key_of_the_sandbox_is_accepted(statsig: StatsigClient) -> None:
    statsig.check_key(Deadline(5))


def test_unknown_id_is_not_found(statsig: StatsigClient) -> None:
    for autotune_id in ("nothing", "a/b", "..", "%", "button_color_test'--"):
        assert statsig.find(autotune_id, Deadline(5)) is None


@pytest.mark.parametrize("count", [0, 1, 100, 101, 205])
def test_list_is_paged(statsig: StatsigClient, file: Path, count: int) -> None:
    create(statsig, name="Number 1000")  # creates the file
    fill(file, count)
    listed = [autotune["id"] for autotune in statsig.autotunes(Deadline(5))]
    assert listed == sorted(listed) and len(listed) == len(set(listed)) == count + 1


def fill(file: Path, count: int) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        stored = {**PROPERTIES, "explorationWindow": "1hr"}
        rows = [(f"number_{row}", json.dumps({**stored, "id": f"number_{row}"})) for row in range(count)]
        connection.executemany("INSERT INTO autotunes (id, data) VALUES (?, ?)", rows)


# For each prefix of the name, the error, and whether the autotune exists afterwards.
FAULT_OUTCOMES: dict[str, tuple[type[StatsigError], bool]] = {
    "Sandbox busy": (RateLimited, False),
    "Sandbox error": (OutcomeUnknown, False),
    "Sandbox silence": (OutcomeUnknown, True),
    "Sandbox garbled": (OutcomeUnknown, True),
}


def test_every_fault_is_tested() -> None:
    assert {*FAULT_OUTCOMES, *LATER_FAULTS} == set(FAULTS)


@pytest.mark.parametrize("name", FAULT_OUTCOMES)
@pytest.mark.parametrize("suffix", ["", " and more"])
def test_name_simulates_its_fault(statsig: StatsigClient, clock: Clock, name: str, suffix: str) -> None:
    error, exists = FAULT_OUTCOMES[name]
    with pytest.raises(error) as raised:
        create(statsig, SHORT, name=name + suffix)
    assert isinstance(raised.value, NotCreated) == (not issubclass(error, OutcomeUnknown))
    autotune_id = (name + suffix).lower().replace(" ", "_")
    assert statsig.find(autotune_id, Deadline(5)) is None
    clock.forward(VISIBLE_AFTER + SHORT)
    assert (statsig.find(autotune_id, Deadline(5)) is not None) == exists


def test_name_of_a_fault_can_be_taken(statsig: StatsigClient) -> None:
    with pytest.raises(OutcomeUnknown):
        create(statsig, name="Sandbox garbled")
    with pytest.raises(Rejected):
        create(statsig, name="Sandbox garbled")


def test_fault_must_be_at_the_beginning_of_the_name(statsig: StatsigClient) -> None:
    assert create(statsig, name="The Sandbox busy")["id"] == "the_sandbox_busy"


def test_autotunes_survive_a_restart(file: Path) -> None:
    data = create(client(file))
    assert client(file).find("button_color_test", Deadline(5)) == data


def test_unreadable_file_is_a_lost_connection(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"this is no database" * 500)
    with pytest.raises(OutcomeUnknown, match="The connection to the sandbox was lost"):
        create(client(file))


# For each prefix of the name, the message after the create, and a later one.
PAGES = {
    "Sandbox busy": ("Not created. The sandbox is busy. Try again in 7 seconds.", "Review and create"),
    "Sandbox error": (
        "The sandbox returned an unexpected response (status 500).",
        "There is no autotune with this name, so you can create it again.",
    ),
    "Sandbox silence": ("The sandbox did not respond in time.", "Created in the sandbox"),
    "Sandbox garbled": ("The sandbox’s response could not be read.", "Created in the sandbox"),
}


@pytest.mark.parametrize("name", PAGES)
def test_page_reports_each_fault(make_app: MakeApp, clock: Clock, name: str) -> None:
    """An autotune that was created without a clear response is unconfirmed until a later read finds it."""
    app = make_app()
    services: Services = app.extensions["services"]
    services.create_timeout = SHORT if name == "Sandbox silence" else services.create_timeout
    client = app.test_client()
    address = ready(client, name=name)
    first, later = PAGES[name]
    assert first in click_create(client, address).text
    for _ in range(3):
        clock.forward(75)
        page = client.get(address).text
    assert later in page
    history = [event["what"] for event in json.loads(client.get(f"{address}.json").text)["history"]]
    assert not any("Statsig" in message for message in history)
    assert "Clicked “Create in the sandbox”" in history[1]
    assert any("Unconfirmed" in message for message in history) == (name != "Sandbox busy")


def test_name_created_before_a_restart_is_taken(make_app: MakeApp) -> None:
    before = make_app().test_client()
    click_create(before, ready(before))
    app = make_app()
    with app.extensions["services"].store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM history")
        session.connection().exec_driver_sql("DELETE FROM versions")
        session.connection().exec_driver_sql("DELETE FROM autotunes")
    client = app.test_client()
    assert "This name is taken in the sandbox. Enter another name" in client.get(ready(client)).text


def test_every_page_says_that_nothing_leaves_the_machine(make_app: MakeApp) -> None:
    client = make_app().test_client()
    address = ready(client)
    for path in ("/", "/autotunes/new", address, f"{address}/edit", "/nothing"):
        assert "Nothing leaves this machine" in client.get(path).text


@pytest.mark.parametrize("name", ["日本語", "中文", "!!!"])
def test_name_without_latin_letters_has_its_own_id(statsig: StatsigClient, name: str) -> None:
    create(statsig, name="한국어")
    assert create(statsig, name=name)["id"].startswith("autotune_")
