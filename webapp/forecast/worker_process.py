"""Starts the worker process, and exchanges messages with it."""

import json
import os
import subprocess  # nosec B404
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import IO, Any, cast

from .scenario import Scenario

# Started from the folder above the package `forecast`: importing the whole app would delay the first forecast.
WORKING_DIRECTORY = Path(__file__).parents[1]
# No secrets, and only what Python needs to find its packages.
PASSED_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH")
# One core is used; the threads of linear algebra would only wait for each other.
SINGLE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class WorkerProcess:
    """Raises OSError if no process can be started."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(  # nosec B603
            [sys.executable, "-m", "forecast.worker"],
            cwd=WORKING_DIRECTORY,
            env={name: os.environ[name] for name in PASSED_VARIABLES if name in os.environ} | SINGLE_THREAD,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the web process, which then closes the worker
        )
        self._in, self._out = cast("IO[str]", self._child.stdin), cast("IO[str]", self._child.stdout)

    def is_running(self) -> bool:
        return self._child.poll() is None

    def send(self, command: str, scenario: Scenario) -> None:
        with suppress(OSError):  # it has exited, as `receive` reports
            print(json.dumps([command, asdict(scenario)]), file=self._in, flush=True)

    def receive(self, timeout: float) -> dict[str, Any]:
        """The result of the step. Raises TimeoutError if it takes too long, ValueError if the worker exits."""
        deadline = monotonic() + timeout
        timer = Timer(timeout, self.kill)
        timer.start()
        try:
            line = self._out.readline()
        finally:
            timer.cancel()
        if not line and monotonic() >= deadline:
            raise TimeoutError
        return cast("dict[str, Any]", json.loads(line))

    def kill(self) -> None:
        self._child.kill()

    def close(self) -> None:
        """Leaves no process behind."""
        with suppress(OSError), self._child:
            self.kill()
