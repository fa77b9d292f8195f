"""What becomes of an autotune in the sandbox after its create."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from webapp.statsig.sandbox.faults import DRIFT_AFTER, VANISH_AFTER

from ..conftest import Clock
from .sandbox_requests import PROPERTIES, SandboxRequests

ID = "button_color_test"
BLUE = {"id": "blue", "decisionReason": "It is the brand’s color."}
LATER_FAULTS = ("Sandbox drift", "Sandbox vanish", "Sandbox review")
STARTED, DECIDED = "Autotune Experiment successfully started.", "Decision made for Autotune Experiment."
NOT_FOUND = "Autotune Experiment not found."
WINNER_AFTER = 168 + 84  # seconds, for PROPERTIES


def decide(sandbox: SandboxRequests, body: Any = BLUE) -> tuple[int, Any]:
    return sandbox.send("PUT", f"/autotunes/{ID}/make_decision", body)


def test_created_autotune_is_neither_started_nor_decided(sandbox: SandboxRequests, clock: Clock) -> None:
    created, at = sandbox.create(), int(clock.now * 1000)
    shown = {"isStarted": False, "winner": None, "version": 1, "createdTime": at, "lastModifiedTime": at}
    assert created.items() >= shown.items() and created["lastModifierName"] == "CONSOLE API"
    assert [variant["id"] for variant in created["variants"]] == ["red", "blue", "dark_green"]
    clock.forward(1_000)
    assert sandbox.autotune(ID) == created


def test_start_is_shown_and_done_once(sandbox: SandboxRequests, clock: Clock) -> None:
    sandbox.create()
    clock.forward(10)
    assert sandbox.start(ID) == (200, {"message": STARTED})
    shown = {"isStarted": True, "winner": None, "version": 2, "lastModifiedTime": int(clock.now * 1000)}
    assert sandbox.autotune(ID).items() >= shown.items()
    assert sandbox.start(ID) == (400, {"status": 400, "message": "Autotune Experiment has already started."})


def test_decision_is_shown_and_final(sandbox: SandboxRequests, clock: Clock) -> None:
    sandbox.create()
    sandbox.start(ID)
    assert decide(sandbox) == (200, {"message": DECIDED})
    finished = (400, {"status": 400, "message": "Autotune Experiment has already finished."})
    for _ in range(2):
        assert sandbox.autotune(ID)["winner"] == {"id": "blue", "name": "Blue"}
        assert decide(sandbox) == sandbox.start(ID) == finished
        clock.forward(WINNER_AFTER)


UNDECIDED: dict[str, tuple[Any, list[str]]] = {
    "no body": (None, ["id", "decisionReason"]),
    "no reason": ({"id": "blue"}, ["decisionReason"]),
    "an empty reason": ({"id": "blue", "decisionReason": ""}, ["decisionReason"]),
    "the name in place of the ID": ({"id": "Blue", "decisionReason": "x"}, ["id"]),
}


@pytest.mark.parametrize(("body", "properties"), UNDECIDED.values(), ids=UNDECIDED)
def test_incomplete_decision_is_refused_at_its_property(
    sandbox: SandboxRequests, body: Any, properties: list[str]
) -> None:
    sandbox.create()
    sandbox.start(ID)
    status, refusal = decide(sandbox, body)
    assert (status, refusal["status"], refusal["message"]) == (400, 400, "Bad Request Exception")
    assert [error["property"] for error in refusal["errors"]] == properties
    assert all(error["errorMessage"] for error in refusal["errors"])
    assert sandbox.autotune(ID)["winner"] is None


def test_decision_before_the_start_is_refused(sandbox: SandboxRequests) -> None:
    sandbox.create()
    assert decide(sandbox) == (400, {"status": 400, "message": "Autotune Experiment has not yet started."})


def test_unknown_autotune_is_neither_started_nor_decided(sandbox: SandboxRequests) -> None:
    assert decide(sandbox) == sandbox.start(ID) == (404, {"status": 404, "message": NOT_FOUND})


# The properties, and the seconds from the start to the winner.
WINNERS: dict[str, tuple[dict[str, Any], int | None]] = {
    "a week": ({}, WINNER_AFTER),
    "an hour": ({"explorationWindow": "1hr"}, 31),
    "two variants": ({"variants": PROPERTIES["variants"][:2]}, WINNER_AFTER),
    "contextual": ({"isContextual": True}, None),
}


@pytest.mark.parametrize(("changed", "seconds"), WINNERS.values(), ids=WINNERS)
def test_classic_autotune_declares_a_winner(
    sandbox: SandboxRequests, clock: Clock, changed: dict[str, Any], seconds: int | None
) -> None:
    others = [{"id": variant["id"], "name": variant["name"]} for variant in sandbox.create(**changed)["variants"][1:]]
    clock.forward(1_000)
    sandbox.start(ID)
    clock.forward((seconds or 10_000) - 1)
    assert sandbox.autotune(ID)["winner"] is None
    clock.forward(1)
    winner = sandbox.autotune(ID)["winner"]
    assert winner in (others if seconds else [None])
    assert sandbox.autotune(ID)["winner"] == winner and sandbox.autotune(ID)["isStarted"] is True
    assert (sandbox.start(ID)[1]["message"] == "Autotune Experiment has already finished.") == (seconds is not None)


@pytest.mark.parametrize(("threshold", "later"), [("95%", "90%"), ("80%", "99%")])
def test_name_simulates_a_change_in_the_console(
    sandbox: SandboxRequests, clock: Clock, threshold: str, later: str
) -> None:
    created = sandbox.create(name="Sandbox drift", winnerThreshold=threshold, description="Which color?")
    clock.forward(DRIFT_AFTER - 1)
    assert sandbox.autotune("sandbox_drift") == created
    clock.forward(1)
    changed = sandbox.autotune("sandbox_drift")
    assert {name for name in changed if changed[name] != created[name]} == {
        *("winnerThreshold", "description", "lastModifierName", "lastModifiedTime", "version")
    }
    assert (changed["winnerThreshold"], changed["lastModifierName"]) == (later, "Dana Console")
    assert changed["description"].startswith("Which color? ")


def test_name_simulates_a_delete_in_the_console(sandbox: SandboxRequests, clock: Clock) -> None:
    sandbox.create(name="Sandbox vanish")
    clock.forward(1_000)
    sandbox.start("sandbox_vanish")
    clock.forward(VANISH_AFTER - 1)
    assert sandbox.autotune("sandbox_vanish")["isStarted"] is True
    clock.forward(1)
    assert sandbox.send("GET", "/autotunes/sandbox_vanish") == (404, {"status": 404, "message": NOT_FOUND})
    assert sandbox.get("/autotunes")["data"] == []
    assert sandbox.get("/exposure_count?experiments=sandbox_vanish")["data"]["experiments"] == []
    assert sandbox.create(name="Sandbox vanish")["isStarted"] is False


def test_name_simulates_a_start_that_waits_for_a_review(sandbox: SandboxRequests) -> None:
    sandbox.create(name="Sandbox review")
    for _ in range(2):
        assert sandbox.start("sandbox_review") == (200, {"message": STARTED})
    assert sandbox.autotune("sandbox_review")["isStarted"] is False


def changes_of(sandbox: SandboxRequests, query: str) -> list[tuple[str, str]]:
    logs = sandbox.get(f"/audit_logs?{query}")["data"]
    return [(log["changeLog"].partition(":")[0].split()[0], log["updatedBy"]) for log in logs]


def test_audit_log_has_every_change_newest_first(sandbox: SandboxRequests, clock: Clock) -> None:
    sandbox.create(name="Sandbox drift")
    clock.forward(86_400)
    sandbox.create()
    sandbox.start(ID)
    clock.forward(1)
    decide(sandbox)
    own = [("Made", "CONSOLE API"), ("Started", "CONSOLE API"), ("Created", "CONSOLE API")]
    drift = [("Edited", "Dana Console"), ("Created", "CONSOLE API")]
    assert sorted(changes_of(sandbox, f"id={ID}")) == sorted(own)
    assert changes_of(sandbox, "id=sandbox_drift") == drift
    assert changes_of(sandbox, "")[0] == own[0] and changes_of(sandbox, "")[3:] == drift
    assert changes_of(sandbox, "endDate=2027-01-15") == drift
    assert sorted(changes_of(sandbox, "startDate=2027-01-16&limit=5")) == sorted(own)
    assert changes_of(sandbox, "actionTypes=autotune_experiment_create") == 2 * own[2:]
    assert len(changes_of(sandbox, "actionTypes=autotune_experiment_create,autotune_experiment_edit")) == 5
    assert sandbox.send("GET", "/audit_logs?startDate=yesterday")[0] == 400


def test_entry_of_the_audit_log_has_statsigs_form(sandbox: SandboxRequests, clock: Clock) -> None:
    sandbox.create(name="Sandbox drift")
    clock.forward(DRIFT_AFTER)
    entry = sandbox.get("/audit_logs?actionTypes=autotune_experiment_edit")["data"][0]
    assert len(entry.pop("id")) == 22 and len(entry.pop("updatedByUserID")) == 20
    assert entry.pop("changes")["winnerThreshold"] == {"old": "95%", "new": "90%"}
    assert entry == {
        "name": "Sandbox drift",
        "changeLog": "Edited Autotune Experiment",
        "actionType": "autotune_experiment_edit",
        "date": "Fri Jan 15 2027",
        "time": "08:00:20 GMT+0000 (Coordinated Universal Time)",
        "updatedBy": "Dana Console",
        "modifierEmail": "dana.console@example.com",
        "tags": [],
    }


def test_file_of_an_earlier_version_is_read_and_started(sandbox: SandboxRequests, tmp_path: Path, clock: Clock) -> None:
    old = {**PROPERTIES, "id": ID, "isStarted": False, "explorationWindow": "168hrs", "lastModifierName": "CONSOLE API"}
    old["variants"] = [{**variant, "id": variant["name"].lower()} for variant in PROPERTIES["variants"]]
    with closing(sqlite3.connect(tmp_path / "sandbox.db")) as connection, connection:
        connection.execute(
            """CREATE TABLE autotunes
                (id TEXT PRIMARY KEY, data TEXT NOT NULL, visible_from REAL NOT NULL DEFAULT 0)"""
        )
        connection.execute("INSERT INTO autotunes (id, data) VALUES (?, ?)", (ID, json.dumps(old)))
    assert sandbox.autotune(ID) == old | {"winner": None}
    assert changes_of(sandbox, f"id={ID}") == []
    assert sandbox.start(ID)[0] == 200
    clock.forward(WINNER_AFTER)
    assert sandbox.autotune(ID)["winner"] is not None
