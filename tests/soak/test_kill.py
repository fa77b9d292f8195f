"""The served process is killed 200 times while people create and write: nothing acknowledged is lost, nothing is
created twice, and what is ready again is pressed again."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from ..upstream import serving
from .lane import Lane

pytestmark = pytest.mark.soak
KILLS = 200
LANES = 2  # desks side by side, each with a database and a Statsig of its own


def test_killed_servers_create_nothing_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(LANES) as pool:
        lanes = [Lane(tmp_path / str(each), stack.enter_context(serving()), each) for each in range(LANES)]
        list(pool.map(_live, lanes))
    rows = [row for lane in lanes for row in lane.rows]
    hit = sum((lane.hit for lane in lanes), Counter[str]())
    made = Counter(name for lane in lanes for name in lane.names_sent())
    counted = {
        "created twice": sum(count > 1 for count in made.values()),
        "lost": sum(lane.lost for lane in lanes),
        "wrong word": sum(lane.wrong for lane in lanes),
        "not settled in two looks": sum(lane.unsettled for lane in lanes),
    }
    with capsys.disabled():
        print(
            f"\n{KILLS} kills hit presses that were: {_said(hit)}. {sum(row.presses for row in rows)} presses of "
            f"{len(rows)} autotunes, {sum(row.presses > 1 for row in rows)} of them pressed again when ready again, "
            f"and {sum(len(lane.drafts) for lane in lanes)} drafts saved in between: {_said(counted)}"
        )
    assert not any(counted.values()), counted
    assert {row.state for row in rows} == {"created"}
    assert set(made) == {row.name for row in rows}
    assert hit["sending, sent"] >= KILLS // 10 and hit["sending, not sent"] and hit["created"] and hit["ready"]


def _live(lane: Lane) -> None:
    for _ in range(KILLS // LANES):
        lane.one_life()
    lane.end()


def _said(counts: dict[str, int]) -> str:
    return ", ".join(f"{what} {count}" for what, count in sorted(counts.items()))
