"""The SQLite file of the autotunes. An older version of the desk can still open it."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from .lifecycle import Autotune

_TABLES = (
    """CREATE TABLE IF NOT EXISTS autotunes
        (id TEXT PRIMARY KEY, data TEXT NOT NULL, visible_from REAL NOT NULL DEFAULT 0)""",
    """CREATE TABLE IF NOT EXISTS runs
        (id TEXT PRIMARY KEY, started_at REAL NOT NULL, decided_at REAL, winner TEXT, reason TEXT)""",
)


class Storage:
    """Times are seconds since 1970."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def insert(self, data: dict[str, Any], visible_from: float) -> bool:
        """False if the ID is taken."""
        row = (data["id"], json.dumps(data), visible_from)
        return self._write("INSERT OR IGNORE INTO autotunes VALUES (?, ?, ?)", *row)

    def delete(self, autotune_id: str) -> None:
        self._write("DELETE FROM autotunes WHERE id = ?", autotune_id)
        self._write("DELETE FROM runs WHERE id = ?", autotune_id)

    def start(self, autotune_id: str, now: float) -> bool:
        """False if it has been started before."""
        return self._write("INSERT OR IGNORE INTO runs (id, started_at) VALUES (?, ?)", autotune_id, now)

    def decide(self, autotune_id: str, now: float, winner: str, reason: str) -> bool:
        """False if it has been decided before. `winner`: the ID of a variant."""
        update = "UPDATE runs SET decided_at = ?, winner = ?, reason = ? WHERE id = ? AND decided_at IS NULL"
        return self._write(update, now, winner, reason, autotune_id)

    def find(self, autotune_id: str, now: float) -> Autotune | None:
        """One that reads find; among them are those that were deleted in the console."""
        query = """SELECT data, started_at, decided_at, winner, reason FROM autotunes LEFT JOIN runs USING (id)
            WHERE id = ? AND visible_from <= ?"""
        with self._open() as connection:
            row = connection.execute(query, (autotune_id, now)).fetchone()
        return None if row is None else _autotune(*row)

    def all(self, now: float) -> list[Autotune]:
        """As `find` gives them, by ID."""
        query = """SELECT data, started_at, decided_at, winner, reason FROM autotunes LEFT JOIN runs USING (id)
            WHERE visible_from <= ? ORDER BY id"""
        with self._open() as connection:
            return [_autotune(*row) for row in connection.execute(query, (now,))]

    def _write(self, statement: str, *values: Any) -> bool:
        """Whether it changed a row."""
        with self._open() as connection, connection:
            return connection.execute(statement, values).rowcount > 0

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, timeout=10)) as connection:
            for table in _TABLES:
                connection.execute(table)
            yield connection


def _autotune(data: str, *run: Any) -> Autotune:
    return Autotune(json.loads(data), *run)
