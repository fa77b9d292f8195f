"""Anything in any order: writing, changing, pressing, crashing, visiting, other people's creates, clocks set wrong.

`make test` takes a short walk; `make soak` at least 20,000 steps, and prints what was counted.
"""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from webapp.autotunes.drafts import stored_form_data
from webapp.autotunes.states import EDITABLE, State
from webapp.contract.ids import id_is_certain
from webapp.store import AutotuneRecord

from .harness import ANSWERS, Counts, Typed, World, memory
from .network_edge import FAULTS, Edge
from .schedules import UNCERTAIN, Crash, interrupted

LATEST = 25  # seconds that a commit of Statsig may come after its request
counts = Counts()

people = st.sampled_from(["anna", "ben"])
desks = st.integers(0, 1)
names = st.sampled_from(["Red", "Blue", UNCERTAIN])
maybe_line = st.none() | st.integers(1, 140)


class Once(RuleBasedStateMachine):
    rows = Bundle("rows")

    @initialize(approval=st.booleans(), projects=st.integers(1, 2))
    def open(self, approval: bool, projects: int) -> None:
        self.folder = tempfile.TemporaryDirectory(dir=memory())
        self.edge = Edge()
        self.world = World(self.folder.name, self.edge, approval)
        if projects == 2:
            self.world.add_project()
        self.projects = [project.name for project in self.world.services().projects.all()]
        self.written = 0
        self.forms: dict[str, list[Typed]] = {}
        self.reasons: dict[str, list[str]] = {}
        self.since_late = 0.0

    def teardown(self) -> None:
        counts.end(self.world)
        self.world.close()
        self.folder.cleanup()

    @rule(target=rows, name=names, check=st.booleans(), actor=people, services=desks, line=maybe_line, project=desks)
    def write(self, name: str, check: bool, actor: str, services: int, line: int | None, project: int) -> Any:
        """The description tells which row a body came from, whatever becomes of it."""
        self.written += 1
        answers = ANSWERS | {"name": name, "description": f"row {self.written}"}
        typed = Typed(answers, f"form {self.written}", 0, self.projects[project % len(self.projects)])
        with crashing_at(line):
            self.world.send_new(typed, actor, check, services)
        found = self.world.with_token(typed.token)
        if found is None:
            return multiple()  # the crash came first, and nobody was told that it is kept
        self.world.typed[found.id] = answers
        self.forms[found.id], self.reasons[found.id] = [typed], []
        return found.id

    @rule(
        row=rows,
        name=st.none() | names,
        goal=st.sampled_from(["more", "less"]),
        check=st.booleans(),
        actor=people,
        line=maybe_line,
        project=st.integers(-1, 1),
    )
    def change(
        self, row: str, name: str | None, goal: str, check: bool, actor: str, line: int | None, project: int
    ) -> None:
        """A form that was opened just now, by somebody who may choose another project in it."""
        record = self.world.record(row)
        changed = {"goalRichText": goal} | ({"name": name} if name else {})
        chosen = "" if project < 0 else self.projects[project % len(self.projects)]
        token = f"form {len(self.forms[row])} of {row}"
        typed = Typed(stored_form_data(record) | changed, token, record.version, chosen)
        self.forms[row].append(typed)
        with crashing_at(line):
            kept = self.world.submit(row, typed, actor, check)
            assert kept == (record.state in EDITABLE), "nobody else changed it"

    @rule(row=rows, which=st.integers(0, 9), actor=people, check=st.booleans(), services=desks)
    def send_an_old_form_again(self, row: str, which: int, actor: str, check: bool, services: int) -> None:
        """By the back button, or by a browser that repeats itself."""
        forms, before = self.forms[row], self.world.record(row)
        typed = forms[which % len(forms)]
        kept = self.world.submit(row, typed, actor, check, services)
        knew_the_latest = before.last_form_token == typed.token or before.version == typed.version
        assert not kept or knew_the_latest, "an old form replaced what it had not seen"

    @rule(row=rows, fault=st.sampled_from(sorted(FAULTS)), actor=people, services=desks, line=maybe_line)
    def click_create(self, row: str, fault: str, actor: str, services: int, line: int | None) -> None:
        self.edge.fault = fault
        with crashing_at(line):
            self.world.click_create(row, actor, services)

    @rule(row=rows, other=rows, what=st.integers(0, 5), line=st.integers(1, 120), fault=st.sampled_from(sorted(FAULTS)))
    def create_during_another_step(self, row: str, other: str, what: int, line: int, fault: str) -> None:
        self.edge.fault = fault
        with interrupted(line, self._something(other, what)):
            self.world.click_create(row, "anna")

    @rule(row=rows, other=rows, what=st.integers(0, 5), line=st.integers(1, 60))
    def visit_while_somebody_else(self, row: str, other: str, what: int, line: int) -> None:
        with interrupted(line, self._something(other, what)):
            self.world.visit(row)

    def _something(self, row: str, what: int) -> Callable[[], Any]:
        """What a person does on the other desk in the middle of somebody's work."""
        world = self.world
        return (
            lambda: world.click_create(row, "ben", 1),
            lambda: world.click_create(row, "anna", 1),
            lambda: world.visit(row, 1),
            lambda: world.submit(row, self._goal(row, "concurrent"), "anna", True, 1),
            lambda: world.confirm(row, "ben", 1),
            lambda: (world.confirm(row, "ben", 1), world.click_create(row, "ben", 1)),
        )[what]

    def _goal(self, row: str, goal: str) -> Typed:
        record = self.world.record(row)
        return Typed(stored_form_data(record) | {"goalRichText": goal}, f"concurrent {row}", record.version, "")

    @rule(row=rows, services=desks, line=st.none() | st.integers(1, 90))
    def visit(self, row: str, services: int, line: int | None) -> None:
        with crashing_at(line):
            self.world.visit(row, services)

    @rule(row=rows, services=desks, line=st.none() | st.integers(1, 60))
    def review(self, row: str, services: int, line: int | None) -> None:
        with crashing_at(line):
            self.world.review(row, services)

    @rule(row=rows, other=rows, what=st.integers(0, 5), line=st.integers(1, 60))
    def review_while_somebody_else(self, row: str, other: str, what: int, line: int) -> None:
        with interrupted(line, self._something(other, what)):
            self.world.review(row)

    @rule(row=rows, actor=people, services=desks, line=st.none() | st.integers(1, 90))
    def say_that_it_is_not_there(self, row: str, actor: str, services: int, line: int | None) -> None:
        """Somebody has looked in Statsig, or says so."""
        before = self.world.record(row)
        with crashing_at(line):
            if self.world.confirm(row, actor, services):
                assert before.state in (State.UNKNOWN, State.SENDING)
                inconclusive = not id_is_certain(before.name) or "long list" in self.edge.fault
                assert inconclusive or self._is_taken(before), "settled by a word, not by reading"

    def _is_taken(self, record: AutotuneRecord) -> bool:
        return any(each.foreign and each.body["name"] == record.name for each in self.edge.kept)

    @rule(row=rows, actor=people, services=desks, stale=st.booleans())
    def reject(self, row: str, actor: str, services: int, stale: bool) -> None:
        before = self.world.record(row)
        reason = f"No, says {actor} for the {len(self.reasons[row])}. time"
        done = self.world.reject(row, actor, reason, services, before.version - stale)
        own = self.world.settings.require_approval and before.changed_by == actor
        assert done == (before.state == State.READY and not own and not stale)
        self.reasons[row] += [f"Rejected: {reason}"] if done else []

    @rule(seconds=st.sampled_from([1, 10, 31, 61, 100]))
    def wait(self, seconds: int) -> None:
        self.world.clock.forward(seconds)
        self.since_late += seconds
        if self.since_late > LATEST:
            self.edge.catch_up()
            self.since_late = 0

    @rule(days=st.sampled_from([-1, 1]))
    @precondition(lambda self: not self.edge.late)  # a wrong clock and a late commit together are not promised
    def set_the_clock(self, days: int) -> None:
        self.world.clock.forward(days * 86_400)

    @rule(row=rows, same=st.booleans())
    def somebody_else_creates(self, row: str, same: bool) -> None:
        record = self.world.record(row)
        body = json.loads(record.body or "null")
        if body:
            body = body if same else body | {"description": "not ours"}
            self.edge.create_elsewhere(record.project, body)

    @invariant()
    def all_is_well(self) -> None:
        """Nothing sent more often than pressed, or created twice; nothing typed is lost; no row says what is not so."""
        counts["steps"] += 1
        counts.once(self.world)
        for row, reasons in self.reasons.items():
            counts.look(self.world, self.world.record(row))
            assert set(reasons) <= set(self.world.history(row)), "a reason is lost"


@contextmanager
def crashing_at(line: int | None) -> Iterator[None]:
    with suppress(Crash), interrupted(line) if line else nullcontext():
        yield


SHORT = settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(SHORT, max_examples=1_000, stateful_step_count=30)


def test_short_run_of_the_state_machine() -> None:
    run_state_machine_as_test(Once, settings=SHORT)


@pytest.mark.soak
def test_long_run_of_the_state_machine(capsys: pytest.CaptureFixture[str]) -> None:
    counts.clear()
    try:
        run_state_machine_as_test(Once, settings=LONG)
    finally:
        with capsys.disabled():
            print(f"\n{counts['steps']} steps of {counts['runs']} state machines: {counts}")
    assert counts["steps"] >= 20_000
