"""Addresses of earlier versions redirect to the current ones."""

from collections.abc import Callable

import pytest
from flask import Flask


@pytest.mark.parametrize(
    ("method", "old", "new", "status"),
    [
        ("GET", "/autotunes/a1/plan?visits=500&rate=5", "/autotunes/a1/forecast?visits=500&rate=5", 308),
        ("GET", "/autotunes/a1/plan.json?visits=5%2C000", "/autotunes/a1/forecast.json?visits=5%2C000", 308),
        ("GET", "/autotunes/a1/absent", "/autotunes/a1/not-created", 308),
        ("POST", "/autotunes/a1/absent", "/autotunes/a1/not-created", 308),
        ("GET", "/autotunes/a1/turn-down", "/autotunes/a1/reject", 308),
        ("POST", "/autotunes/a1/turn-down", "/autotunes/a1/reject", 308),
        ("GET", "/autotunes/held", "/autotunes/restore", 308),
    ],
)
def test_old_address_redirects(make_app: Callable[..., Flask], method: str, old: str, new: str, status: int) -> None:
    response = make_app().test_client().open(old, method=method, data={"version": "1"} if method == "POST" else None)
    assert (response.status_code, response.headers["Location"]) == (status, new)
