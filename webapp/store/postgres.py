"""PostgreSQL through psycopg, which nobody waits long for: also where the server is frozen and answers nothing.

The server's own timeouts end what waits for a lock or takes too long. What the server does not end, the connection
does: psycopg waits in short steps, and at the deadline of the transaction the connection is closed.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

import psycopg
from psycopg import errors
from psycopg.abc import PQGen
from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError

from .errors import Unusable

DEADLINE = 4.0  # seconds for a transaction, with getting the connection
CONNECT_TIMEOUT = 2  # seconds for each address of the server: the least that psycopg takes
PAUSE = 1.0  # seconds in which nobody else waits for a server that has just not answered

R = TypeVar("R")
_end: ContextVar[float | None] = ContextVar("end", default=None)


def _left() -> float | None:
    end = _end.get()
    return None if end is None else max(0.0, end - time.monotonic())


class DeadlineConnection(psycopg.Connection[Any]):
    def wait(self, gen: PQGen[R], interval: float = 0.1, timeout: float | None = None) -> R:
        given = _left()
        if given is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, given if timeout is None else min(given, timeout))
        except errors._WaitTimeout:
            self.close()
            raise errors.ConnectionTimeout("the database did not answer in time") from None


class Limit:
    """The deadline of each transaction. After one was missed, those that follow at once fail without waiting."""

    def __init__(self) -> None:
        self._waits_again = 0.0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        if time.monotonic() < self._waits_again:
            raise Unusable("The database does not answer.")
        token = _end.set(time.monotonic() + DEADLINE)
        try:
            yield
        except DBAPIError as error:
            if isinstance(error.orig, errors.ConnectionTimeout):
                self._waits_again = time.monotonic() + PAUSE
            raise
        finally:
            _end.reset(token)


def prepare(engine: Engine) -> None:
    event.listen(engine, "do_connect", _connect)


def _connect(_dialect: Any, _record: Any, arguments: list[Any], parameters: dict[str, Any]) -> DeadlineConnection:
    if _left() == 0:
        raise errors.ConnectionTimeout("the database did not answer in time")
    defaults = {"connect_timeout": CONNECT_TIMEOUT, "client_encoding": "utf8"}
    connection = DeadlineConnection.connect(*arguments, autocommit=True, **{**defaults, **parameters})
    _want_utf8(connection)
    connection.execute("SET lock_timeout = '2500ms'; SET statement_timeout = '3500ms'")  # both before the deadline
    connection.autocommit = False
    return connection


def _want_utf8(connection: DeadlineConnection) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        connection.close()
        raise Unusable(
            f"The database has the encoding {encoding}, which cannot hold every text; the desk needs UTF8. "
            "Create another one: CREATE DATABASE desk ENCODING 'UTF8' LOCALE 'C' TEMPLATE template0."
        )
