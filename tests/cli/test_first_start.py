"""Several processes start at once, with a new data folder or one that lacks a secret."""

import multiprocessing
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest
from click.testing import CliRunner

from webapp.cli import commands
from webapp.cli.common import open_services
from webapp.config import read_settings

from ..secret_leaks import CANARY

PROCESSES, ROUNDS, KEY_ROUNDS = 4, 25, 5
_barrier: Barrier


def _initialize(barrier: Barrier) -> None:
    global _barrier  # noqa: PLW0603
    _barrier = barrier
    for name in list(os.environ):
        if name != "PATH":
            del os.environ[name]


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    """Processes whose calls start together, at a barrier."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(PROCESSES)
    with ProcessPoolExecutor(PROCESSES, context, _initialize, (barrier,)) as pool:
        yield pool


def _secrets(environs: Sequence[Mapping[str, str]]) -> list[tuple[str, ...]]:
    secrets = []
    for environ in environs:
        _barrier.wait(60)
        settings = read_settings(environ)
        secrets.append((settings.secret_key.reveal(), *(key.reveal() for key in settings.encryption_keys)))
    return secrets


@pytest.mark.parametrize(
    ("stored", "environ"),
    [
        ("", {}),
        ("SECRET_KEY=0123456789abcdef0123456789abcdef\n", {}),
        ("OTHER=1\n", {"SECRET_KEY": "fedcba9876543210fedcba9876543210"}),
    ],
)
def test_processes_that_start_together_share_secrets(
    tmp_path: Path, processes: ProcessPoolExecutor, stored: str, environ: dict[str, str]
) -> None:
    folders = [tmp_path / str(number) for number in range(ROUNDS)]
    if stored:
        for folder in folders:
            folder.mkdir()
            (folder / "secrets.env").write_text(stored)
    environs = [{"DATA_DIR": str(folder), **environ} for folder in folders]
    secrets = list(processes.map(_secrets, [environs] * PROCESSES))
    assert secrets == [secrets[0]] * PROCESSES
    assert all((folder / "secrets.env").read_text().startswith(stored) for folder in folders)


def _start_or_add_key(folder: str, key_name: str) -> str:
    """Starts the desk or, with a name, adds a key; returns the output."""
    os.environ["DATA_DIR"] = folder
    _barrier.wait(60)
    if key_name:
        return CliRunner().invoke(commands, ["keys", "add", key_name], CANARY).output
    open_services().close()
    return ""


def test_key_added_during_the_first_start_can_be_decrypted(
    tmp_path: Path, processes: ProcessPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(KEY_ROUNDS):
        folder = tmp_path / str(number)
        outputs = list(processes.map(_start_or_add_key, [str(folder)] * PROCESSES, ["Web", "", "App", ""]))
        monkeypatch.setenv("DATA_DIR", str(folder))
        services = open_services(migrated=False)
        assert [project.name for project in services.projects.all()] == ["App", "Web"], outputs
        assert services.projects.unreadable_keys() == []
        services.close()


def test_complete_secrets_file_is_not_written(tmp_path: Path) -> None:
    """The file may be mounted read-only."""
    first = read_settings({"DATA_DIR": str(tmp_path)})
    (tmp_path / "secrets.lock").unlink()
    second = read_settings({"DATA_DIR": str(tmp_path)})
    assert second == first
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.env"]
