"""What tests do with a worker, and waiting for what comes of it."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from webapp.forecast.queue import Plans
from webapp.forecast.scenario import Question
from webapp.forecast.status import Stage, Standing

QUICK = Question((0.1, 0.2), 500, 24, 1, 90, days=3, launches=20)
LONG = Question(tuple(0.05 + row / 10_000 for row in range(10)), 2000, 24, 1, 95, days=56, launches=5000)
SOON = 60.0  # seconds in which a quick plan is there even on a busy machine


def eventually(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def until(plans: Plans, question: Question, *stages: Stage, lease: float = SOON) -> Standing:
    """Asks until the plan has come to one of the stages."""
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        found = plans.ask(question, lease, wait=0.2)
        if found.stage in stages:
            return found
        time.sleep(0.02)
    raise AssertionError(f"still {found.stage}")


def kill(plans: Plans, how: signal.Signals = signal.SIGKILL) -> int:
    """Gives the id of the worker that was there."""
    worker = plans.worker
    assert worker, "there is no worker"
    os.kill(worker, how)
    return worker


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True
