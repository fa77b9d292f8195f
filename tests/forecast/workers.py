"""Scenarios, and helpers that wait for a forecast or signal its worker."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from webapp.forecast.queue import ForecastQueue
from webapp.forecast.scenario import Scenario
from webapp.forecast.status import ForecastStatus, Stage

QUICK = Scenario((0.1, 0.2), 500, 24, 1, 90, days=3, runs=20)
LONG = Scenario(tuple(0.05 + row / 10_000 for row in range(10)), 2000, 24, 1, 95, days=56, runs=5000)
SOON = 60.0  # seconds in which a quick forecast is ready even on a busy machine


def eventually(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def until(queue: ForecastQueue, scenario: Scenario, *stages: Stage, lease: float = SOON) -> ForecastStatus:
    """Requests the forecast until it is in one of the stages."""
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        status = queue.request(scenario, lease, wait=0.2)
        if status.stage in stages:
            return status
        time.sleep(0.02)
    raise AssertionError(f"still {status.stage}")


def worker_pid(queue: ForecastQueue) -> int | None:
    with queue._changed:
        worker = queue._worker
        return worker._child.pid if worker and worker.is_running() else None


def kill(queue: ForecastQueue, signal_number: signal.Signals = signal.SIGKILL) -> int:
    """Waits until there is a worker; returns its process id."""
    eventually(lambda: bool(worker_pid(queue)))
    pid = worker_pid(queue)
    assert pid
    os.kill(pid, signal_number)
    return pid


def has_exited(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True
