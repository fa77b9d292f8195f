"""Counts function calls: a measure of work that is the same on every machine."""

import gc
import sys
from collections.abc import Callable
from typing import Any


def count_calls(function: Callable[..., Any], *arguments: Any) -> int:
    """The number of function calls, including those of the standard library."""
    count = 0

    def call(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    gc.disable()  # Hypothesis is called at each collection
    sys.setprofile(call)
    try:
        function(*arguments)
    finally:
        sys.setprofile(None)
        gc.enable()
    return count
