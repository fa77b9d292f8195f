"""Notices that the SQLite file was removed or replaced while it is open.

SQLite would go on writing to the removed file, and make an empty one for a new connection.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

from .errors import Unusable

MISSING = "The database file is gone. Put it back, or restore it from a backup."


def watch(engine: Engine) -> None:
    file = _File()
    event.listen(engine, "do_connect", file.require)
    event.listen(engine, "connect", file.remember)
    event.listen(engine, "checkout", file.require_same)


class _File:
    def __init__(self) -> None:
        self._path: Path | None = None

    def require(self, *_: Any) -> None:
        self._identity()

    def remember(self, connection: Any, record: Any) -> None:
        name = connection.execute("PRAGMA database_list").fetchone()[2]
        self._path = Path(name) if name else None
        record.info["file"] = self._identity()

    def require_same(self, _connection: Any, record: Any, _fairy: Any) -> None:
        if self._identity() != record.info["file"]:
            raise DisconnectionError("the file was replaced")  # the pool connects again

    def _identity(self) -> tuple[int, int] | None:
        """None before the first connection, and for a database in memory. Raises Unusable without a file."""
        try:
            status = self._path.stat() if self._path else None
        except FileNotFoundError:
            raise Unusable(MISSING) from None
        return status and (status.st_dev, status.st_ino)
