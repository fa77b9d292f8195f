"""Brings the schema up to date, step by step, with nothing lost."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from .database import Store

_SCRIPTS = Path(__file__).with_name("migrations")
_LOCK = 7_268_431  # any number, the same for every process of this desk


def migrate(store: Store) -> None:
    """Safe when several processes start at once: the first holds the lock, the others find all done."""
    writer = store.engine.execution_options(write=True)
    with writer.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(connection), "head")


def is_current(store: Store) -> bool:
    """Whether the tables are there and as this version wants them."""
    with store.engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
        return at == ScriptDirectory.from_config(_config(connection)).get_current_head()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config
