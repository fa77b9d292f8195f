"""The database: SQLite by default, anything SQLAlchemy speaks by its address."""

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

# What every use of the database that fails raises.
StoreError = SQLAlchemyError


WAL_PATIENCE = 5.0  # seconds
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")


class Store:
    """Short transactions, each committed whole or not at all: `read()` and `write()` give a session."""

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

    def ping(self) -> None:
        """Raises StoreError where the database does not answer."""
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def check(self) -> None:
        """Raises StoreError where the database does not answer, or has not the desk's tables."""
        with self.read() as session:
            session.execute(_HAS_TABLES)
        if self.engine.dialect.name == "sqlite":  # a connection that is open may not notice a file that is broken
            fresh = _open(self.engine.url, poolclass=NullPool)
            with fresh.connect() as connection:
                connection.execute(_HAS_TABLES)

    def try_to_write(self) -> None:
        """Raises StoreError where nothing can be written. Writes nothing."""
        with self.write() as session:
            session.execute(text("SELECT 1"))

    def has_keys(self) -> bool:
        """Whether there is a table of keys: not before the first start."""
        return inspect(self.engine).has_table("keys")

    def close(self) -> None:
        self.engine.dispose()


# Which of the tables has any row does not matter: without its table the question fails.
_HAS_TABLES = select(*(exists(select(1).select_from(table)) for table in Base.metadata.sorted_tables))


def _open(url: str | URL, **pool: Any) -> Engine:
    address = make_url(url)
    sqlite = address.get_backend_name() == "sqlite"
    if file := sqlite_file(address):
        file.parent.mkdir(parents=True, exist_ok=True)
    # Parameters are what somebody typed.
    engine = create_engine(address, hide_parameters=True, pool_pre_ping=not sqlite, **pool)
    event.listen(engine, "handle_error", _explain)
    if sqlite:
        file_guard.watch(engine)
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _limit(engine: Engine) -> Callable[[], AbstractContextManager[None]]:
    """What each transaction runs in, so that it ends in time."""
    if engine.dialect.driver != "psycopg":
        return nullcontext
    from . import postgres  # noqa: PLC0415

    postgres.prepare(engine)
    return postgres.Limit()


def _explain(context: ExceptionContext) -> None:
    """Text that a driver refuses is no failure of the database."""
    refused = isinstance(context.original_exception, UnicodeError | ValueError | OverflowError)
    if refused or isinstance(context.sqlalchemy_exception, DataError):
        raise NotStorable("The database cannot store this text.") from context.original_exception


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    end = time.monotonic() + WAL_PATIENCE
    for pragma in _PRAGMAS:
        _set(connection, pragma, end)


def _set(connection: Any, pragma: str, end: float) -> None:
    """SQLite does not wait for another process that turns the same new file to WAL: it is busy at once."""
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
