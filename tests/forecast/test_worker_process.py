"""The process of the worker, whatever becomes of what it says."""

import threading
from typing import Any

import pytest

from webapp.forecast.worker_process import Process

PATIENCE = 20.0  # seconds


@pytest.mark.parametrize("error", [ValueError("no plan"), KeyError("answer"), RecursionError()])
def test_a_message_that_cannot_be_used_ends_the_worker_and_is_logged(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """Else the first in the line would wait for ever for a worker that nobody listens to."""
    over = threading.Event()

    def hear(process: Process, message: dict[str, Any] | None) -> None:
        if message is None:
            over.set()
        else:
            raise error

    process = Process(1.0, hear)
    process.say({"id": 1, "question": "nonsense"})
    assert over.wait(PATIENCE)
    process.close()
    assert process._child.returncode is not None
    assert [record.exc_info and record.exc_info[1] for record in caplog.records] == [error]
