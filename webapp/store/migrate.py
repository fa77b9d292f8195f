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

# Each step's file begins with its number, which is its revision as well; a test holds that.
HEAD = max(path.name[:4] for path in (_SCRIPTS / "versions").glob("[0-9]*.py"))


def migrate(store: Store) -> None:
    """Safe when several processes start at once: the first holds the lock, the others find all done."""
    if is_current(store):
        return
    from alembic import command  # noqa: PLC0415

    with store.engine.execution_options(write=True).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(config(connection), "head")


def is_current(store: Store) -> bool:
    """Whether the tables are there and as this version wants them."""
    with store.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return bool(connection.scalar(text("SELECT version_num FROM alembic_version")) == HEAD)


def config(connection: Connection) -> "Config":
    """What Alembic needs to work on a connection that is open."""
    from alembic.config import Config  # noqa: PLC0415

    made = Config()
    made.set_main_option("script_location", str(_SCRIPTS))
    made.attributes["connection"] = connection
    return made
