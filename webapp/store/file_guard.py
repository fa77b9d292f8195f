"""The SQLite file must stay the one that was opened."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

from .errors import Unusable

GONE = "The database file is gone. Put it back, or restore it from a backup."


def watch(engine: Engine) -> None:
    file = _File()
    event.listen(engine, "do_connect", file.want)
    event.listen(engine, "connect", file.note)
    event.listen(engine, "checkout", file.want_the_same)


class _File:
    """What is written to a file that was removed would be lost without a word, and SQLite would make an empty one."""

    def __init__(self) -> None:
        self._path = ""

    def want(self, *_: Any) -> None:
        if self._path and not Path(self._path).exists():
            raise Unusable(GONE)

    def note(self, connection: Any, record: Any) -> None:
        self._path = connection.execute("PRAGMA database_list").fetchone()[2]
        record.info["file"] = self._identity()

    def want_the_same(self, _connection: Any, record: Any, _fairy: Any) -> None:
        self.want()
        if self._identity() != record.info["file"]:
            raise DisconnectionError("another file has taken its place")  # the pool connects again

    def _identity(self) -> tuple[int, int] | None:
        if not self._path:
            return None  # in memory
        found = Path(self._path).stat()
        return found.st_dev, found.st_ino
