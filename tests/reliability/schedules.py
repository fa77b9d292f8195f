"""A user's work, interrupted at a chosen line by a crash or by a change that someone else makes."""

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from webapp.autotunes import create, drafts, name_check, outcomes, reconcile
from webapp.autotunes.states import State
from webapp.store import StoreError

from .harness import FORM_DATA, NAME, UNRECONCILED, Counts, FormInput, Harness

TRACED_FILES = {module.__file__ for module in (create, drafts, name_check, outcomes, reconcile)}
UNCERTAIN_NAME = "Größe & Co"  # a name whose ID is uncertain
counts = Counts()
Action = Callable[[Harness, list[str]], Any]


class Crash(BaseException):
    """The process ends: nothing after this line runs."""


def crash() -> None:
    raise Crash


@contextmanager
def interruption(
    line: int | None, action: Callable[[], Any] = crash, files: Collection[str | None] = TRACED_FILES
) -> Iterator[list[int]]:
    """Does the action before the line with this number runs; yields a list with the number of lines that have run.

    Only lines of these files count. If the database is locked at that line, the action is done at the first
    later line where it is not.
    """
    line_count, pending = [0], [line is not None]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in files:
            return None
        if event == "line":
            line_count[0] += 1
            if pending[0] and line_count[0] >= (line or 0):
                pending[0] = not _try(action)
        return trace

    sys.settrace(trace)
    try:
        yield line_count
    finally:
        sys.settrace(None)
    if pending[0]:
        action()


def _try(action: Callable[[], Any]) -> bool:
    """False if the database is locked."""
    try:
        action()
    except StoreError:
        return False
    return True


def run_with_crash(harness: Harness, fault: str, people: int, crash_at: int | None) -> int:
    """Each person writes, edits and clicks Create, with one crash; then as in `finish`. Returns the number of lines."""
    harness.reset()
    harness.statsig.fault = fault
    ids = [harness.save_new(f"form-{person}") for person in range(people)]
    lines = 0
    try:
        with interruption(crash_at) as line_count:
            for person, record_id in enumerate(ids):
                edit(harness, record_id, f"person {person}")
                harness.review(record_id)
                harness.click_create(record_id, f"person {person}")
            reconcile_all(harness, ids)
            lines = line_count[0]
    except Crash:
        pass
    finish(harness, ids)
    return lines


def run_with_concurrent_action(harness: Harness, fault: str, action: str, concurrent: str, line: int | None) -> int:
    """One person's action, and at a line of it someone else's; then as in `finish`. Returns the number of lines."""
    harness.reset()
    harness.statsig.fault = fault
    name = UNCERTAIN_NAME if action == "confirm" else NAME
    ids = [harness.save_new(f"form-{person}", name=name) for person in range(2)]
    if action in ("visit", "confirm"):
        harness.click_create(ids[0], "reader")
        wait_and_visit(harness, ids[:1], 76)
    if action == "confirm":
        harness.statsig.commit_late()  # over a minute after the create: the user who confirms has missed it
    with interruption(line, lambda: CONCURRENT_ACTIONS[concurrent](harness, ids)) as line_count:
        ACTIONS[action](harness, ids)
    finish(harness, ids)
    return line_count[0]


def edit(harness: Harness, record_id: str, actor: str, process: int = 0, goal: str = "more") -> bool:
    """Submits a form that was opened just now; returns whether it was saved."""
    record = harness.record(record_id)
    saved = harness.acknowledged[record_id]
    form_data = FORM_DATA | {"name": saved["name"], "description": saved["description"], "goalRichText": goal}
    return harness.submit(record_id, FormInput(form_data, f"of {actor}", record.version, ""), actor, process=process)


# What one person does, and what someone else does at a line of it, in another process.
ACTIONS: dict[str, Action] = {
    "create": lambda harness, ids: harness.click_create(ids[0], "reader"),
    "edit": lambda harness, ids: edit(harness, ids[0], "author"),
    "visit": lambda harness, ids: harness.visit(ids[0]),
    "review": lambda harness, ids: harness.review(ids[0]),
    "confirm": lambda harness, ids: harness.confirm(ids[0], "reader"),
}
CONCURRENT_ACTIONS: dict[str, Action] = {
    "create": lambda harness, ids: harness.click_create(ids[0], "someone", 1),
    "create of the same name": lambda harness, ids: harness.click_create(ids[1], "someone", 1),
    "edit by the creator": lambda harness, ids: edit(harness, ids[0], "reader", 1, "less"),
    "visit": lambda harness, ids: harness.visit(ids[0], 1),
    "review": lambda harness, ids: harness.review(ids[0], 1),
    "rejection": lambda harness, ids: harness.reject(ids[0], "someone", "No", 1),
    "confirmation and create": lambda harness, ids: (
        harness.confirm(ids[0], "x", 1),
        harness.click_create(ids[0], "someone", 1),
    ),
}


def finish(harness: Harness, ids: list[str]) -> None:
    """Commits late creates, reconciles all autotunes, and clicks Create once more where one is ready again."""
    check(harness, ids)
    harness.statsig.commit_late()
    check(harness, ids)
    reconcile_all(harness, ids)
    check(harness, ids)
    confirm_all(harness, ids)
    check(harness, ids)
    ready_again = [record_id for record_id in ids if harness.record(record_id).state == State.READY]
    harness.statsig.fault = "created"
    for record_id in ready_again:
        harness.click_create(record_id, "another reader")
        check(harness, ids)
    states = {harness.record(record_id).state for record_id in ready_again}
    assert states <= {State.CREATED, State.DRAFT}, f"creating what is ready leads to {states}"
    counts["again"] += len(ready_again)
    counts.end_run(harness)


def check(harness: Harness, ids: list[str]) -> None:
    counts.check_creates(harness)
    for record_id in ids:
        counts.check_record(harness, harness.record(record_id))


def wait_and_visit(harness: Harness, ids: list[str], seconds: float) -> None:
    harness.clock.forward(seconds)
    for record_id in ids:
        harness.visit(record_id)


def reconcile_all(harness: Harness, ids: list[str]) -> None:
    """Visits that are too early, visits too close to each other, a late commit, and visits half a minute apart."""
    for seconds in (61, 76, 1):
        wait_and_visit(harness, ids, seconds)
    harness.statsig.commit_late()
    for _ in range(2):
        wait_and_visit(harness, ids, 31)


def confirm_all(harness: Harness, ids: list[str]) -> None:
    """A user confirms those that reading cannot reconcile; all others are reconciled by now."""
    for record_id in ids:
        record = harness.record(record_id)
        only_by_user = record.name == UNCERTAIN_NAME or "long list" in harness.statsig.fault
        if record.state in UNRECONCILED and only_by_user:
            harness.confirm(record_id, "someone who checked Statsig")
        assert harness.record(record_id).state not in UNRECONCILED, "not reconciled by two reads after the grace period"
