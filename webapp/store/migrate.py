"""Brings the schema up to date, step by step, with nothing lost.

Alembic does it, and is loaded only when there is something to do: most starts find all done.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from .database import Store

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).with_name("migrations")
_LOCK = 7_268_431  # any number, the same for every process of this desk
_PATIENCE = 600_000  # milliseconds that SQLite waits for another process to migrate a large database

# Each step's file begins with its number, which is its revision as well; a test holds that.
_REVISIONS = sorted(path.name[:4] for path in (_SCRIPTS / "versions").glob("[0-9]*.py"))
HEAD = _REVISIONS[-1]


class NewerDatabase(Exception):
    def __init__(self) -> None:
        super().__init__("The database was made by a newer version of the desk. Start that version again.")


def migrate(store: Store) -> None:
    """Safe when several processes start at once: the first holds the lock, the others find all done.

    Raises NewerDatabase.
    """
    if is_current(store):
        return
    if not is_known(store):
        raise NewerDatabase
    from alembic import command  # noqa: PLC0415

    with store.engine.connect().execution_options(write=True) as connection:
        connection.detach()  # how long it waits is for this use alone
        if connection.dialect.name == "sqlite":
            connection.connection.execute(f"PRAGMA busy_timeout={_PATIENCE}")
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            command.upgrade(config(connection), "head")


def is_current(store: Store) -> bool:
    """Whether the tables are there and as this version wants them."""
    return _revision(store) == HEAD


def is_known(store: Store) -> bool:
    """Whether this version can bring them up: those of a newer version it does not know."""
    return _revision(store) in (None, *_REVISIONS)


def _revision(store: Store) -> str | None:
    with store.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found


def config(connection: Connection) -> "Config":
    """What Alembic needs to work on a connection that is open."""
    from alembic.config import Config  # noqa: PLC0415

    made = Config()
    made.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))  # it is interpolated
    made.attributes["connection"] = connection
    return made
