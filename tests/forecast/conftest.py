"""Plans with a real worker process."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from webapp.forecast.queue import Plans


@pytest.fixture
def make_plans() -> Iterator[Callable[..., Plans]]:
    with ExitStack() as stack:

        def make(**options: Any) -> Plans:
            plans = Plans(**options)
            stack.callback(plans.close)
            return plans

        yield make


@pytest.fixture
def plans(make_plans: Callable[..., Plans]) -> Plans:
    return make_plans()
