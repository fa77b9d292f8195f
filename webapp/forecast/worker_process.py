"""The worker process: starting it, talking to it, noticing its end."""

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

# The worker is the package `forecast` alone, started from the folder above it: importing the whole desk would
# make the first plan wait.
FOLDER = Path(__file__).parents[1]
MODULE = "forecast.worker"
# One core is used; the threads of linear algebra would only wait for each other.
ALONE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PATIENCE = 2.0  # seconds to end by itself


class Process:
    """`hear` gets each message of the worker, and None when there is none left; both in a thread of their own.

    Raises OSError where no process can be started.
    """

    def __init__(self, limit: float, hear: Callable[["Process", dict[str, Any] | None], None]) -> None:
        self._hear = hear
        self._child = subprocess.Popen(  # noqa: S603  # nosec B603
            [sys.executable, "-m", MODULE, str(limit)],
            cwd=FOLDER,
            env={**_environment(), **ALONE},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the desk, which then closes the worker
        )
        self._in, self._out = cast("IO[str]", self._child.stdin), cast("IO[str]", self._child.stdout)
        self._reader = threading.Thread(target=self._read, name="planner", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._child.pid

    def say(self, message: dict[str, Any]) -> None:
        """What cannot arrive any more is lost: the end of the worker is heard by itself."""
        with suppress(OSError, ValueError):
            self._in.write(json.dumps(message) + "\n")
            self._in.flush()

    def _read(self) -> None:
        try:
            for message in self._messages():
                self._hear(self, message)
        except Exception:
            log.exception("a message of the planner could not be used")
        finally:
            self._bury()

    def _messages(self) -> Iterator[dict[str, Any]]:
        with suppress(ValueError):  # half a line: it died while writing
            for line in self._out:
                yield json.loads(line)

    def _bury(self) -> None:
        self._child.kill()
        self._child.wait()
        for pipe in (self._in, self._out):
            with suppress(OSError):
                pipe.close()
        self._hear(self, None)

    def kill(self) -> None:
        self._child.kill()

    def close(self) -> None:
        """Leaves no process behind."""
        with suppress(OSError):
            self._in.close()
        try:
            self._child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._child.kill()
        self._reader.join(PATIENCE)


def _environment() -> dict[str, str]:
    """The desk's, less its secrets and what would keep the worker from finding its package."""
    keep = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH")
    return {name: os.environ[name] for name in keep if name in os.environ}
