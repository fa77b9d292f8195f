"""Scenarios, and helpers that wait for a forecast or signal its worker."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from webapp.forecast.queue import ForecastQueue
from webapp.forecast.scenario import Scenario
from webapp.forecast.status import ForecastStatus, Stage

QUICK = Scenario((0.1, 0.2), 500, 24, 1, 90, days=3, runs=20)
SLOW = Scenario((0.05, 0.052, 0.051), 2000, 24, 1, 99, days=7, runs=200)  # takes a second or more
SOON = 60.0  # seconds in which a quick forecast is ready even on a busy machine


def several(count: int, scenario: Scenario = QUICK) -> list[Scenario]:
    """Different scenarios that take equally long."""
    return [replace(scenario, seed=seed) for seed in range(count)]


def eventually(condition: Callable[[], bool], within: float = SOON) -> None:
    end = time.monotonic() + within
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def until(queue: ForecastQueue, scenario: Scenario, *stages: Stage, person: str | None = None) -> ForecastStatus:
    """Requests the forecast until it is in one of the stages."""
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        status = queue.request(scenario, SOON, 0.2, person)
        if status.stage in stages:
            return status
        time.sleep(0.02)
    raise AssertionError(f"still {status.stage}")


def worker_pid(queue: ForecastQueue) -> int | None:
    with queue._changed:
        worker = queue._worker
        return worker._child.pid if worker and worker.is_running() else None


def send_signal(queue: ForecastQueue, signal_number: signal.Signals = signal.SIGKILL) -> int:
    """Waits until there is a worker; returns its process id."""
    eventually(lambda: bool(worker_pid(queue)))
    pid = worker_pid(queue)
    assert pid
    os.kill(pid, signal_number)
    return pid


@contextmanager
def stopped_worker(queue: ForecastQueue) -> Iterator[int]:
    """A worker that does nothing during the block. If it has forecasts, it is in the middle of a step."""
    queue.start_worker()
    pid = send_signal(queue, signal.SIGSTOP)
    time.sleep(0.3)  # until the queue has processed the last answer
    yield pid
    if not has_exited(pid):
        os.kill(pid, signal.SIGCONT)


def has_exited(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True
