"""PostgreSQL through psycopg, with a deadline for each transaction.

The server's timeouts end a query that waits for a lock or takes too long. For a server that does not answer at all,
psycopg's wait is limited, and the connection is closed at the deadline.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen
from sqlalchemy.exc import DBAPIError

from .errors import Unusable

DEADLINE = 4.0  # seconds for a transaction and its connection
CONNECT_TIMEOUT = 2  # seconds for each address of the server: the least that psycopg takes
RETRY_AFTER = 1.0  # seconds in which other transactions fail at once after a missed deadline

R = TypeVar("R")
_end: ContextVar[float | None] = ContextVar("end", default=None)


def _left() -> float | None:
    end = _end.get()
    return None if end is None else max(0.0, end - time.monotonic())


class DeadlineConnection(psycopg.Connection[Any]):
    def wait(self, gen: PQGen[R], interval: float = 0.1, timeout: float | None = None) -> R:
        left = _left()
        if left is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, left if timeout is None else min(left, timeout))
        except errors._WaitTimeout:
            self.close()
            raise errors.ConnectionTimeout("the database did not answer in time") from None


class Limit:
    """The deadline of each transaction."""

    def __init__(self) -> None:
        self._retry_at = 0.0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        if time.monotonic() < self._retry_at:
            raise Unusable("The database does not answer.")
        token = _end.set(time.monotonic() + DEADLINE)
        try:
            yield
        except DBAPIError as error:
            if isinstance(error.orig, errors.ConnectionTimeout):
                self._retry_at = time.monotonic() + RETRY_AFTER
            raise
        finally:
            _end.reset(token)


def connect(_dialect: Any, _record: Any, arguments: list[Any], parameters: dict[str, Any]) -> DeadlineConnection:
    if _left() == 0:
        raise errors.ConnectionTimeout("the database did not answer in time")
    defaults = {"connect_timeout": CONNECT_TIMEOUT, "client_encoding": "utf8"}
    connection = DeadlineConnection.connect(*arguments, autocommit=True, **{**defaults, **parameters})
    _require_utf8(connection)
    connection.execute("SET lock_timeout = '2500ms'; SET statement_timeout = '3500ms'")  # less than DEADLINE
    connection.autocommit = False
    return connection


def _require_utf8(connection: DeadlineConnection) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        connection.close()
        raise Unusable(
            f"The database has the encoding {encoding}, which cannot hold every text; the desk needs UTF8. "
            "Create another one: CREATE DATABASE desk ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0."
        )
