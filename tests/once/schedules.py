"""A crash at every line of creating and settling, under every fault, with one or two people pressing."""

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from webapp.autotunes import Desk, State, Typed, create, creating, outcomes, save, settle, settling
from webapp.config import read_settings
from webapp.contract import starting_answers
from webapp.store import Record, Store, records
from webapp.store.migrate import migrate

from ..conftest import CANARY, Clock
from .edge import Edge

WATCHED = {creating.__file__, outcomes.__file__, settling.__file__}
NAME = "Button Color Test"
ANSWERS = starting_answers() | {
    "name": NAME,
    "successEvent": "click",
    "variants": [{"name": each, "json": "{}", "size": ""} for each in ("red", "blue")],
}


class Crash(BaseException):
    """The process is gone: nothing after this line has run."""


class Inline:
    """Slots that run at once, in the same thread, so that a crash is one."""

    def take(self) -> bool:
        return True

    def give_back(self) -> None:
        pass

    def run(self, work: Callable[[], None]) -> None:
        work()

    def close(self) -> None:
        pass


@contextmanager
def crashing_at(line: int | None) -> Iterator[list[int]]:
    """Counts the lines of the watched modules that run, and raises Crash before the given one."""
    seen = [0]

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename not in WATCHED:
            return None
        if event == "line":
            seen[0] += 1
            if seen[0] == line:
                raise Crash
        return trace

    sys.settrace(trace)
    try:
        yield seen
    finally:
        sys.settrace(None)


class World:
    """One database, one Statsig, one clock; desks come and go."""

    def __init__(self, folder: str, edge: Edge) -> None:
        self.edge, self.clock = edge, Clock()
        self.settings = read_settings({"DATA_DIR": folder, "STATSIG_API_KEY": CANARY})
        self.store = Store(self.settings.database_url)
        self.presses = 0

    def desk(self) -> Desk:
        desk = Desk(self.settings, self.store, self.clock, open_transport=self.edge.open)
        desk.creates = desk.reads = Inline()  # type: ignore[assignment]
        return desk

    def write(self, token: str) -> str:
        return save(self.desk(), None, Typed(ANSWERS, token, 0, ""), "author", check=True).id

    def press(self, record_id: str, who: str) -> None:
        self.presses += 1
        create(self.desk(), record_id, self.record(record_id).version, who)

    def visit(self, record_id: str) -> None:
        settle(self.desk(), record_id)

    def record(self, record_id: str) -> Record:
        with self.store.read() as session:
            found = records.get(session, record_id)
        assert found
        return found

    def wipe(self) -> None:
        with self.store.write() as session:
            connection = session.connection()
            for table in ("history", "autotunes"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
        self.edge.kept.clear()
        self.edge.late.clear()
        self.edge.posts = self.presses = 0


def memory() -> str | None:
    """A folder in memory where there is one, since thousands of schedules commit many thousand times."""
    folder = "/dev/shm"  # noqa: S108
    return folder if os.access(folder, os.W_OK) else None


@contextmanager
def world(edge: Edge) -> Iterator[World]:
    with tempfile.TemporaryDirectory(dir=memory()) as folder:
        made = World(folder, edge)
        migrate(made.store)
        yield made
        made.store.close()


def check(world: World, ids: list[str]) -> None:
    """What must hold at every moment, whatever has happened."""
    kept = len(world.edge.named(NAME))
    assert kept <= 1, "created twice"
    assert world.edge.posts <= world.presses, "sent more often than pressed"
    rows = [world.record(record_id) for record_id in ids]
    said_created = [row for row in rows if row.state == State.CREATED]
    assert len(said_created) <= kept, "says created, and it is not"
    open_ = any(row.state in (State.SENDING, State.UNKNOWN, State.CREATED) for row in rows)
    assert open_ or not kept, "says not created, and it is"
    assert all(row.answers and row.name == NAME for row in rows), "what was typed is gone"


def run(world: World, fault: str, people: int, crash_at: int | None) -> int:
    """One schedule: everybody writes and presses, one crash, then visits until all is settled; the lines that ran."""
    world.wipe()
    world.edge.fault = fault
    ids = [world.write(f"form-{person}") for person in range(people)]
    lines = 0
    with crashing_at(crash_at) as seen:
        try:
            for person, record_id in enumerate(ids):
                world.press(record_id, f"person {person}")
            _settle(world, ids)
        except Crash:
            pass
        lines = seen[0]
    check(world, ids)
    world.edge.catch_up()
    check(world, ids)
    _settle(world, ids)
    check(world, ids)
    unsettled = [world.record(each).state for each in ids if world.record(each).state in (State.SENDING, State.UNKNOWN)]
    assert not unsettled, "not settled in two visits after the settling time"
    return lines


def _settle(world: World, ids: list[str]) -> None:
    """Visits too early, impatient ones after the settling time, a late commit, and visits half a minute apart."""
    for wait in (61, 76, 1):
        world.clock.forward(wait)
        for record_id in ids:
            world.visit(record_id)
    world.edge.catch_up()
    for _ in range(2):
        world.clock.forward(31)
        for record_id in ids:
            world.visit(record_id)
