"""Nothing is sent twice or shown wrongly if a crash or another person interrupts a start or a decision at any line.

Some lines are tried here; `make soak` tries every line.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest

from webapp.autotunes import action_outcomes, action_sending, action_settling, actions, outcomes
from webapp.autotunes.actions import ActionClick, decline, next_number, submit, withdraw
from webapp.autotunes.states import ActionKind, ActionState
from webapp.store import ActionRecord, StoreError, action_queries

from .harness import Harness, open_harness
from .in_memory_statsig import ACTION_FAULTS, InMemoryStatsig
from .schedules import Crash, interruption

TRACED_FILES = {module.__file__ for module in (actions, action_sending, action_settling, action_outcomes, outcomes)}
STEP = 61  # between the sampled lines: a prime, and each case starts at another line
OPEN = (ActionState.SENDING, ActionState.UNKNOWN)
Act = Callable[["Schedule"], Any]


class Schedule:
    """An autotune that can be started, or decided, and people who do it. `clicks`: those that may send."""

    def __init__(self, harness: Harness, kind: ActionKind, fault: str) -> None:
        harness.reset()
        self.harness, self.kind, self.clicks = harness, kind, 0
        self.record_id = harness.save_new("form")
        harness.statsig.fault = "created"
        harness.click_create(self.record_id, "reader")
        self.autotune = harness.statsig.autotunes[0]
        self.autotune.is_started = kind == ActionKind.DECIDE
        harness.statsig.action_fault = fault

    @property
    def action(self) -> ActionRecord | None:
        with self.harness.stores[0].read() as session:
            return action_queries.last(session, self.record_id)

    @property
    def is_done(self) -> bool:
        return self.autotune.is_started if self.kind == ActionKind.START else self.autotune.winner == "red"

    def click(self, actor: str, process: int = 0) -> None:
        """Clicks on a page that was opened just now: it confirms what is requested, or is a click of its own."""
        action = self.action
        requested = action is not None and action.state == ActionState.REQUESTED
        number = action.number if action is not None and requested else next_number(action)
        variant = ("red", "red", "Sells") if self.kind == ActionKind.DECIDE else ("", "", "")
        self.clicks += 1
        submit(self.harness.services(process), ActionClick(self.record_id, self.kind, number, actor, *variant))

    def visit(self, seconds: float = 0, process: int = 0) -> Any:
        self.harness.clock.forward(seconds)
        return action_settling.settle(self.harness.services(process), self.action)

    def close(self, close: Callable[..., bool], *arguments: str) -> None:
        close(self.harness.services(1), self.record_id, 1, *arguments)

    def check(self) -> None:
        action, statsig = self.action, self.harness.statsig
        assert statsig.puts <= self.clicks, "sent more often than clicked"
        if action is None:
            assert not self.is_done, "is done, and nobody has clicked"
        elif action.state == ActionState.DONE:
            assert self.is_done, "is shown as done, and is not"
        elif action.state == ActionState.FAILED:
            assert not self.is_done and not statsig.late_actions, "is shown as not done, and is"

    def finish(self) -> None:
        """Visits too early and too close, a late commit, and two visits half a minute apart; then another click."""
        for seconds in (61, 15, 1):
            self.check()
            self.visit(seconds)
        self.check()
        self.harness.statsig.commit_late()
        for _ in range(2):
            self.visit(31)
            self.check()
        self._click_again()

    def _click_again(self) -> None:
        action, puts = self.action, self.harness.statsig.puts
        if action is not None and action.state in OPEN:
            assert action.is_accepted, "not settled by two reads after the grace period"
            return
        if self.is_done:
            return
        self.harness.statsig.action_fault = "done"
        for actor in ("author", "last reader"):
            self.click(actor)
            self.check()
        assert self.is_done and self.harness.statsig.puts == puts + 1


@contextmanager
def one_clock(approval: bool = False) -> Iterator[Harness]:
    """A harness whose clock is that of deadlines too: nothing is sent by a process that was stopped for too long."""
    with open_harness(InMemoryStatsig(), approval) as harness, pytest.MonkeyPatch.context() as patch:
        patch.setattr("webapp.statsig.deadline._now", harness.clock)
        yield harness


@pytest.fixture
def harness() -> Iterator[Harness]:
    with one_clock() as harness:
        yield harness


@pytest.fixture
def approval_harness() -> Iterator[Harness]:
    with one_clock(approval=True) as harness:
        yield harness


def run_with_crash(harness: Harness, kind: ActionKind, fault: str, line: int | None) -> int:
    """A click and visits, with a crash at a line. Returns the number of lines."""
    schedule = Schedule(harness, kind, fault)
    lines = [0]
    try:
        with interruption(line, files=TRACED_FILES) as lines:
            schedule.click("reader")
            for seconds in (0, 31):
                schedule.visit(seconds)
    except Crash:
        pass
    schedule.finish()
    return lines[0]


def visits_after_the_claim(schedule: Schedule) -> None:
    schedule.visit(61, 1)
    schedule.harness.statsig.commit_late()
    for seconds in (80, 31):
        schedule.visit(seconds, 1)


# What someone else does in another process, while a reader confirms what an author asked for.
CONCURRENT: dict[str, Act] = {
    "confirmation": lambda schedule: schedule.click("someone", 1),
    "own confirmation": lambda schedule: schedule.click("author", 1),
    "withdrawal": lambda schedule: schedule.close(withdraw, "author"),
    "decline": lambda schedule: schedule.close(decline, "someone", "No"),
    "visits after the claim": visits_after_the_claim,
}


def run_with_concurrent_action(harness: Harness, fault: str, concurrent: str, line: int | None) -> int:
    schedule = Schedule(harness, ActionKind.START, fault)
    schedule.click("author")
    assert harness.statsig.puts == 0
    schedule.clicks = 0  # this one only asked for it

    def other() -> None:
        clicks = schedule.clicks
        try:
            CONCURRENT[concurrent](schedule)
        except StoreError:
            schedule.clicks = clicks
            raise

    with interruption(line, other, TRACED_FILES) as lines:
        schedule.click("reader")
    schedule.finish()
    return lines[0]


@pytest.mark.parametrize("fault", ACTION_FAULTS)
def test_crash_at_sampled_lines(harness: Harness, fault: str) -> None:
    number = list(ACTION_FAULTS).index(fault)
    kind = list(ActionKind)[number % 2]
    lines = run_with_crash(harness, kind, fault, None)
    for line in range(1 + 5 * number, lines + 1, STEP):
        run_with_crash(harness, kind, fault, line)


@pytest.mark.parametrize("concurrent", CONCURRENT)
def test_concurrent_action_at_sampled_lines(approval_harness: Harness, concurrent: str) -> None:
    lines = run_with_concurrent_action(approval_harness, "done", concurrent, None)
    for line in range(1 + 5 * list(CONCURRENT).index(concurrent), lines + 1, STEP):
        run_with_concurrent_action(approval_harness, "done", concurrent, line)


@pytest.mark.soak
def test_crash_at_every_line(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    runs = 0
    for kind, fault in product(ActionKind, ACTION_FAULTS):
        for line in range(1, run_with_crash(harness, kind, fault, None) + 1):
            run_with_crash(harness, kind, fault, line)
            runs += 1
    with capsys.disabled():
        print(f"\n{runs} starts and decisions with a crash at each line: sent twice 0, wrong message 0")
    assert runs > 2_000


@pytest.mark.soak
def test_concurrent_action_at_every_line(approval_harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    runs = 0
    for fault, concurrent in product(ACTION_FAULTS, CONCURRENT):
        for line in range(1, run_with_concurrent_action(approval_harness, fault, concurrent, None) + 1):
            run_with_concurrent_action(approval_harness, fault, concurrent, line)
            runs += 1
    with capsys.disabled():
        print(f"\n{runs} starts with another person at each line: sent twice 0, wrong message 0")
    assert runs > 2_000
