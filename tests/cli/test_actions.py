"""The command line and starts: reconciling them, and the projects in which they are limited."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from ..auth.fixtures import PROXY_SETTINGS
from ..forms import click_create, hidden, ready
from .test_commands import run


def test_reconcile_reports_unconfirmed_starts(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    client = make_app(real_clock=True).test_client()
    address = ready(client, name="Sandbox review color")
    click_create(client, address)
    page = client.get(f"{address}/start").text
    client.post(f"{address}/start", data={name: hidden(page, name) for name in ("csrf_token", "number")})
    for _ in range(2):
        printed = run(tmp_path / "desk", "reconcile").stdout
        assert "Sandbox review color, start: unknown. The sandbox accepted the start" in printed


@pytest.mark.parametrize(("listed", "code"), [("Web shop: *; sandbox: *", 1), ("SANDBOX: *", 0)])
def test_doctor_reports_a_listed_project_that_does_not_exist(tmp_path: Path, listed: str, code: int) -> None:
    result = run(tmp_path, "doctor", **PROXY_SETTINGS, STARTERS_BY_PROJECT=listed)
    message = "STARTERS_BY_PROJECT: there is no Statsig project “Web shop”."
    assert (result.exit_code, message in result.stdout) == (code, bool(code))
