"""Starts the worker process, and exchanges messages with it."""

import json
import os
import subprocess  # nosec B404
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, cast

from .scenario import Scenario

# Started from the folder above the package `forecast`: importing the whole app would delay the first forecast.
WORKING_DIRECTORY = Path(__file__).parents[1]
MODULE = "forecast.worker"
# One core is used; the threads of linear algebra would only wait for each other.
SINGLE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class WorkerProcess:
    """Raises OSError if no process can be started."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(  # noqa: S603  # nosec B603
            [sys.executable, "-m", MODULE],
            cwd=WORKING_DIRECTORY,
            env={**_environment(), **SINGLE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the web process, which then closes the worker
        )
        self._in, self._out = cast("IO[str]", self._child.stdin), cast("IO[str]", self._child.stdout)

    def is_running(self) -> bool:
        return self._child.poll() is None

    def run(self, scenario: Scenario, *, with_comparison: bool) -> Iterator[dict[str, Any]]:
        """The worker's messages about the scenario; they end early if it exits."""
        with suppress(OSError, ValueError):  # it exited, maybe in the middle of a line
            self._in.write(json.dumps({"scenario": asdict(scenario), "comparison": with_comparison}) + "\n")
            self._in.flush()
            for line in self._out:
                yield json.loads(line)

    def kill(self) -> None:
        self._child.kill()

    def close(self) -> None:
        """Leaves no process behind."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._in, self._out):
            with suppress(OSError):
                pipe.close()


def _environment() -> dict[str, str]:
    """No secrets, and only what Python needs to find its packages."""
    keep = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH")
    return {name: os.environ[name] for name in keep if name in os.environ}
