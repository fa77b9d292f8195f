"""Nothing is created twice, lost or shown wrongly if a crash or another person interrupts the work at any line.

`make test-slow` tries some lines; `make soak` tries every line and prints how many.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product

import pytest

from .harness import Harness, open_harness
from .in_memory_statsig import FAULTS, InMemoryStatsig
from .schedules import ACTIONS, CONCURRENT_ACTIONS, counts, run_with_concurrent_action, run_with_crash

pytestmark = pytest.mark.slow

# Steps between the sampled lines: primes, and each case starts at another line, so that together they reach all lines.
CRASH_STEP, CONCURRENT_STEP = 97, 67
# One fault for each kind of response, created or not, in time or late.
TYPICAL_FAULTS = (
    "created",
    "created, 500",
    "created, 400 in use",
    "created late, silence",
    "created, not by id, silence",
    "not created, silence",
    "rejected, 400",
    "rejected, 400 in use",
    "rejected, 429",
)
UNKNOWN_OUTCOMES = (
    "created, 500",
    "created late, silence",
    "created late, 400 in use",
    "created, not by id, silence",
    "not created, silence",
    "not created, long list, silence",
)
# The faults that make a difference to an action: only a create meets them, and only unknown outcomes are reconciled.
FAULTS_BY_ACTION = {
    "create": TYPICAL_FAULTS,
    "edit": ("created",),
    "visit": UNKNOWN_OUTCOMES,
    "review": ("created",),
    "confirm": UNKNOWN_OUTCOMES,
}


@pytest.fixture(scope="module")
def harness() -> Iterator[Harness]:
    with open_harness(InMemoryStatsig()) as harness:
        yield harness


@pytest.fixture(scope="module")
def approval_harness() -> Iterator[Harness]:
    """Someone other than the last editor must create an autotune."""
    with open_harness(InMemoryStatsig(), approval=True) as harness:
        yield harness


@pytest.mark.parametrize("people", [1, 2])
@pytest.mark.parametrize("fault", FAULTS)
def test_crash_at_sampled_lines(harness: Harness, fault: str, people: int) -> None:
    lines = run_with_crash(harness, fault, people, crash_at=None)
    for line in range(1 + 5 * list(FAULTS).index(fault), lines + 1, CRASH_STEP * people):
        run_with_crash(harness, fault, people, line)


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("concurrent", CONCURRENT_ACTIONS)
def test_concurrent_action_at_sampled_lines(approval_harness: Harness, action: str, concurrent: str) -> None:
    faults, row = FAULTS_BY_ACTION[action], list(CONCURRENT_ACTIONS).index(concurrent)
    for column, fault in enumerate(faults):
        lines = run_with_concurrent_action(approval_harness, fault, action, concurrent, None)
        first_line = 1 + (5 * row + 7 * column) % CONCURRENT_STEP
        for line in range(first_line, lines + 1, CONCURRENT_STEP * len(faults)):
            run_with_concurrent_action(approval_harness, fault, action, concurrent, line)


@pytest.mark.soak
def test_crash_at_every_line(harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    with print_counts(capsys, "with a crash at each line", at_least=5_000):
        for people, faults in ((1, tuple(FAULTS)), (2, TYPICAL_FAULTS)):
            for fault in faults:
                for line in range(1, run_with_crash(harness, fault, people, crash_at=None) + 1):
                    run_with_crash(harness, fault, people, line)


@pytest.mark.soak
def test_concurrent_action_at_every_line(approval_harness: Harness, capsys: pytest.CaptureFixture[str]) -> None:
    with print_counts(capsys, "with another person at each line", at_least=3_000):
        for action, concurrent in product(ACTIONS, CONCURRENT_ACTIONS):
            for fault in FAULTS_BY_ACTION[action]:
                lines = run_with_concurrent_action(approval_harness, fault, action, concurrent, None)
                for line in range(1, lines + 1):
                    run_with_concurrent_action(approval_harness, fault, action, concurrent, line)


@contextmanager
def print_counts(capsys: pytest.CaptureFixture[str], label: str, at_least: int) -> Iterator[None]:
    """Prints the counts, also if the test fails."""
    counts.clear()
    try:
        yield
    finally:
        with capsys.disabled():
            print(
                f"\n{counts['runs']} schedules {label}: {counts}; {counts['again']} created after they were ready again"
            )
    assert counts["runs"] >= at_least and counts["again"] and counts["created"]
