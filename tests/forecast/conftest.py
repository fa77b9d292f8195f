"""Forecast queues with a real worker process."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from webapp.forecast.queue import ForecastQueue


@pytest.fixture
def make_queue() -> Iterator[Callable[..., ForecastQueue]]:
    with ExitStack() as stack:

        def make(**options: Any) -> ForecastQueue:
            queue = ForecastQueue(**options)
            stack.callback(queue.close)
            return queue

        yield make


@pytest.fixture
def queue(make_queue: Callable[..., ForecastQueue]) -> ForecastQueue:
    return make_queue()
