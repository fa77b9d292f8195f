"""Plans on the way, with the worker process as it is."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from webapp.forecast.queue import REMEMBERED, SILENCE, Plans
from webapp.forecast.scenario import Question
from webapp.forecast.serialization import write_question
from webapp.forecast.status import BUSY, CLOSING, CRASHED, LATE, Stage, Standing
from webapp.forecast.steps import answer

from ..conftest import Clock
from .workers import LONG, QUICK, SOON, eventually, gone, kill, until

SLOW = Question((0.05, 0.052, 0.051), 2000, 24, 1, 99, days=28, launches=300)  # its table takes some seconds


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
    kill(plans)
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
    seen = [plans.ask(SLOW, SOON)]
    while seen[-1].stage is not Stage.DONE:
        seen.append(until(plans, SLOW, Stage.RUNNING, Stage.PLANNED, Stage.DONE))
    stages = [standing.stage for standing in seen]
    assert list(dict.fromkeys(stages)) == [Stage.RUNNING, Stage.PLANNED, Stage.DONE]
    for stage in (Stage.RUNNING, Stage.PLANNED):
        parts = [standing.done for standing in seen if standing.stage is stage]
        assert parts == sorted(parts)
    assert parts[-1] > 0
    planned, done = seen[stages.index(Stage.PLANNED)].answer, seen[-1].answer
    assert planned and done and planned.plan == done.plan
    assert (len(planned.table), len(done.table)) == (0, 25)


def test_the_worker_says_how_far_it_is() -> None:
    said = said_by_the_worker(write_question(LONG), until=lambda said: len(said) == 9)
    parts = [message["done"] for message in said]
    assert parts == sorted(parts) and len(set(parts)) > 3 and parts[0] >= 0 and parts[-1] < 1


def test_what_nobody_asks_for_any_more_is_called_off(plans: Plans) -> None:
    plans.ask(LONG, 0.3)
    worker = plans.worker
    eventually(lambda: not plans._line)
    assert not plans._made
    assert until(plans, QUICK, Stage.DONE).answer
    assert plans.worker == worker


def test_asking_on_keeps_it_and_a_short_lease_ends_it(make_plans: Callable[..., Plans], clock: Clock) -> None:
    plans = make_plans(clock=clock)
    plans.ask(LONG, 60.0)
    for _ in range(6):
        clock.forward(0.5)
        plans.shorten(LONG, 0.6)
        plans._look()
        assert plans.ask(LONG, 0.6).stage is Stage.RUNNING and not plans._line[0].off
    clock.forward(0.7)
    eventually(lambda: not plans._line)
    assert not plans._made


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
    first = kill(plans)
    assert until(plans, LONG, Stage.FAILED).trouble == CRASHED
    assert until(plans, QUICK, Stage.DONE).answer
    assert plans.worker not in (None, first)


def test_who_waits_for_a_plan_that_crashes_learns_of_it_at_once(plans: Plans) -> None:
    with asking(plans, LONG) as waiting:
        kill(plans)
    assert waiting[0].trouble == CRASHED


def test_a_failure_is_forgotten_so_that_it_can_be_tried_again(make_plans: Callable[..., Plans], clock: Clock) -> None:
    plans = make_plans(clock=clock)
    plans.ask(LONG, 600.0)
    kill(plans)
    until(plans, LONG, Stage.FAILED)
    clock.forward(REMEMBERED - 0.1)
    assert plans.ask(LONG, 600.0).trouble == CRASHED
    clock.forward(0.2)
    assert plans.ask(LONG, 600.0).stage is Stage.RUNNING


def test_what_takes_too_long_is_called_off(make_plans: Callable[..., Plans]) -> None:
    plans = make_plans(limit=0.3)
    assert until(plans, LONG, Stage.FAILED).trouble == LATE
    assert not plans._line


def test_a_worker_that_hangs_is_ended(make_plans: Callable[..., Plans], clock: Clock) -> None:
    plans = make_plans(clock=clock)
    plans.ask(LONG, 600.0)
    worker = kill(plans, signal.SIGSTOP)
    clock.forward(SILENCE - 1)
    plans._look()
    assert plans.ask(LONG, 600.0).stage is Stage.RUNNING
    with asking(plans, LONG) as waiting:
        # more than once: what it said before it was stopped may be heard only now
        eventually(lambda: bool(clock.forward(SILENCE + 1) or waiting))
    assert waiting[0].trouble == LATE
    assert gone(worker)


@contextmanager
def asking(plans: Plans, question: Question) -> Iterator[list[Standing]]:
    """Somebody waits for a plan in the block, and has the answer after it: long before he would have given up."""
    found: list[Standing] = []
    began = time.monotonic()
    thread = threading.Thread(target=lambda: found.append(plans.ask(question, 600.0, wait=4 * SOON)))
    thread.start()
    eventually(lambda: bool(plans._changed._waiters))  # type: ignore[attr-defined]
    yield found
    thread.join()
    assert time.monotonic() - began < 3 * SOON


def test_another_window_or_threshold_has_the_same_table_and_does_not_wait_for_it(plans: Plans) -> None:
    first = until(plans, QUICK, Stage.DONE).answer
    other = replace(QUICK, exploration_hours=48, threshold=80)
    found = until(plans, other, Stage.DONE).answer
    assert first and found and found == answer(other)
    assert found.table is first.table


def test_a_worker_that_is_warmed_up_is_the_one_that_plans(plans: Plans) -> None:
    plans.warm()
    warmed = plans.worker
    assert warmed
    until(plans, QUICK, Stage.DONE)
    assert plans.worker == warmed


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
    with asking(plans, LONG) as waiting:
        worker = plans.worker
        plans.close()
    assert worker and gone(worker)
    assert waiting[0].trouble == CLOSING
    assert plans.ask(QUICK, 1.0).trouble == CLOSING


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_does_not_outlive_a_desk_that_is_killed(how: signal.Signals) -> None:
    services = subprocess.Popen(
        [sys.executable, "-c", DESK], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert services.stdout
    worker = int(services.stdout.readline())
    services.send_signal(how)
    services.wait(SOON)
    services.stdout.close()
    eventually(lambda: gone(worker))


DESK = """
import time
from webapp.forecast.scenario import Question
from webapp.forecast.queue import Plans
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
    said = said_by_the_worker("nonsense", write_question(QUICK), until=lambda said: said[-1] == {"id": 2, "over": ""})
    assert said[0] == {"id": 1, "over": "failed"}
    assert [message["id"] for message in said[1:] if "answer" in message] == [2, 2]


def said_by_the_worker(*questions: str, until: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
    """All that it says to these questions, until it says this."""
    run = subprocess.Popen(
        [sys.executable, "-m", "forecast.worker", "60"],
        cwd=Path(__file__).parents[2] / "webapp",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    said: list[dict[str, Any]] = []
    with run:
        assert run.stdin and run.stdout
        for number, question in enumerate(questions, start=1):
            run.stdin.write(json.dumps({"id": number, "question": question}) + "\n")
        run.stdin.flush()
        while not said or not until(said):
            said.append(json.loads(run.stdout.readline()))
        run.stdin.close()
    return said
