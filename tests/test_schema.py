"""Migrations make the declared tables. That they lose nothing: tests/upgrade."""

import sqlite3
from pathlib import Path
from threading import Timer

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from webapp.store import Store
from webapp.store.migrate import HEAD, config, is_current, migrate
from webapp.store.models import Base


def test_migrations_make_the_declared_tables(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'desk.db'}")
    assert not is_current(store)
    migrate(store)
    assert is_current(store)
    with store.engine.connect() as connection:
        opts = {"compare_type": True, "include_name": _is_declared}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, Base.metadata) == []
    store.close()


def _is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """What SQLite alone has for the search, the migrations make."""
    made = {"table": ("autotune_trigrams", "autotune_numbers"), "index": ("autotunes_to_search",)}
    return not (name or "").startswith(made.get(kind, ("no other kind",)))


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
