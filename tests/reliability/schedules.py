"""A user's work, interrupted at a chosen line by a crash or by a change that someone else makes."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from webapp.autotunes import create, drafts, name_check, outcomes, reconcile
from webapp.autotunes.states import State
from webapp.store import StoreError

from .harness import ANSWERS, NAME, UNSETTLED, Counts, Typed, World

WATCHED = {each.__file__ for each in (create, drafts, name_check, outcomes, reconcile)}
UNCERTAIN = "Größe & Co"
counts = Counts()
Act = Callable[[World, list[str]], Any]


class Crash(BaseException):
    """The process is gone: nothing after this line has run."""


def crash() -> None:
    raise Crash


@contextmanager
def interrupted(line: int | None, by: Callable[[], Any] = crash) -> Iterator[list[int]]:
    """Counts the lines of the watched modules that run, and before the given one does something else.

    If the database is locked then, it happens at the first line at which it is not.
    """
    seen, due = [0], [line is not None]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in WATCHED:
            return None
        if event == "line":
            seen[0] += 1
            if due[0] and seen[0] >= (line or 0):
                due[0] = not _done(by)
        return trace

    sys.settrace(trace)
    try:
        yield seen
    finally:
        sys.settrace(None)
    if due[0]:
        by()


def _done(work: Callable[[], Any]) -> bool:
    try:
        work()
    except StoreError:
        return False
    return True


def run(world: World, fault: str, people: int, crash_at: int | None) -> int:
    """Everybody writes, changes and presses, with one crash; then visits, and another press; the lines that ran."""
    world.wipe()
    world.edge.fault = fault
    ids = [world.write(f"form-{person}") for person in range(people)]
    lines = 0
    try:
        with interrupted(crash_at) as seen:
            for person, record_id in enumerate(ids):
                change(world, record_id, f"person {person}")
                world.review(record_id)
                world.click_create(record_id, f"person {person}")
            settle_all(world, ids)
            lines = seen[0]
    except Crash:
        pass
    afterwards(world, ids)
    return lines


def meet(world: World, fault: str, first: str, second: str, line: int | None) -> int:
    """One person's act, and at a line of it all of somebody else's; then as after a crash. The lines that ran."""
    world.wipe()
    world.edge.fault = fault
    name = UNCERTAIN if first == "confirm" else NAME
    ids = [world.write(f"form-{person}", name=name) for person in range(2)]
    if first in ("visit", "confirm"):
        world.click_create(ids[0], "reader")
        wait_and_visit(world, ids[:1], 76)
    if first == "confirm":
        world.edge.catch_up()  # over a minute later it is there, and a user who looked has missed it
    with interrupted(line, lambda: SECOND[second](world, ids)) as seen:
        FIRST[first](world, ids)
    afterwards(world, ids)
    return seen[0]


def change(world: World, record_id: str, actor: str, process: int = 0, goal: str = "more") -> bool:
    """A form that was opened just now."""
    record = world.record(record_id)
    answers = ANSWERS | {"name": world.typed[record_id]["name"], "goalRichText": goal}
    answers |= {"description": world.typed[record_id]["description"]}
    return world.submit(record_id, Typed(answers, f"of {actor}", record.version, ""), actor, process=process)


# What one person does, and what somebody else does at a line of it, on a desk of another process.
FIRST: dict[str, Act] = {
    "press": lambda world, ids: world.click_create(ids[0], "reader"),
    "change": lambda world, ids: change(world, ids[0], "author"),
    "visit": lambda world, ids: world.visit(ids[0]),
    "review": lambda world, ids: world.review(ids[0]),
    "confirm": lambda world, ids: world.confirm(ids[0], "reader"),
}
SECOND: dict[str, Act] = {
    "press": lambda world, ids: world.click_create(ids[0], "somebody", 1),
    "press of a namesake": lambda world, ids: world.click_create(ids[1], "somebody", 1),
    "change by who presses": lambda world, ids: change(world, ids[0], "reader", 1, "less"),
    "visit": lambda world, ids: world.visit(ids[0], 1),
    "review": lambda world, ids: world.review(ids[0], 1),
    "turning down": lambda world, ids: world.reject(ids[0], "somebody", "No", 1),
    "confirmation, and a press": lambda world, ids: (
        world.confirm(ids[0], "x", 1),
        world.click_create(ids[0], "somebody", 1),
    ),
}


def afterwards(world: World, ids: list[str]) -> None:
    """Late commits, visits until all is settled, and one more press of whatever is ready again."""
    check(world, ids)
    world.edge.catch_up()
    check(world, ids)
    settle_all(world, ids)
    check(world, ids)
    confirm_all(world, ids)
    check(world, ids)
    again = [each for each in ids if world.record(each).state == State.READY]
    world.edge.fault = "created"
    for record_id in again:
        world.click_create(record_id, "one more reader")
        check(world, ids)
    states = {world.record(each).state for each in again}
    assert states <= {State.CREATED, State.DRAFT}, f"a press of what is ready comes to {states}"
    counts["again"] += len(again)
    counts.end(world)


def check(world: World, ids: list[str]) -> None:
    counts.once(world)
    for record_id in ids:
        counts.look(world, world.record(record_id))


def wait_and_visit(world: World, ids: list[str], seconds: float) -> None:
    world.clock.forward(seconds)
    for record_id in ids:
        world.visit(record_id)


def settle_all(world: World, ids: list[str]) -> None:
    """Visits too early, impatient ones after the settling time, a late commit, and visits half a minute apart."""
    for seconds in (61, 76, 1):
        wait_and_visit(world, ids, seconds)
    world.edge.catch_up()
    for _ in range(2):
        wait_and_visit(world, ids, 31)


def confirm_all(world: World, ids: list[str]) -> None:
    """What the list cannot settle is settled by somebody who looks; all others are settled by now."""
    for record_id in ids:
        record = world.record(record_id)
        if record.state in UNSETTLED and (record.name == UNCERTAIN or "long list" in world.edge.fault):
            world.confirm(record_id, "somebody who looked")
        assert world.record(record_id).state not in UNSETTLED, "not settled in two visits after the settling time"
