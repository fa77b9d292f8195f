"""Starts the worker process, sends it messages and notices when it exits."""

import json
import logging
import os
import subprocess  # nosec B404
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, cast

log = logging.getLogger(__name__)

# Started from the folder above the package `forecast`: importing the whole app would delay the first forecast.
WORKING_DIRECTORY = Path(__file__).parents[1]
MODULE = "forecast.worker"
# One core is used; the threads of linear algebra would only wait for each other.
SINGLE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
EXIT_TIMEOUT = 2.0  # seconds


class WorkerProcess:
    """`on_message` gets each message of the worker, and None once it has exited; both in a thread of their own.

    Raises OSError where no process can be started.
    """

    def __init__(self, cpu_limit: float, on_message: Callable[["WorkerProcess", dict[str, Any] | None], None]) -> None:
        self._on_message = on_message
        self._child = subprocess.Popen(  # noqa: S603  # nosec B603
            [sys.executable, "-m", MODULE, str(cpu_limit)],
            cwd=WORKING_DIRECTORY,
            env={**_environment(), **SINGLE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the web process, which then closes the worker
        )
        self._in, self._out = cast("IO[str]", self._child.stdin), cast("IO[str]", self._child.stdout)
        self._reader = threading.Thread(target=self._read, name="forecast-reader", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._child.pid

    def send(self, message: dict[str, Any]) -> None:
        """A message to a worker that has exited is dropped: `on_message` reports the exit."""
        with suppress(OSError, ValueError):
            self._in.write(json.dumps(message) + "\n")
            self._in.flush()

    def _read(self) -> None:
        try:
            for message in self._messages():
                self._on_message(self, message)
        except Exception:
            log.exception("a message of the forecast worker could not be processed")
        finally:
            self._clean_up()

    def _messages(self) -> Iterator[dict[str, Any]]:
        with suppress(ValueError):  # half a line: it died while writing
            for line in self._out:
                yield json.loads(line)

    def _clean_up(self) -> None:
        self._child.kill()
        self._child.wait()
        for pipe in (self._in, self._out):
            with suppress(OSError):
                pipe.close()
        self._on_message(self, None)

    def kill(self) -> None:
        self._child.kill()

    def close(self) -> None:
        """Leaves no process behind."""
        with suppress(OSError):
            self._in.close()
        try:
            self._child.wait(EXIT_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._child.kill()
        self._reader.join(EXIT_TIMEOUT)


def _environment() -> dict[str, str]:
    """No secrets, and only what Python needs to find its packages."""
    keep = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH")
    return {name: os.environ[name] for name in keep if name in os.environ}
