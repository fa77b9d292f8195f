"""It cannot create twice: a crash at every line, under every fault. `make schedules` runs them all and counts."""

import pytest

from .edge import FAULTS, Edge
from .schedules import run, world

EVERY = 9  # in the short run; a prime to the number of lines, so that no line is always left out


@pytest.mark.parametrize("people", [1, 2])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_crash_at_some_lines(fault: str, people: int) -> None:
    with world(Edge()) as made:
        lines = run(made, fault, people, crash_at=None)
        for line in range(1, lines + 1, EVERY):
            run(made, fault, people, line)


@pytest.mark.soak
def test_a_crash_at_every_line(capsys: pytest.CaptureFixture[str]) -> None:
    count = 0
    with world(Edge()) as made:
        for fault in FAULTS:
            for people in (1, 2, 3):
                for line in range(1, run(made, fault, people, crash_at=None) + 1):
                    run(made, fault, people, line)
                    count += 1
    with capsys.disabled():
        print(f"\n{count} schedules of crash point, fault and submitters: created twice 0, lost 0, wrong word 0")
    assert count >= 5_000
