"""Copies of the desk share a database only if they accept each other's sessions."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from webapp.config import Secret
from webapp.store import Store
from webapp.store.migrate import migrate
from webapp.store.running_copies import OtherSecretKey, RunningCopy

from ..conftest import Clock
from .test_commands import ROOT, start

OLD, NEW = Secret("o" * 32), Secret("n" * 32)
OTHER = "another running copy of the desk uses this database with a different key"


@pytest.fixture
def copy(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., RunningCopy]]:
    """Makes copies with these keys; the first one signs."""
    store = Store(f"sqlite:///{tmp_path / 'desk.db'}")
    migrate(store)
    copies: list[RunningCopy] = []

    def make(*keys: Secret) -> RunningCopy:
        copies.append(RunningCopy(store, clock, keys))
        return copies[-1]

    yield make
    for running_copy in copies:
        running_copy.close()
    store.close()


@pytest.mark.parametrize(
    ("keys", "starts"), [([OLD], True), ([NEW], False), ([NEW, OLD], True), ([NEW, Secret("x" * 32)], False)]
)
def test_second_copy_starts_with_the_same_key_or_fallback(
    copy: Callable[..., RunningCopy], keys: list[Secret], starts: bool
) -> None:
    copy(OLD).start()
    if starts:
        copy(*keys).start()
        return
    for _ in range(2):  # a rejected start stores nothing
        with pytest.raises(OtherSecretKey):
            copy(*keys).start()
    copy(OLD).start()


def test_copy_counts_as_running_for_60_seconds(copy: Callable[..., RunningCopy], clock: Clock) -> None:
    first = copy(OLD)
    first.start()
    clock.forward(50)
    first.report()
    clock.forward(59)
    with pytest.raises(OtherSecretKey, match="start again in 1 s"):
        copy(NEW).start()
    clock.forward(1)
    copy(NEW).start()


def test_stopped_copy_does_not_count_as_running(copy: Callable[..., RunningCopy]) -> None:
    first = copy(OLD)
    first.start()
    first.close()
    copy(NEW).start()


@contextmanager
def _serving(folder: Path, url: str, **environ: str) -> Iterator[str]:
    """The line that `serve` prints once it listens."""
    required = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder), "DATABASE_URL": url, "PORT": str(_free_port())}
    command = [sys.executable, "-m", "webapp", "serve"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=ROOT, env={**required, **environ}, stdout=pipe, stderr=pipe, text=True
    ) as process:
        assert process.stdout
        try:
            yield process.stdout.readline()
        finally:
            process.send_signal(signal.SIGTERM)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_serve_rejects_another_key_while_a_copy_runs(tmp_path: Path) -> None:
    url, port = f"sqlite:///{tmp_path}/desk.db", str(_free_port())
    with _serving(tmp_path / "a", url, HOST="::1", PORT=port) as line:
        assert line == f"The autotune desk is at http://[::1]:{port}\n"
        result = start(tmp_path / "b", "serve", DATABASE_URL=url, PORT=str(_free_port()))
        assert result.returncode == 1 and OTHER in result.stderr and "Traceback" not in result.stderr
        lines = (tmp_path / "a" / "secrets.env").read_text().splitlines()
        old = next(line.partition("=")[2] for line in lines if line.startswith("SECRET_KEY="))
        with _serving(tmp_path / "b", url, SECRET_KEY_FALLBACKS=old) as second:
            assert second.startswith("The autotune desk is at http://127.0.0.1:")
    with _serving(tmp_path / "c", url) as line:
        assert line.startswith("The autotune desk is at")
