"""A new database has the schema of a migrated one. That migrations lose nothing: tests/upgrade."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest
from alembic.script import ScriptDirectory

from webapp.store import Store
from webapp.store.migrate import HEAD, config, is_current, migrate

OLD_DATABASE = Path(__file__).parent / "upgrade" / "data" / "desk.db"


def test_new_database_is_current(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'desk.db'}")
    assert not is_current(store)
    migrate(store)
    assert is_current(store)
    store.close()


def test_migrated_database_has_the_search_index_of_a_new_one(tmp_path: Path) -> None:
    """tests/upgrade compares the rest of the schema with the models."""
    shutil.copy(OLD_DATABASE, tmp_path / "old.db")
    assert _search_index(tmp_path / "old.db") == _search_index(tmp_path / "new.db") != []


def _search_index(path: Path) -> list[str]:
    store = Store(f"sqlite:///{path}")
    migrate(store)
    store.close()
    query = "SELECT sql FROM sqlite_master WHERE name GLOB 'autotune_*' OR name GLOB '*_to_search*' ORDER BY name"
    with closing(sqlite3.connect(path)) as connection:
        return [" ".join(sql.split()) for (sql,) in connection.execute(query) if sql]


@pytest.mark.slow
def test_start_waits_for_another_process_that_migrates(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'desk.db'}")
    other = sqlite3.connect(tmp_path / "desk.db", check_same_thread=False)
    other.execute("PRAGMA journal_mode=WAL")
    other.execute("BEGIN IMMEDIATE")
    end = Timer(5.5, other.rollback)  # a request gives up after 5 seconds
    end.start()
    migrate(store)
    end.join()
    assert is_current(store)
    other.close()
    store.close()


def test_migrations_have_one_head(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'desk.db'}")
    with store.engine.connect() as connection:
        assert ScriptDirectory.from_config(config(connection)).get_heads() == [HEAD]
    store.close()
