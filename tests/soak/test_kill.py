"""The server is killed 200 times while users create and edit: nothing acknowledged is lost, nothing is created twice,
and what is ready again can be created."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from ..fake_statsig import serve_fake_statsig
from .kill_run import KillRun

pytestmark = pytest.mark.soak
KILLS = 200
RUNS = 2  # at the same time


def test_killed_servers_create_nothing_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(RUNS) as pool:
        statsigs = [stack.enter_context(serve_fake_statsig()) for _ in range(RUNS)]
        runs = [KillRun(tmp_path / str(number), statsig, number) for number, statsig in enumerate(statsigs)]
        list(pool.map(_run, runs))
    rows = [row for run in runs for row in run.rows]
    states = sum((run.states_after_kill for run in runs), Counter[str]())
    creates = Counter(name for run in runs for name in run.names_sent())
    failures = {
        "created twice": sum(count > 1 for count in creates.values()),
        "lost": sum(run.lost for run in runs),
        "wrong message": sum(run.wrong for run in runs),
        "not reconciled in two reads": sum(run.unreconciled for run in runs),
    }
    with capsys.disabled():
        print(
            f"\n{KILLS} kills hit clicks that were: {_format(states)}. {sum(row.clicks for row in rows)} clicks on "
            f"{len(rows)} autotunes, {sum(row.clicks > 1 for row in rows)} of them again when ready again, "
            f"and {sum(len(run.drafts) for run in runs)} drafts saved in between: {_format(failures)}"
        )
    assert not any(failures.values()), failures
    assert {row.state for row in rows} == {"created"}
    assert set(creates) == {row.name for row in rows}
    assert states["sending, sent"] >= KILLS // 10
    assert states["sending, not sent"] and states["created"] and states["ready"]


def _run(run: KillRun) -> None:
    for _ in range(KILLS // RUNS):
        run.run_once()
    run.finish()


def _format(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
