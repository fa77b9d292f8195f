"""Anything in any order: writing, changing, pressing, crashing, visiting, other people's creates, clocks set wrong.

`make test` takes a short walk; `make soak` at least 20,000 steps, and prints how many.
"""

import json
import tempfile
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from webapp.autotunes import EDITABLE, Changed, Closed, State, Typed, save
from webapp.store import records
from webapp.store.migrate import migrate

from .edge import FAULTS, Edge
from .schedules import ANSWERS, Crash, World, crashing_at, memory

LATEST = 25  # seconds that a commit of Statsig may come after its request
steps: Counter[str] = Counter()


class Once(RuleBasedStateMachine):
    rows = Bundle("rows")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir=memory())
        self.edge = Edge()
        self.world = World(self.folder.name, self.edge)
        migrate(self.world.store)
        self.written = 0
        self.foreign: list[dict[str, Any]] = []
        self.since_late = 0.0

    def teardown(self) -> None:
        self.world.store.close()
        self.folder.cleanup()

    @rule(target=rows, name=st.sampled_from(["Red", "Blue"]), check=st.booleans())
    def write(self, name: str, check: bool) -> str:
        """The description tells which row a body came from, whatever becomes of it."""
        self.written += 1
        answers = ANSWERS | {"name": name, "description": f"row {self.written}"}
        return save(self.world.desk(), None, Typed(answers, f"form {self.written}", 0, ""), "author", check).id

    @rule(row=rows, goal=st.sampled_from(["more", "less"]), check=st.booleans())
    def change(self, row: str, goal: str, check: bool) -> None:
        record = self.world.record(row)
        answers = json.loads(record.answers) | {"goalRichText": goal}
        try:
            save(self.world.desk(), row, Typed(answers, "another form", record.version, ""), "editor", check)
        except Closed:
            assert record.state not in EDITABLE
        except Changed as changed:
            raise AssertionError("nobody else changed it") from changed

    @rule(row=rows, fault=st.sampled_from(sorted(FAULTS)), line=st.none() | st.integers(1, 140))
    def press(self, row: str, fault: str, line: int | None) -> None:
        self.edge.fault = fault
        with crashing_at(line), suppress(Crash):
            self.world.press(row, "somebody")

    @rule(row=rows, line=st.none() | st.integers(1, 90))
    def visit(self, row: str, line: int | None) -> None:
        with crashing_at(line), suppress(Crash):
            self.world.visit(row)

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
        body = json.loads(self.world.record(row).body or "null")
        if body:
            body = body if same else body | {"description": "not ours"}
            self.foreign.append(body)
            self.edge.kept.append(body)

    @invariant()
    def nothing_is_sent_more_often_than_pressed(self) -> None:
        steps["all"] += 1
        assert self.edge.posts <= self.world.presses

    @invariant()
    def nothing_is_created_twice(self) -> None:
        ours = [body["name"] for body in self.edge.kept + self.edge.late if not self._is_foreign(body)]
        assert all(count == 1 for count in Counter(ours).values()), ours

    @invariant()
    def no_row_says_what_is_not_so(self) -> None:
        ours = {body["description"] for body in self.edge.kept + self.edge.late if not self._is_foreign(body)}
        anybodys = {body["description"] for body in self.edge.kept}
        for record in self._records():
            mark = json.loads(record.answers)["description"]
            assert record.state != State.CREATED or mark in anybodys, "says created, and it is not"
            assert mark not in ours or record.state not in EDITABLE, "says not created, and it is"

    def _is_foreign(self, body: dict[str, Any]) -> bool:
        return any(body is each for each in self.foreign)

    def _records(self) -> list[Any]:
        with self.world.store.read() as session:
            return list(records.in_states(session, list(State)))


SHORT = settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(SHORT, max_examples=1_000, stateful_step_count=30)


def test_a_short_walk() -> None:
    run_state_machine_as_test(Once, settings=SHORT)


@pytest.mark.soak
def test_a_long_walk(capsys: pytest.CaptureFixture[str]) -> None:
    steps.clear()
    run_state_machine_as_test(Once, settings=LONG)
    with capsys.disabled():
        print(f"\n{steps['all']} steps of the state machine: created twice 0, lost 0, wrong word 0")
    assert steps["all"] >= 20_000
