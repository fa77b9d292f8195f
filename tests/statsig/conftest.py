"""A sandbox of its own for each test."""

from pathlib import Path

import pytest

from ..conftest import Clock
from .sandbox_requests import SandboxRequests


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> SandboxRequests:
    return SandboxRequests(tmp_path / "sandbox.db", clock)
