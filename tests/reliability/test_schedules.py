"""It cannot create twice, lose a word or say what is not so: whatever happens at any line of one person's work.

`make test` tries some lines, `make soak` every one, and prints how many.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product

import pytest

from .harness import World, world
from .network_edge import FAULTS, Edge
from .schedules import FIRST, SECOND, counts, meet, run

# Primes to the number of lines, so that no line is always left out; each row begins at another one.
EVERY, OFTEN = 97, 67
# One fault of each kind: what is answered, whether it is created, and when.
KINDS = (
    "created",
    "created, 500",
    "created, 400 in use",
    "created late, silence",
    "created, not by id, silence",
    "nothing, silence",
    "refused, 400",
    "refused, 400 in use",
    "refused, 429",
)
UNCLEAR = (
    "created, 500",
    "created late, silence",
    "created late, 400 in use",
    "created, not by id, silence",
    "nothing, silence",
    "nothing, long list, silence",
)
# Only what comes of a press differs by fault; what is looked up is what was unclear.
FAULTS_OF = {"press": KINDS, "change": ("created",), "visit": UNCLEAR, "review": ("created",), "confirm": UNCLEAR}


@pytest.fixture(scope="module")
def free() -> Iterator[World]:
    with world(Edge()) as made:
        yield made


@pytest.fixture(scope="module")
def by_two() -> Iterator[World]:
    """Someone other than the last editor creates it."""
    with world(Edge(), approval=True) as made:
        yield made


@pytest.mark.parametrize("people", [1, 2])
@pytest.mark.parametrize("fault", FAULTS)
def test_crash_at_sampled_lines(free: World, fault: str, people: int) -> None:
    lines = run(free, fault, people, crash_at=None)
    for line in range(1 + 5 * list(FAULTS).index(fault), lines + 1, EVERY * people):
        run(free, fault, people, line)


@pytest.mark.parametrize("first", FIRST)
@pytest.mark.parametrize("second", SECOND)
def test_concurrent_change_at_sampled_lines(by_two: World, first: str, second: str) -> None:
    faults, row = FAULTS_OF[first], list(SECOND).index(second)
    for turn, fault in enumerate(faults):
        lines = meet(by_two, fault, first, second, None)
        for line in range(1 + (5 * row + 7 * turn) % OFTEN, lines + 1, OFTEN * len(faults)):
            meet(by_two, fault, first, second, line)


@pytest.mark.soak
def test_crash_at_every_line(free: World, capsys: pytest.CaptureFixture[str]) -> None:
    with _counted(capsys, "with a crash at each line", at_least=5_000):
        for people, faults in ((1, tuple(FAULTS)), (2, KINDS)):
            for fault in faults:
                for line in range(1, run(free, fault, people, crash_at=None) + 1):
                    run(free, fault, people, line)


@pytest.mark.soak
def test_concurrent_change_at_every_line(by_two: World, capsys: pytest.CaptureFixture[str]) -> None:
    with _counted(capsys, "with somebody else at each line", at_least=3_000):
        for first, second in product(FIRST, SECOND):
            for fault in FAULTS_OF[first]:
                for line in range(1, meet(by_two, fault, first, second, None) + 1):
                    meet(by_two, fault, first, second, line)


@contextmanager
def _counted(capsys: pytest.CaptureFixture[str], what: str, at_least: int) -> Iterator[None]:
    """Prints what was counted, also where a schedule does not hold."""
    counts.clear()
    try:
        yield
    finally:
        with capsys.disabled():
            print(f"\n{counts['runs']} schedules {what}: {counts}; {counts['again']} pressed again when ready again")
    assert counts["runs"] >= at_least and counts["again"] and counts["created"]
