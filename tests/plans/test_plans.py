"""Plans on the way, with the worker process as it is."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from webapp.planner import Question
from webapp.planner.answers import answer
from webapp.planner.wire import write_question
from webapp.plans import Plans, Stage, Standing
from webapp.plans.standing import BUSY, CLOSING, CRASHED, LATE

QUICK = Question((0.1, 0.2), 500, 24, 1, 90, days=3, launches=20)
LONG = Question(tuple(0.05 + row / 10_000 for row in range(10)), 2000, 24, 1, 95, days=56, launches=5000)
SOON = 20.0  # seconds in which a quick plan is there even on a busy machine


def until(plans: Plans, question: Question, *stages: Stage, lease: float = SOON) -> Standing:
    """Asks until the plan has come to one of the stages."""
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        found = plans.ask(question, lease, wait=0.2)
        if found.stage in stages:
            return found
        time.sleep(0.02)
    raise AssertionError(f"still {found.stage}")


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_the_answer_is_that_of_the_planner_to_the_last_digit(plans: Plans) -> None:
    found = until(plans, QUICK, Stage.DONE)
    assert found.answer == answer(QUICK)


def test_the_worker_starts_with_the_first_plan_and_stays(plans: Plans) -> None:
    assert plans.worker is None
    until(plans, QUICK, Stage.DONE)
    first = plans.worker
    assert first
    until(plans, replace(QUICK, seed=2), Stage.DONE)
    assert plans.worker == first


def test_the_same_question_is_answered_at_once_and_the_worker_is_not_asked_again(plans: Plans) -> None:
    until(plans, QUICK, Stage.DONE)
    os.kill(plans.worker or 0, signal.SIGKILL)
    eventually(lambda: plans.worker is None)
    assert plans.ask(replace(QUICK), 1.0).stage is Stage.DONE
    assert plans.worker is None


def test_the_last_answers_alone_are_kept(plans: Plans) -> None:
    for seed in range(40):
        until(plans, replace(QUICK, launches=10, days=1, seed=seed), Stage.DONE)
    assert len(plans._made) == 32
    assert plans.ask(replace(QUICK, launches=10, days=1, seed=39), 1.0).stage is Stage.DONE
    assert plans.ask(replace(QUICK, launches=10, days=1, seed=0), 1.0).stage is not Stage.DONE


def test_progress_rises_and_the_plan_comes_before_the_table(plans: Plans) -> None:
    question = Question((0.05, 0.052, 0.051), 2000, 24, 1, 99, days=28, launches=1000)
    seen: list[Standing] = []
    while not seen or seen[-1].stage is not Stage.DONE:
        seen.append(plans.ask(question, SOON))
        time.sleep(0.02)
    stages = [standing.stage for standing in seen]
    assert list(dict.fromkeys(stages)) == [Stage.RUNNING, Stage.PLANNED, Stage.DONE]
    for stage in (Stage.RUNNING, Stage.PLANNED):
        parts = [standing.done for standing in seen if standing.stage is stage]
        assert parts == sorted(parts)
        assert len(set(parts)) > 3
    planned, done = seen[stages.index(Stage.PLANNED)].answer, seen[-1].answer
    assert planned and done and planned.plan == done.plan
    assert (len(planned.table), len(done.table)) == (0, 25)


def test_what_nobody_asks_for_any_more_is_called_off(plans: Plans) -> None:
    plans.ask(LONG, 0.3)
    worker = plans.worker
    began = time.monotonic()
    eventually(lambda: not plans._line)
    assert time.monotonic() - began < 3
    assert until(plans, QUICK, Stage.DONE).answer
    assert plans.worker == worker


def test_asking_on_keeps_it_and_a_short_lease_ends_it(plans: Plans) -> None:
    plans.ask(LONG, 60.0)
    for _ in range(6):
        time.sleep(0.3)
        plans.shorten(LONG, 0.6)
        assert plans.ask(LONG, 0.6).stage is Stage.RUNNING
    eventually(lambda: not plans._line)


def test_one_called_off_can_be_asked_for_again_at_once(plans: Plans) -> None:
    plans.ask(LONG, 60.0)
    plans.shorten(LONG, -1.0)
    eventually(lambda: not plans._line or plans._line[0].off)
    assert plans.ask(LONG, 60.0).stage in (Stage.WAITING, Stage.RUNNING)
    until(plans, LONG, Stage.RUNNING)


def test_a_short_line_waits_and_more_are_told_so(make_plans: Callable[..., Plans]) -> None:
    plans = make_plans(line=3)
    assert plans.ask(LONG, 60.0).stage is Stage.RUNNING
    assert plans.ask(replace(LONG, seed=2), 60.0) == Standing(Stage.WAITING, ahead=1)
    assert plans.ask(QUICK, 60.0) == Standing(Stage.WAITING, ahead=2)
    assert plans.ask(replace(LONG, seed=4), 60.0).trouble == BUSY
    assert plans.ask(LONG, 60.0).stage is Stage.RUNNING
    plans.shorten(LONG, -1.0)
    plans.shorten(replace(LONG, seed=2), -1.0)
    assert until(plans, QUICK, Stage.DONE).answer


def test_a_crash_is_said_and_the_next_plan_works(plans: Plans) -> None:
    plans.ask(LONG, 60.0)
    plans.ask(QUICK, 60.0)
    first = plans.worker
    os.kill(first or 0, signal.SIGKILL)
    assert until(plans, LONG, Stage.FAILED).trouble == CRASHED
    assert until(plans, QUICK, Stage.DONE).answer
    assert plans.worker not in (None, first)


def test_who_waits_for_a_plan_that_crashes_learns_of_it_at_once(plans: Plans) -> None:
    threading.Timer(0.5, lambda: os.kill(plans.worker or 0, signal.SIGKILL)).start()
    began = time.monotonic()
    assert plans.ask(LONG, 60.0, wait=SOON).trouble == CRASHED
    assert time.monotonic() - began < 5


def test_a_failure_is_forgotten_so_that_it_can_be_tried_again(plans: Plans) -> None:
    plans.ask(QUICK, 60.0)
    os.kill(plans.worker or 0, signal.SIGKILL)
    until(plans, QUICK, Stage.FAILED)
    assert until(plans, QUICK, Stage.DONE).answer


def test_what_takes_too_long_is_called_off(make_plans: Callable[..., Plans]) -> None:
    plans = make_plans(limit=0.3)
    assert until(plans, LONG, Stage.FAILED).trouble == LATE
    assert not plans._line


def test_a_worker_that_hangs_is_ended(make_plans: Callable[..., Plans]) -> None:
    plans = make_plans(limit=60.0, grace=-59.0)  # a worker that hangs cannot call itself off: a second is enough
    plans.ask(LONG, 60.0)
    worker = plans.worker or 0
    os.kill(worker, signal.SIGSTOP)
    assert plans.ask(LONG, 60.0, wait=SOON).trouble == LATE
    assert gone(worker)


def test_many_threads_ask_for_the_same_and_it_is_made_once(plans: Plans) -> None:
    found: list[Standing] = []
    threads = [threading.Thread(target=lambda: found.append(until(plans, QUICK, Stage.DONE))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert len({id(standing.answer) for standing in found}) == 1


def test_closing_calls_off_and_leaves_no_process(plans: Plans) -> None:
    plans.ask(LONG, 60.0)
    worker = plans.worker or 0
    waiting: list[Standing] = []
    thread = threading.Thread(target=lambda: waiting.append(plans.ask(LONG, 60.0, wait=SOON)))
    thread.start()
    time.sleep(0.3)
    plans.close()
    thread.join()
    assert gone(worker)
    assert waiting[0].trouble == CLOSING
    assert plans.ask(QUICK, 1.0).trouble == CLOSING


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_does_not_outlive_a_desk_that_is_killed(how: signal.Signals) -> None:
    desk = subprocess.Popen(
        [sys.executable, "-c", DESK], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert desk.stdout
    worker = int(desk.stdout.readline())
    desk.send_signal(how)
    desk.wait(SOON)
    desk.stdout.close()
    eventually(lambda: gone(worker))


DESK = """
import time
from webapp.planner import Question
from webapp.plans import Plans
plans = Plans()
plans.ask(Question((0.05,) * 10, 2000, 24, 1, 95, days=56, launches=5000), 60.0)
print(plans.worker, flush=True)
time.sleep(60)
"""


def test_the_worker_gets_nothing_of_the_desks_environment_that_it_does_not_need(
    plans: Plans, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STATSIG_API_KEY", "console-secret")
    until(plans, QUICK, Stage.DONE)
    assert b"STATSIG" not in Path(f"/proc/{plans.worker}/environ").read_bytes()


def test_a_question_that_breaks_the_worker_leaves_it_alive() -> None:
    lines = ['{"id": 1, "question": "nonsense"}', json.dumps({"id": 2, "question": write_question(QUICK)})]
    run = subprocess.Popen(
        [sys.executable, "-m", "planner.worker", "60"],
        cwd=Path(__file__).parents[2] / "webapp",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with run:
        assert run.stdin and run.stdout
        run.stdin.write("\n".join(lines) + "\n")
        run.stdin.flush()
        said = [json.loads(line) for line in iter(run.stdout.readline, '{"id": 2, "over": ""}\n')]
        run.stdin.close()
    assert said[0] == {"id": 1, "over": "failed"}
    assert [message["id"] for message in said[1:] if "answer" in message] == [2, 2]
