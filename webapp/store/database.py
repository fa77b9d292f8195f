"""The database: SQLite by default, or another by its URL."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from sqlalchemy import URL, Engine, ExceptionContext, create_engine, event, exists, inspect, make_url, select, text
from sqlalchemy.exc import DataError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool

from ..config.urls import sqlite_file
from . import file_guard
from .errors import NotStorable
from .models import Base
from .system_models import StoredKey

# The base of every error of the database.
StoreError = SQLAlchemyError

WAL_TIMEOUT = 5.0  # seconds
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")


class Store:
    """`read()` and `write()` are transactions; the second commits at its end."""

    def __init__(self, url: str | URL, connections: int = 16) -> None:
        self.engine = _open(url, pool_size=connections, max_overflow=connections, pool_timeout=3)
        self._limited = _limit(self.engine)
        writer = self.engine.execution_options(write=True)
        self._reading = sessionmaker(self.engine, expire_on_commit=False)
        self._writing = sessionmaker(writer, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._limited(), self._reading() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self._limited(), self._writing.begin() as session:
            yield session

    def check(self) -> None:
        """Raises StoreError if the database does not answer, or lacks one of the tables."""
        with self.read() as session:
            session.execute(_HAS_TABLES)
        if self.engine.dialect.name == "sqlite":  # an open connection may not notice a damaged file
            fresh = _open(self.engine.url, poolclass=NullPool)
            with fresh.connect() as connection:
                connection.execute(_HAS_TABLES)

    def try_to_write(self) -> None:
        """Raises StoreError if a write transaction cannot begin. Writes nothing."""
        with self.write() as session:
            session.execute(text("SELECT 1"))

    def has_keys_table(self) -> bool:
        """Whether the table of keys exists, which the first start makes."""
        return inspect(self.engine).has_table(StoredKey.__tablename__)

    def close(self) -> None:
        self.engine.dispose()


# The result does not matter: the query fails if a table is missing.
_HAS_TABLES = select(*(exists(select(1).select_from(table)) for table in Base.metadata.sorted_tables))


def _open(url: str | URL, **pool: Any) -> Engine:
    address = make_url(url)
    sqlite = address.get_backend_name() == "sqlite"
    if file := sqlite_file(address):
        file.parent.mkdir(parents=True, exist_ok=True)
    # The parameters are what users typed, which errors must not repeat.
    engine = create_engine(address, hide_parameters=True, pool_pre_ping=not sqlite, **pool)
    event.listen(engine, "handle_error", _on_error)
    if sqlite:
        file_guard.watch(engine)
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def _limit(engine: Engine) -> Callable[[], AbstractContextManager[None]]:
    """A context manager for each transaction, which limits its time."""
    if engine.dialect.driver != "psycopg":
        return nullcontext
    from . import postgres  # noqa: PLC0415

    event.listen(engine, "do_connect", postgres.connect)
    return postgres.Limit()


def _on_error(context: ExceptionContext) -> None:
    """Text that a driver rejects is not a failure of the database."""
    refused = isinstance(context.original_exception, UnicodeError | ValueError | OverflowError)
    if refused or isinstance(context.sqlalchemy_exception, DataError):
        raise NotStorable("The database cannot store this text.") from context.original_exception


def _set_pragmas(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    end = time.monotonic() + WAL_TIMEOUT
    for pragma in _PRAGMAS:
        _set_pragma(connection, pragma, end)


def _set_pragma(connection: Any, pragma: str, end: float) -> None:
    """SQLite does not wait while another process sets the same new file to WAL, whatever the busy timeout."""
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
            return
        except sqlite3.OperationalError as error:
            if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= end:
                raise
        time.sleep(0.02)


def _begin(connection: Any) -> None:
    # A transaction that reads first and then writes fails at once when another one wrote in between.
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
