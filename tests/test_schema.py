"""The migrations make exactly the tables that the code declares, from any earlier version, with nothing lost."""

import json
import sqlite3
from hashlib import sha256
from pathlib import Path
from threading import Timer
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from webapp.contract.ids import reservation_key
from webapp.store import Store, listing, queries
from webapp.store.migrate import HEAD, config, is_current, migrate
from webapp.store.models import Base


def test_the_migrations_make_the_declared_tables(tmp_path: Path) -> None:
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


def _database_at(revision: str, folder: Path) -> tuple[Store, sqlite3.Connection]:
    """A database with the tables of an earlier version, and a connection that fills them."""
    path = folder / "desk.db"
    store = Store(f"sqlite:///{path}")
    with store.engine.execution_options(write=True).begin() as connection:
        command.upgrade(config(connection), revision)
    return store, sqlite3.connect(path)


def _insert(old: sqlite3.Connection, **values: Any) -> None:
    """An autotune with these values, and zeros and blanks for the rest."""
    columns = [row[1] for row in old.execute("PRAGMA table_info(autotunes)")]
    numbers = ("sandbox", "version", "created_at", "changed_at")
    row = [values.get(column, 0 if column in numbers else "") for column in columns]
    old.execute(f"INSERT INTO autotunes VALUES ({', '.join('?' * len(row))})", row)


def test_a_row_of_the_first_version_outlives_every_migration(tmp_path: Path) -> None:
    store, old = _database_at("0001", tmp_path)
    values = {
        "id": "x",
        "token": "t",
        "state": "ready",
        "version": 3,
        "name": "Old",
        "answers": "{}",
        "created_at": 1.0,
    }
    _insert(old, **values)
    old.commit()
    migrate(store)
    columns = ", ".join({"token": "form_token", "answers": "form_data"}.get(name, name) for name in values)
    assert old.execute(f"SELECT {columns} FROM autotunes").fetchone() == tuple(values.values())
    store.close()


def test_an_answer_of_an_earlier_version_was_read_when_its_history_says_so(tmp_path: Path) -> None:
    store, old = _database_at("0002", tmp_path)
    for row_id, statsig, claimed_at in (("told", "{}", 5.0), ("untold", "{}", 7.0), ("draft", None, None)):
        values = {"id": row_id, "token": row_id, "held_id": row_id, "statsig": statsig, "claimed_at": claimed_at}
        _insert(old, **values)
    old.execute("INSERT INTO history VALUES (1, 'told', 6.0, 'anna', 'Created in Statsig as told')")
    old.execute("INSERT INTO history VALUES (2, 'told', 9.0, 'anna', 'Something later')")
    old.commit()
    migrate(store)
    read_at = dict(old.execute("SELECT id, statsig_read_at FROM autotunes").fetchall())
    assert read_at == {"told": 6.0, "untold": 7.0, "draft": None}
    store.close()


def test_held_names_are_folded_and_a_conflict_stops_nothing(tmp_path: Path) -> None:
    """What an earlier version held stays held; of two names that look alike both stay."""
    store, old = _database_at("0002", tmp_path)
    held = {
        "alone": ("Pri\u00adce/2", _held_before("pri\u00adce/2")),
        "first": ("Cafe\u0301", _held_before("cafe\u0301")),
        "second": ("Caf\u00e9", _held_before("caf\u00e9")),
        "plain": ("Red test", "red_test"),
        "like plain": ("Red\u200b test", _held_before("red\u200b test")),
        "free": ("Straße", None),
    }
    for number, (row_id, (name, holds)) in enumerate(held.items()):
        values = {"id": row_id, "token": row_id, "name": name, "held_id": holds, "created_at": number}
        _insert(old, **values)
    old.commit()
    migrate(store)
    assert dict(old.execute("SELECT id, reserved_id FROM autotunes").fetchall()) == {
        "alone": reservation_key("price/2"),
        "first": held["first"][1],
        "second": reservation_key("Café"),
        "plain": "red_test",
        "like plain": held["like plain"][1],
        "free": None,
    }
    store.close()


def _held_before(name: str) -> str:
    return f"name {sha256(name.encode()).hexdigest()}"


def test_rows_of_an_earlier_version_are_found(tmp_path: Path) -> None:
    """More than one batch of them, with text that no database holds and a name longer than an index takes."""
    store, old = _database_at("0002", tmp_path)
    for number in range(450):
        name = "long " * 1_000 if number == 7 else f"KÄSE {number}"
        answers = {"successEvent": f"event_{number}", "variants": [{"name": "\ud800 half"}]}
        given = {"id": f"{number:x}", "token": f"{number}", "name": name, "answers": json.dumps(answers)}
        given |= {"foreseen_id": name.replace(" ", "_"), "created_by": "anna@example.com"}
        _insert(old, **{**dict.fromkeys(("sandbox", "changed_at", "version"), 1), **given, "held_id": None})
    old.commit()
    migrate(store)
    with store.read() as session:
        for search, count in (("käse 449", 1), ("event_12", 11), ("anna@example.com", 450), ("half", 450), ("lo", 1)):
            assert listing.page(session, listing.ListQuery(search)).total == count, search
        assert len(queries.find_same_name(session, "", "käse 300")) == 1
    store.close()


def test_start_waits_for_a_process_that_takes_long_to_migrate(tmp_path: Path) -> None:
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


def test_the_migrations_are_one_line_of_steps(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'desk.db'}")
    with store.engine.connect() as connection:
        assert ScriptDirectory.from_config(config(connection)).get_heads() == [HEAD]
    store.close()
