"""The worker process when its messages cannot be processed."""

import threading
from typing import Any

import pytest

from webapp.forecast.worker_process import WorkerProcess

TIMEOUT = 20.0  # seconds


@pytest.mark.parametrize("error", [ValueError("no forecast"), KeyError("forecast"), RecursionError()])
def test_failing_message_handler_ends_the_worker_and_is_logged(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Otherwise the first forecast in the queue would wait forever for a worker that nobody reads from."""
    exited = threading.Event()

    def on_message(process: WorkerProcess, message: dict[str, Any] | None) -> None:
        if message is None:
            exited.set()
        else:
            raise error

    process = WorkerProcess(1.0, on_message)
    process.send({"id": 1, "scenario": {}})
    assert exited.wait(TIMEOUT)
    process.close()
    assert process._child.returncode is not None
    assert [record.exc_info and record.exc_info[1] for record in caplog.records] == [error]
