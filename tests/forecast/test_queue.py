"""The forecast queue with a real worker process."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from webapp.forecast.compute import compute_forecast
from webapp.forecast.queue import FAILURE_SECONDS, ForecastQueue
from webapp.forecast.results import Forecast
from webapp.forecast.scenario import Scenario
from webapp.forecast.status import CRASHED, QUEUE_FULL, SHUTTING_DOWN, TIMED_OUT, ForecastStatus, Stage

from ..conftest import Clock
from .workers import LONG, QUICK, SOON, eventually, has_exited, kill, until, worker_pid

SLOW = Scenario((0.05, 0.052, 0.051), 2000, 24, 1, 99, days=28, runs=300)  # its comparison takes some seconds


def test_forecast_equals_the_computed_one_to_the_last_digit(queue: ForecastQueue) -> None:
    status = until(queue, QUICK, Stage.DONE)
    assert status.forecast == compute_forecast(QUICK)


def test_worker_starts_with_the_first_forecast_and_is_reused(queue: ForecastQueue) -> None:
    assert worker_pid(queue) is None
    until(queue, QUICK, Stage.DONE)
    first = worker_pid(queue)
    assert first
    until(queue, replace(QUICK, seed=2), Stage.DONE)
    assert worker_pid(queue) == first


def test_same_scenario_is_served_from_the_cache_without_a_worker(queue: ForecastQueue) -> None:
    until(queue, QUICK, Stage.DONE)
    kill(queue)
    eventually(lambda: worker_pid(queue) is None)
    assert queue.request(replace(QUICK), 1.0).stage is Stage.DONE
    assert worker_pid(queue) is None


def test_cache_keeps_only_the_last_forecasts(queue: ForecastQueue) -> None:
    for seed in range(40):
        until(queue, replace(QUICK, runs=10, days=1, seed=seed), Stage.DONE)
    assert len(queue._forecasts) == 32
    assert queue.request(replace(QUICK, runs=10, days=1, seed=39), 1.0).stage is Stage.DONE
    assert queue.request(replace(QUICK, runs=10, days=1, seed=0), 1.0).stage is not Stage.DONE


def test_progress_rises_and_summary_comes_before_comparison(queue: ForecastQueue) -> None:
    statuses = [queue.request(SLOW, SOON)]
    while statuses[-1].stage is not Stage.DONE:
        statuses.append(until(queue, SLOW, Stage.RUNNING, Stage.COMPARING, Stage.DONE))
    stages = [status.stage for status in statuses]
    assert list(dict.fromkeys(stages)) == [Stage.RUNNING, Stage.COMPARING, Stage.DONE]
    for stage in (Stage.RUNNING, Stage.COMPARING):
        parts = [status.progress for status in statuses if status.stage is stage]
        assert parts == sorted(parts)
    assert parts[-1] > 0
    first, done = statuses[stages.index(Stage.COMPARING)].forecast, statuses[-1].forecast
    assert first and done and first.summary == done.summary
    assert (len(first.comparison), len(done.comparison)) == (0, 25)


def test_forecast_is_cancelled_when_its_lease_expires(queue: ForecastQueue) -> None:
    queue.start_worker()
    worker = worker_pid(queue)
    queue.request(LONG, 0.3)
    eventually(lambda: not queue._jobs)
    assert not queue._forecasts
    assert until(queue, QUICK, Stage.DONE).forecast
    assert worker and has_exited(worker)


def test_polling_renews_a_short_lease_and_silence_ends_it(
    make_queue: Callable[..., ForecastQueue], clock: Clock
) -> None:
    queue = make_queue(clock=clock)
    queue.request(LONG, 60.0)
    for _ in range(6):
        clock.forward(0.5)
        queue.shorten_lease(LONG, 0.6)
        progress = queue.request(LONG, 0.6).progress
        eventually(lambda earlier=progress: queue.request(LONG, 0.6).progress > earlier)  # type: ignore[misc]
    clock.forward(0.7)
    eventually(lambda: not queue._jobs)
    assert not queue._forecasts


def test_cancelled_forecast_can_be_requested_again_at_once(queue: ForecastQueue) -> None:
    queue.request(LONG, 60.0)
    queue.shorten_lease(LONG, -1.0)
    eventually(lambda: not queue._jobs)
    assert queue.request(LONG, 60.0).stage is Stage.RUNNING
    eventually(lambda: queue.request(LONG, 60.0).progress > 0)


def test_requests_wait_in_the_queue_and_are_rejected_when_it_is_full(make_queue: Callable[..., ForecastQueue]) -> None:
    queue = make_queue(max_jobs=3)
    assert queue.request(LONG, 60.0).stage is Stage.RUNNING
    assert queue.request(replace(LONG, seed=2), 60.0) == ForecastStatus(Stage.WAITING, queue_position=1)
    assert queue.request(QUICK, 60.0) == ForecastStatus(Stage.WAITING, queue_position=2)
    assert queue.request(replace(LONG, seed=4), 60.0).error == QUEUE_FULL
    assert queue.request(LONG, 60.0).stage is Stage.RUNNING
    queue.shorten_lease(replace(LONG, seed=2), -1.0)
    assert queue.request(replace(LONG, seed=4), 60.0).stage is Stage.WAITING
    queue.shorten_lease(LONG, -1.0)
    assert until(queue, QUICK, Stage.DONE).forecast


def test_worker_crash_fails_the_running_forecast_and_the_next_one_runs(queue: ForecastQueue) -> None:
    queue.request(LONG, 60.0)
    queue.request(QUICK, 60.0)
    first = kill(queue)
    assert until(queue, LONG, Stage.FAILED).error == CRASHED
    assert until(queue, QUICK, Stage.DONE).forecast
    assert worker_pid(queue) not in (None, first)


def test_waiting_request_is_notified_of_a_crash_at_once(queue: ForecastQueue) -> None:
    with waiting_request(queue, LONG) as statuses:
        kill(queue)
    assert statuses[0].error == CRASHED


def test_failure_is_remembered_briefly_and_then_tried_again(
    make_queue: Callable[..., ForecastQueue], clock: Clock
) -> None:
    queue = make_queue(clock=clock)
    queue.request(LONG, 600.0)
    kill(queue)
    until(queue, LONG, Stage.FAILED)
    clock.forward(FAILURE_SECONDS - 0.1)
    assert queue.request(LONG, 600.0).error == CRASHED
    clock.forward(0.2)
    assert queue.request(LONG, 600.0).stage is Stage.RUNNING


@pytest.mark.parametrize("signal_number", [signal.SIGCONT, signal.SIGSTOP], ids=["slow", "hung"])
def test_forecast_that_takes_too_long_fails_and_its_worker_is_killed(
    make_queue: Callable[..., ForecastQueue], signal_number: signal.Signals
) -> None:
    queue = make_queue(timeout=1.0)
    queue.start_worker()
    worker = kill(queue, signal_number)
    with waiting_request(queue, LONG) as statuses:
        eventually(lambda: bool(statuses))
    assert statuses[0].error == TIMED_OUT
    eventually(lambda: has_exited(worker))


@contextmanager
def waiting_request(queue: ForecastQueue, scenario: Scenario) -> Iterator[list[ForecastStatus]]:
    """A request that waits during the block, and returns soon after it: long before its wait is over."""
    statuses: list[ForecastStatus] = []
    began = time.monotonic()
    thread = threading.Thread(target=lambda: statuses.append(queue.request(scenario, 600.0, wait=4 * SOON)))
    thread.start()
    eventually(lambda: bool(queue._changed._waiters))  # type: ignore[attr-defined]
    yield statuses
    thread.join()
    assert time.monotonic() - began < 3 * SOON


def test_other_window_and_threshold_reuse_the_cached_comparison(queue: ForecastQueue) -> None:
    first = until(queue, QUICK, Stage.DONE).forecast
    other = replace(QUICK, exploration_hours=48, threshold=80)
    forecast = until(queue, other, Stage.DONE).forecast
    assert first and forecast and forecast == compute_forecast(other)
    assert forecast.comparison is first.comparison


def test_worker_started_ahead_runs_the_first_forecast(queue: ForecastQueue) -> None:
    queue.start_worker()
    pid = worker_pid(queue)
    assert pid
    until(queue, QUICK, Stage.DONE)
    assert worker_pid(queue) == pid


def test_concurrent_requests_for_one_scenario_share_one_forecast(queue: ForecastQueue) -> None:
    statuses: list[ForecastStatus] = []
    threads = [threading.Thread(target=lambda: statuses.append(until(queue, QUICK, Stage.DONE))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 12
    assert len({id(status.forecast) for status in statuses}) == 1


def test_close_fails_waiting_requests_and_ends_the_worker(queue: ForecastQueue) -> None:
    with waiting_request(queue, LONG) as statuses:
        worker = worker_pid(queue)
        queue.close()
    assert worker and has_exited(worker)
    assert statuses[0].error == SHUTTING_DOWN
    assert queue.request(QUICK, 1.0).error == SHUTTING_DOWN


@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
def test_worker_exits_when_the_web_process_is_killed(signal_number: signal.Signals) -> None:
    web_process = subprocess.Popen(
        [sys.executable, "-c", WEB_PROCESS], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert web_process.stdout
    worker = int(web_process.stdout.readline())
    web_process.send_signal(signal_number)
    web_process.wait(SOON)
    web_process.stdout.close()
    eventually(lambda: has_exited(worker))


WEB_PROCESS = """
import time
from webapp.forecast.scenario import Scenario
from webapp.forecast.compute import compute_forecast
from webapp.forecast.queue import ForecastQueue
queue = ForecastQueue()
queue.start_worker()
queue.request(Scenario((0.05,) * 10, 2000, 24, 1, 95, days=56, runs=5000), 60.0)
print(queue._worker._child.pid, flush=True)
time.sleep(60)
"""


def test_worker_environment_has_no_secrets(queue: ForecastQueue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATSIG_API_KEY", "console-secret")
    until(queue, QUICK, Stage.DONE)
    assert b"STATSIG" not in Path(f"/proc/{worker_pid(queue)}/environ").read_bytes()


def test_scenario_that_cannot_be_simulated_fails_and_the_next_one_runs(queue: ForecastQueue) -> None:
    assert until(queue, replace(QUICK, threshold=81), Stage.FAILED).error == CRASHED
    assert until(queue, QUICK, Stage.DONE).forecast


def test_message_that_cannot_be_processed_ends_the_worker_and_is_logged(
    queue: ForecastQueue, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Forecast, "from_dict", {}.__getitem__)
        queue.start_worker()
        worker = worker_pid(queue)
        assert until(queue, QUICK, Stage.FAILED).error == CRASHED
    assert worker and has_exited(worker)
    assert "a forecast could not be run" in caplog.text
    assert until(queue, replace(QUICK, seed=2), Stage.DONE).forecast
