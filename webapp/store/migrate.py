"""Creates the schema from the models, or migrates it. Alembic is imported only if there is something to do."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from .database import Store
from .models import Base
from .search import create_index

if TYPE_CHECKING:
    from alembic.config import Config

_SCRIPTS = Path(__file__).with_name("migrations")
_LOCK = 7_268_431  # any number, the same for every process of the desk
_BUSY_TIMEOUT = 600_000  # milliseconds: another process may be migrating a large database

# The name of each migration begins with its revision.
_REVISIONS = sorted(path.name[:4] for path in (_SCRIPTS / "versions").glob("[0-9]*.py"))
HEAD = _REVISIONS[-1]


NEWER = "The database was made by a newer version of the desk. Start that version again."
OLDER = "The database was made by a version before 0.1. Start version 0.1 once, then this one."


class UnsupportedDatabase(Exception):
    """Another version of the desk made the database. The message says what to do."""


def migrate(store: Store) -> None:
    """Safe when several processes start at once: the others wait for the first.

    Raises UnsupportedDatabase.
    """
    if is_current(store):
        return
    if reason := unsupported_reason(store):
        raise UnsupportedDatabase(reason)
    from alembic import command  # noqa: PLC0415

    with store.engine.connect().execution_options(write=True) as connection:
        connection.detach()  # the timeout is for this connection alone
        if connection.dialect.name == "sqlite":
            connection.connection.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT}")
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            if _revision(connection):
                command.upgrade(config(connection), "head")
            else:
                Base.metadata.create_all(connection)
                create_index(connection)
                command.stamp(config(connection), "head")


def is_current(store: Store) -> bool:
    """Whether the tables are those of this version."""
    return _stored_revision(store) == HEAD


def unsupported_reason(store: Store) -> str:
    """Why this version cannot migrate them; blank if it can."""
    revision = _stored_revision(store)
    if revision is None or revision in _REVISIONS:
        return ""
    return OLDER if revision < _REVISIONS[0] else NEWER


def _stored_revision(store: Store) -> str | None:
    with store.engine.connect() as connection:
        return _revision(connection)


def _revision(connection: Connection) -> str | None:
    """None for a new database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def config(connection: Connection) -> "Config":
    """Alembic's configuration for an open connection."""
    from alembic.config import Config  # noqa: PLC0415

    alembic = Config()
    alembic.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))  # it is interpolated
    alembic.attributes["connection"] = connection
    return alembic
