"""All actions in any order: writing, editing, creating, crashing, visiting, foreign creates, and clocks set wrong.

`make test` does a short run; `make soak` at least 20,000 steps, and prints the counts.
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

from .harness import FORM_DATA, Counts, FormInput, Harness, memory_folder
from .in_memory_statsig import FAULTS, InMemoryStatsig
from .schedules import UNCERTAIN_NAME, Crash, interruption

LATE_COMMIT_SECONDS = 25  # how long after its response Statsig commits a create at the latest
counts = Counts()

people = st.sampled_from(["anna", "ben"])
processes = project_numbers = st.integers(0, 1)
names = st.sampled_from(["Red", "Blue", UNCERTAIN_NAME])
optional_line = st.none() | st.integers(1, 140)


class AutotuneStateMachine(RuleBasedStateMachine):
    rows = Bundle("rows")

    @initialize(approval=st.booleans(), projects=st.integers(1, 2))
    def open(self, approval: bool, projects: int) -> None:
        self.folder = tempfile.TemporaryDirectory(dir=memory_folder())
        self.statsig = InMemoryStatsig()
        self.harness = Harness(self.folder.name, self.statsig, approval)
        if projects == 2:
            self.harness.add_project()
        self.projects = [project.name for project in self.harness.services().projects.all()]
        self.row_count = 0
        self.forms: dict[str, list[FormInput]] = {}
        self.reasons: dict[str, list[str]] = {}
        self.since_commit = 0.0

    def teardown(self) -> None:
        counts.end_run(self.harness)
        self.harness.close()
        self.folder.cleanup()

    @rule(
        target=rows,
        name=names,
        check=st.booleans(),
        actor=people,
        process=processes,
        line=optional_line,
        project=project_numbers,
    )
    def write(self, name: str, check: bool, actor: str, process: int, line: int | None, project: int) -> Any:
        """Each row has a description of its own, by which its body is recognized in Statsig."""
        self.row_count += 1
        form_data = FORM_DATA | {"name": name, "description": f"row {self.row_count}"}
        form_input = FormInput(form_data, f"form {self.row_count}", 0, self.projects[project % len(self.projects)])
        with crash_at(line):
            self.harness.submit_new(form_input, actor, check, process)
        record = self.harness.with_token(form_input.token)
        if record is None:
            return multiple()  # it crashed before the commit, and nothing was acknowledged
        self.harness.acknowledged[record.id] = form_data
        self.forms[record.id], self.reasons[record.id] = [form_input], []
        return record.id

    @rule(
        row=rows,
        name=st.none() | names,
        goal=st.sampled_from(["more", "less"]),
        check=st.booleans(),
        actor=people,
        line=optional_line,
        project=st.integers(-1, 1),
    )
    def edit(
        self, row: str, name: str | None, goal: str, check: bool, actor: str, line: int | None, project: int
    ) -> None:
        """Submits a form that was opened just now, perhaps with another project."""
        record = self.harness.record(row)
        changed = {"goalRichText": goal} | ({"name": name} if name else {})
        chosen = "" if project < 0 else self.projects[project % len(self.projects)]
        token = f"form {len(self.forms[row])} of {row}"
        form_input = FormInput(stored_form_data(record) | changed, token, record.version, chosen)
        self.forms[row].append(form_input)
        with crash_at(line):
            saved = self.harness.submit(row, form_input, actor, check)
            assert saved == (record.state in EDITABLE), "a conflict although nobody else changed it"

    @rule(row=rows, which=st.integers(0, 9), actor=people, check=st.booleans(), process=processes)
    def resubmit_form(self, row: str, which: int, actor: str, check: bool, process: int) -> None:
        """Submits an earlier form again, as after the back button."""
        forms, before = self.forms[row], self.harness.record(row)
        form_input = forms[which % len(forms)]
        saved = self.harness.submit(row, form_input, actor, check, process)
        is_latest = before.last_form_token == form_input.token or before.version == form_input.version
        assert not saved or is_latest, "an old form replaced a newer version"

    @rule(row=rows, fault=st.sampled_from(sorted(FAULTS)), actor=people, process=processes, line=optional_line)
    def click_create(self, row: str, fault: str, actor: str, process: int, line: int | None) -> None:
        self.statsig.fault = fault
        with crash_at(line):
            self.harness.click_create(row, actor, process)

    @rule(
        row=rows, other=rows, number=st.integers(0, 5), line=st.integers(1, 120), fault=st.sampled_from(sorted(FAULTS))
    )
    def create_during_concurrent_action(self, row: str, other: str, number: int, line: int, fault: str) -> None:
        self.statsig.fault = fault
        with interruption(line, self._concurrent_action(other, number)):
            self.harness.click_create(row, "anna")

    @rule(row=rows, other=rows, number=st.integers(0, 5), line=st.integers(1, 60))
    def visit_during_concurrent_action(self, row: str, other: str, number: int, line: int) -> None:
        with interruption(line, self._concurrent_action(other, number)):
            self.harness.visit(row)

    def _concurrent_action(self, row: str, number: int) -> Callable[[], Any]:
        """What someone does in the other process at the same time."""
        harness = self.harness
        return (
            lambda: harness.click_create(row, "ben", 1),
            lambda: harness.click_create(row, "anna", 1),
            lambda: harness.visit(row, 1),
            lambda: harness.submit(row, self._input_with_goal(row, "concurrent"), "anna", True, 1),
            lambda: harness.confirm(row, "ben", 1),
            lambda: (harness.confirm(row, "ben", 1), harness.click_create(row, "ben", 1)),
        )[number]

    def _input_with_goal(self, row: str, goal: str) -> FormInput:
        record = self.harness.record(row)
        return FormInput(stored_form_data(record) | {"goalRichText": goal}, f"concurrent {row}", record.version, "")

    @rule(row=rows, process=processes, line=st.none() | st.integers(1, 90))
    def visit(self, row: str, process: int, line: int | None) -> None:
        with crash_at(line):
            self.harness.visit(row, process)

    @rule(row=rows, process=processes, line=st.none() | st.integers(1, 60))
    def review(self, row: str, process: int, line: int | None) -> None:
        with crash_at(line):
            self.harness.review(row, process)

    @rule(row=rows, other=rows, number=st.integers(0, 5), line=st.integers(1, 60))
    def review_during_concurrent_action(self, row: str, other: str, number: int, line: int) -> None:
        with interruption(line, self._concurrent_action(other, number)):
            self.harness.review(row)

    @rule(row=rows, actor=people, process=processes, line=st.none() | st.integers(1, 90))
    def confirm_not_created(self, row: str, actor: str, process: int, line: int | None) -> None:
        before = self.harness.record(row)
        with crash_at(line):
            if self.harness.confirm(row, actor, process):
                assert before.state in (State.UNKNOWN, State.SENDING)
                inconclusive = not id_is_certain(before.name) or "long list" in self.statsig.fault
                assert inconclusive or self._is_taken(before), "confirmed by a user although reading can tell"

    def _is_taken(self, record: AutotuneRecord) -> bool:
        return any(autotune.foreign and autotune.body["name"] == record.name for autotune in self.statsig.autotunes)

    @rule(row=rows, actor=people, process=processes, stale=st.booleans())
    def reject(self, row: str, actor: str, process: int, stale: bool) -> None:
        before = self.harness.record(row)
        reason = f"Reason {len(self.reasons[row])} of {actor}"
        rejected = self.harness.reject(row, actor, reason, process, before.version - stale)
        is_last_editor = self.harness.settings.require_approval and before.changed_by == actor
        assert rejected == (before.state == State.READY and not is_last_editor and not stale)
        self.reasons[row] += [f"Rejected: {reason}"] if rejected else []

    @rule(seconds=st.sampled_from([1, 10, 31, 61, 100]))
    def wait(self, seconds: int) -> None:
        self.harness.clock.forward(seconds)
        self.since_commit += seconds
        if self.since_commit > LATE_COMMIT_SECONDS:
            self.statsig.commit_late()
            self.since_commit = 0

    @rule(days=st.sampled_from([-1, 1]))
    @precondition(
        lambda self: not self.statsig.late
    )  # together with a late commit, a wrong clock is not covered by the guarantees
    def set_the_clock(self, days: int) -> None:
        self.harness.clock.forward(days * 86_400)

    @rule(row=rows, same=st.booleans())
    def create_foreign(self, row: str, same: bool) -> None:
        record = self.harness.record(row)
        body = json.loads(record.body or "null")
        if body:
            body = body if same else body | {"description": "not ours"}
            self.statsig.create_foreign(record.project, body)

    @invariant()
    def no_guarantee_is_violated(self) -> None:
        counts["steps"] += 1
        counts.check_creates(self.harness)
        for row, reasons in self.reasons.items():
            counts.check_record(self.harness, self.harness.record(row))
            assert set(reasons) <= set(self.harness.history(row)), "a reason is lost"


@contextmanager
def crash_at(line: int | None) -> Iterator[None]:
    with suppress(Crash), interruption(line) if line else nullcontext():
        yield


SHORT_RUN = settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
LONG_RUN = settings(SHORT_RUN, max_examples=1_000, stateful_step_count=30)


def test_short_run_of_the_state_machine() -> None:
    run_state_machine_as_test(AutotuneStateMachine, settings=SHORT_RUN)


@pytest.mark.soak
def test_long_run_of_the_state_machine(capsys: pytest.CaptureFixture[str]) -> None:
    counts.clear()
    try:
        run_state_machine_as_test(AutotuneStateMachine, settings=LONG_RUN)
    finally:
        with capsys.disabled():
            print(f"\n{counts['steps']} steps of {counts['runs']} state machines: {counts}")
    assert counts["steps"] >= 20_000
