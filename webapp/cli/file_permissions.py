"""Files of the desk that other accounts of the machine can reach."""

import stat
from collections.abc import Iterator
from pathlib import Path
from shlex import quote

from ..config import Settings
from ..config.urls import sqlite_file

_BESIDE = ("", "-wal", "-shm", "-journal")  # what SQLite writes next to a database


def open_files(settings: Settings) -> Iterator[str]:
    """One sentence for each."""
    yield from _data(settings.data_dir)
    if settings.statsig_api_key_file:
        yield from _file("STATSIG_API_KEY_FILE", settings.statsig_api_key_file)
    database = sqlite_file(settings.database_url)
    if database and database.parent != settings.data_dir:
        yield from _database(database)


def _data(folder: Path) -> Iterator[str]:
    """The folder holds the drafts, and the secrets that open the stored keys."""
    for path in [folder, *sorted(folder.glob("*"))]:
        yield from _file("DATA_DIR", path)


def _database(path: Path) -> Iterator[str]:
    """Who can write to its folder can put another file in its place."""
    for ending in _BESIDE:
        yield from _file("DATABASE_URL", path.with_name(path.name + ending))
    folder = path.parent
    if folder.exists() and folder.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield (
            f"DATABASE_URL: others on this machine can put files into {folder.name}. "
            f"Take that away: chmod go-w {quote(str(folder))}."
        )


def _file(setting: str, path: Path) -> Iterator[str]:
    if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        command = f"chmod go= {quote(str(path))}"
        yield f"{setting}: others on this machine can reach {path.name}. Take that away: {command}."
