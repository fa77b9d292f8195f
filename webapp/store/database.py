"""The database: SQLite by default, anything SQLAlchemy speaks by its address."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from ..config.urls import sqlite_file

# What every use of the database that fails raises.
StoreError = SQLAlchemyError

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000")


class Store:
    """Short transactions, each committed whole or not at all: `read()` and `write()` give a session."""

    def __init__(self, url: str | URL, connections: int = 16) -> None:
        self.engine = _open(url, connections)
        writer = self.engine.execution_options(write=True)
        self._reading = sessionmaker(self.engine, expire_on_commit=False)
        self._writing = sessionmaker(writer, expire_on_commit=False)

    @contextmanager
    def read(self) -> Iterator[Session]:
        with self._reading() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        with self._writing.begin() as session:
            yield session

    def ping(self) -> None:
        """Raises StoreError where the database does not answer."""
        with self.read() as session:
            session.execute(text("SELECT 1"))

    def has_keys(self) -> bool:
        """Whether there is a table of keys: not before the first start."""
        return inspect(self.engine).has_table("keys")

    def close(self) -> None:
        self.engine.dispose()


def _open(url: str | URL, connections: int) -> Engine:
    address = make_url(url)
    sqlite = address.get_backend_name() == "sqlite"
    if file := sqlite_file(address):
        file.parent.mkdir(parents=True, exist_ok=True)
    pool: dict[str, Any] = {"pool_size": connections, "max_overflow": connections, "pool_timeout": 5}
    engine = create_engine(address, hide_parameters=True, **pool)  # parameters are what somebody typed
    if sqlite:
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    connection.create_function("lower", 1, _lower, deterministic=True)  # its own leaves Ä as it is
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _lower(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _begin(connection: Any) -> None:
    # A transaction that reads first and then writes fails at once when another one wrote meanwhile.
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
