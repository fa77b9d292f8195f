"""Measures work in function calls, which are the same on every machine."""

import sys
from collections.abc import Callable
from typing import Any


def calls(function: Callable[..., Any], *arguments: Any) -> int:
    """How many functions, of the standard library too, are called."""
    count = 0

    def call(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(call)
    try:
        function(*arguments)
    finally:
        sys.setprofile(None)
    return count
