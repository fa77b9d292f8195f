"""The forecast queue with a real worker process."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from webapp.forecast.compute import compute_forecast
from webapp.forecast.queue import CACHE_SIZE, FAILURE_SECONDS, MAX_JOBS, MAX_JOBS_OF_PERSON, ForecastQueue
from webapp.forecast.results import Forecast
from webapp.forecast.scenario import Scenario
from webapp.forecast.status import (
    CRASHED,
    NO_WORKER,
    PERSON_LIMIT,
    QUEUE_FULL,
    SHUTTING_DOWN,
    TIMED_OUT,
    ForecastStatus,
    Stage,
)
from webapp.forecast.worker_process import WORKING_DIRECTORY, WorkerProcess

from ..conftest import Clock
from .workers import (
    QUICK,
    SLOW,
    SOON,
    eventually,
    has_exited,
    send_signal,
    several,
    stopped_worker,
    until,
    worker_pid,
)

ROOT = Path(__file__).parents[2]
COMMON = Scenario((0.05, 0.055, 0.05), 2000, 24, 1, 95, days=14)
BAD = replace(QUICK, threshold=81)  # ends the worker with a traceback


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[Scenario]:
    """The scenario of each step that a worker gets."""
    scenarios: list[Scenario] = []
    send = WorkerProcess.send

    def record(worker: WorkerProcess, command: str, scenario: Scenario) -> None:
        if command == "step":
            scenarios.append(scenario)
        send(worker, command, scenario)

    monkeypatch.setattr(WorkerProcess, "send", record)
    return scenarios


# --- results


def test_forecast_equals_the_computed_one_to_the_last_digit(queue: ForecastQueue) -> None:
    status = until(queue, QUICK, Stage.DONE)
    assert status.forecast == compute_forecast(QUICK)


def test_same_scenario_is_served_from_the_cache_without_a_worker(queue: ForecastQueue) -> None:
    until(queue, QUICK, Stage.DONE)
    send_signal(queue)
    eventually(lambda: worker_pid(queue) is None)
    assert queue.request(replace(QUICK), 1.0).stage is Stage.DONE
    assert worker_pid(queue) is None


def test_cache_keeps_only_the_last_forecasts(queue: ForecastQueue) -> None:
    scenarios = several(CACHE_SIZE + 1, replace(QUICK, rates=(0.1, 0.1), runs=1, days=1))
    for scenario in scenarios:
        until(queue, scenario, Stage.DONE)
    assert len(queue._results) == CACHE_SIZE
    assert queue.request(scenarios[-1], 1.0).stage is Stage.DONE
    assert queue.request(scenarios[0], 1.0).stage is not Stage.DONE


def test_progress_rises_and_summary_comes_first_and_stays(queue: ForecastQueue) -> None:
    statuses = [queue.request(SLOW, SOON)]
    while statuses[-1].stage is not Stage.DONE:
        time.sleep(0.02)
        statuses.append(queue.request(SLOW, SOON))
    assert list(dict.fromkeys(status.stage for status in statuses)) == [Stage.RUNNING, Stage.COMPARING, Stage.DONE]
    progress = [status.progress for status in statuses]
    assert progress == sorted(progress) and (progress[0], progress[-1]) == (0, 1)
    forecasts = [status.forecast for status in statuses if status.forecast]
    assert {forecast.summary for forecast in forecasts} == {forecasts[-1].summary}
    assert (len(forecasts[0].comparison), len(forecasts[-1].comparison)) == (0, 25)


def test_concurrent_requests_for_one_scenario_share_one_forecast(queue: ForecastQueue) -> None:
    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(lambda _: until(queue, QUICK, Stage.DONE), range(12)))
    assert len({id(status.forecast) for status in statuses}) == 1


# --- whose step is next


def test_first_answers_come_before_details_which_take_turns(queue: ForecastQueue, steps: list[Scenario]) -> None:
    scenarios = several(3)
    with stopped_worker(queue):
        for scenario in scenarios:
            queue.request(scenario, SOON)
    for scenario in scenarios:
        until(queue, scenario, Stage.DONE)
    assert steps[:9] == scenarios * 3


def test_late_request_is_answered_before_the_details_of_others(queue: ForecastQueue, steps: list[Scenario]) -> None:
    with stopped_worker(queue):
        queue.request(SLOW, SOON)
    until(queue, SLOW, Stage.COMPARING)
    with stopped_worker(queue):
        queue.request(QUICK, SOON)
    until(queue, QUICK, Stage.COMPARING, Stage.DONE)
    assert steps.index(QUICK) <= 3


def test_person_with_many_questions_delays_another_by_one_step(queue: ForecastQueue, steps: list[Scenario]) -> None:
    *of_anna, of_ben = several(MAX_JOBS_OF_PERSON + 1)
    with stopped_worker(queue):
        for scenario in of_anna:
            queue.request(scenario, SOON, person="anna@example.com")
        status = queue.request(of_ben, SOON, person="ben@example.com")
        assert status == ForecastStatus(Stage.WAITING, queue_position=1)
        assert queue.request(of_anna[1], SOON, person="anna@example.com").queue_position == 2
    until(queue, of_anna[-1], Stage.DONE, person="anna@example.com")
    assert steps[:4] == [of_anna[0], of_ben, *of_anna[1:]]


def test_question_that_two_people_share_comes_as_early_as_for_either(
    queue: ForecastQueue, steps: list[Scenario]
) -> None:
    scenarios = several(3)
    with stopped_worker(queue):
        for scenario in scenarios:
            queue.request(scenario, SOON, person="anna@example.com")
        queue.request(scenarios[2], SOON, person="ben@example.com")
    until(queue, scenarios[2], Stage.DONE)
    assert steps[:3] == [scenarios[0], scenarios[2], scenarios[1]]


@pytest.mark.slow
def test_twelve_people_at_once_get_an_answer_or_their_place_and_the_worker_stays_small(queue: ForecastQueue) -> None:
    def ask(person: int) -> ForecastStatus:
        return queue.request(replace(COMMON, seed=person), SOON, wait=3.0, person=f"{person}@example.com")

    began = time.monotonic()
    with ThreadPoolExecutor(12) as pool:
        statuses = list(pool.map(ask, range(12)))
    assert time.monotonic() - began < 10
    places = [status.queue_position for status in statuses if not status.forecast]
    assert {status.stage for status in statuses} <= {Stage.WAITING, Stage.RUNNING, Stage.COMPARING}
    assert sorted(places) == [*range(len(places))] and len(places) < 12
    assert _peak_memory(worker_pid(queue)) < 100_000


def _peak_memory(pid: int | None) -> int:
    """In kilobytes."""
    return int(re.findall(r"VmHWM:\s+([0-9]+) kB", Path(f"/proc/{pid}/status").read_text())[0])


# --- limits


def test_person_at_the_limit_is_told_what_to_do_and_others_are_answered(queue: ForecastQueue) -> None:
    first, *others, refused = several(MAX_JOBS_OF_PERSON + 1)
    with stopped_worker(queue):
        for scenario in (first, *others):
            assert queue.request(scenario, SOON, person="anna@example.com").stage.open
        limit = PERSON_LIMIT.format(MAX_JOBS_OF_PERSON)
        assert queue.request(refused, SOON, person="anna@example.com").error == limit
        assert queue.request(first, SOON, person="anna@example.com").stage.open
        assert queue.request(refused, -1.0, person="ben@example.com").stage.open
        queue.request(first, -1.0, person="anna@example.com")  # its page was closed
        assert queue.request(refused, SOON, person="anna@example.com").stage.open


def test_requests_beyond_the_limit_in_all_are_refused(queue: ForecastQueue) -> None:
    scenarios = several(MAX_JOBS + 1)
    with stopped_worker(queue):
        for place, scenario in enumerate(scenarios[:MAX_JOBS]):
            assert queue.request(scenario, SOON).queue_position == place
        assert queue.request(scenarios[MAX_JOBS], SOON).error == QUEUE_FULL
        queue.request(scenarios[3], -1.0)
        assert queue.request(scenarios[MAX_JOBS], SOON).queue_position == MAX_JOBS - 1


# --- leases


def test_forecast_is_dropped_when_its_lease_expires_and_the_worker_goes_on(queue: ForecastQueue) -> None:
    queue.start_worker()
    worker = worker_pid(queue)
    queue.request(SLOW, 0.1)
    eventually(lambda: not queue._jobs)
    assert until(queue, QUICK, Stage.DONE).forecast
    assert SLOW not in queue._results and worker_pid(queue) == worker


def test_last_request_decides_how_long_the_lease_is(make_queue: Callable[..., ForecastQueue], clock: Clock) -> None:
    queue = make_queue(clock=clock)
    queue.request(SLOW, 60.0)
    for _ in range(3):
        clock.forward(0.5)
        assert queue.request(SLOW, 0.6).stage.open
    clock.forward(0.7)
    eventually(lambda: not queue._jobs)
    assert not queue._results


def test_dropped_forecast_starts_again_when_it_is_requested(queue: ForecastQueue) -> None:
    until(queue, SLOW, Stage.COMPARING)
    queue.request(SLOW, -1.0)
    eventually(lambda: not queue._jobs)
    assert queue.request(SLOW, SOON) == ForecastStatus(Stage.RUNNING)
    assert until(queue, SLOW, Stage.DONE).forecast == compute_forecast(SLOW)


# --- failures


@pytest.mark.slow
def test_crash_fails_only_the_forecast_whose_step_was_running(queue: ForecastQueue, steps: list[Scenario]) -> None:
    scenarios = several(3, SLOW)
    for scenario in scenarios:
        until(queue, scenario, Stage.COMPARING)
    with stopped_worker(queue) as worker:
        crashed = steps[-1]
        os.kill(worker, signal.SIGKILL)
    status = until(queue, crashed, Stage.FAILED)
    assert status.error == CRASHED and status.forecast, "the summary is lost"
    for scenario in {*scenarios} - {crashed}:
        assert until(queue, scenario, Stage.DONE).forecast == compute_forecast(scenario)
    assert worker_pid(queue) not in (None, worker)


def test_forecast_that_starts_again_keeps_its_summary_and_its_progress(queue: ForecastQueue) -> None:
    progress = until(queue, SLOW, Stage.COMPARING).progress
    assert until(queue, BAD, Stage.FAILED).error == CRASHED
    while (status := queue.request(SLOW, SOON)).stage is Stage.COMPARING:
        assert status.forecast and status.progress >= progress
        progress = status.progress
        time.sleep(0.02)
    assert status.forecast == compute_forecast(SLOW)


def test_waiting_request_is_notified_of_a_crash_at_once(queue: ForecastQueue) -> None:
    with stopped_worker(queue) as worker, waiting_request(queue, QUICK) as statuses:
        os.kill(worker, signal.SIGKILL)
    assert statuses[0].error == CRASHED


def test_failure_is_remembered_briefly_and_then_tried_again(
    make_queue: Callable[..., ForecastQueue], clock: Clock
) -> None:
    queue = make_queue(clock=clock)
    assert until(queue, BAD, Stage.FAILED).error == CRASHED
    clock.forward(FAILURE_SECONDS - 0.1)
    assert queue.request(BAD, SOON).error == CRASHED
    queue.clear_failure(BAD)
    assert queue.request(BAD, SOON).stage is Stage.RUNNING
    until(queue, BAD, Stage.FAILED)
    clock.forward(FAILURE_SECONDS + 0.1)
    assert queue.request(BAD, SOON).stage is Stage.RUNNING


@pytest.mark.slow
def test_step_that_takes_too_long_fails_and_the_others_start_again(make_queue: Callable[..., ForecastQueue]) -> None:
    queue = make_queue(timeout=2.0)
    stuck, other = several(2)
    with stopped_worker(queue) as worker:
        queue.request(stuck, SOON)
        queue.request(other, SOON)
        assert until(queue, stuck, Stage.FAILED).error == TIMED_OUT
        assert has_exited(worker)
    assert until(queue, other, Stage.DONE).forecast == compute_forecast(other)


def test_parts_that_cannot_be_read_fail_the_forecast_and_are_logged(
    queue: ForecastQueue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Forecast, "from_dict", {}.__getitem__)
        assert until(queue, QUICK, Stage.FAILED).error == CRASHED
    assert "a forecast failed" in caplog.text
    assert until(queue, replace(QUICK, seed=2), Stage.DONE).forecast


def test_worker_that_cannot_be_started_is_reported(queue: ForecastQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    queue.start_worker()
    assert until(queue, QUICK, Stage.FAILED).error == NO_WORKER


@contextmanager
def waiting_request(queue: ForecastQueue, scenario: Scenario) -> Iterator[list[ForecastStatus]]:
    """A request that waits during the block, and returns soon after it: long before its wait is over."""
    statuses: list[ForecastStatus] = []
    began = time.monotonic()
    thread = threading.Thread(target=lambda: statuses.append(queue.request(scenario, 600.0, wait=4 * SOON)))
    thread.start()
    eventually(lambda: any(job.steps for job in queue._jobs))
    yield statuses
    thread.join()
    assert time.monotonic() - began < 3 * SOON


# --- the process


def test_worker_is_started_ahead_or_by_the_first_forecast_and_reused(queue: ForecastQueue) -> None:
    assert worker_pid(queue) is None
    queue.start_worker()
    pid = worker_pid(queue)
    assert pid
    for scenario in several(2):
        until(queue, scenario, Stage.DONE)
        assert worker_pid(queue) == pid


def test_close_fails_waiting_requests_and_ends_the_worker(queue: ForecastQueue) -> None:
    with stopped_worker(queue) as worker, waiting_request(queue, QUICK) as statuses:
        began = time.monotonic()
        queue.close()
        assert time.monotonic() - began < 2
        assert has_exited(worker)
    assert statuses[0].error == SHUTTING_DOWN
    assert queue.request(replace(QUICK, seed=2), 1.0).error == SHUTTING_DOWN


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
def test_worker_exits_in_the_middle_of_a_step_when_the_web_process_ends(signal_number: signal.Signals) -> None:
    web_process = subprocess.Popen([sys.executable, "-c", WEB_PROCESS], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert web_process.stdout
    worker = int(web_process.stdout.readline())
    web_process.send_signal(signal_number)
    web_process.wait(SOON)
    web_process.stdout.close()
    eventually(lambda: has_exited(worker), within=2)


WEB_PROCESS = """
import time
from webapp.forecast.scenario import Scenario
from webapp.forecast.queue import ForecastQueue
queue = ForecastQueue()
queue.request(Scenario((0.05,) * 10, 2000, 24, 1, 95, days=56, runs=5000), 60.0, wait=1.0)
print(queue._worker._child.pid, flush=True)
time.sleep(60)
"""


def test_worker_that_is_told_to_stop_exits(queue: ForecastQueue) -> None:
    queue.request(SLOW, SOON)
    worker = send_signal(queue, signal.SIGTERM)
    eventually(lambda: has_exited(worker), within=2)


def test_worker_environment_has_no_secrets(queue: ForecastQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSIG_API_KEY", "console-secret")
    queue.start_worker()
    assert b"STATSIG" not in Path(f"/proc/{worker_pid(queue)}/environ").read_bytes()


def test_worker_does_not_import_the_app() -> None:
    code = "import sys, forecast.worker; print({'webapp', 'flask', 'sqlalchemy', 'wtforms'} & sys.modules.keys())"
    output = subprocess.check_output([sys.executable, "-c", code], cwd=WORKING_DIRECTORY, text=True)
    assert output.strip() == "set()"
