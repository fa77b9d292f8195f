"""Migrations make the declared tables from any earlier version, and lose nothing."""

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


def test_row_of_the_first_version_is_kept(tmp_path: Path) -> None:
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


def test_read_time_of_an_old_response_is_taken_from_its_history(tmp_path: Path) -> None:
    store, old = _database_at("0002", tmp_path)
    for row_id, statsig, claimed_at in (("dated", "{}", 5.0), ("undated", "{}", 7.0), ("draft", None, None)):
        values = {"id": row_id, "token": row_id, "held_id": row_id, "statsig": statsig, "claimed_at": claimed_at}
        _insert(old, **values)
    old.execute("INSERT INTO history VALUES (1, 'dated', 6.0, 'anna', 'Created in Statsig as dated')")
    old.execute("INSERT INTO history VALUES (2, 'dated', 9.0, 'anna', 'Something later')")
    old.commit()
    migrate(store)
    read_at = dict(old.execute("SELECT id, statsig_read_at FROM autotunes").fetchall())
    assert read_at == {"dated": 6.0, "undated": 7.0, "draft": None}
    store.close()


def test_reservations_are_folded_unless_that_conflicts(tmp_path: Path) -> None:
    """Of two reservations of names that look alike both are kept."""
    store, old = _database_at("0002", tmp_path)
    reservations = {
        "alone": ("Pri\u00adce/2", _old_reservation("pri\u00adce/2")),
        "first": ("Cafe\u0301", _old_reservation("cafe\u0301")),
        "second": ("Caf\u00e9", _old_reservation("caf\u00e9")),
        "plain": ("Red test", "red_test"),
        "like plain": ("Red\u200b test", _old_reservation("red\u200b test")),
        "free": ("Straße", None),
    }
    for number, (row_id, (name, reserved)) in enumerate(reservations.items()):
        values = {"id": row_id, "token": row_id, "name": name, "held_id": reserved, "created_at": number}
        _insert(old, **values)
    old.commit()
    migrate(store)
    assert dict(old.execute("SELECT id, reserved_id FROM autotunes").fetchall()) == {
        "alone": reservation_key("price/2"),
        "first": reservations["first"][1],
        "second": reservation_key("Café"),
        "plain": "red_test",
        "like plain": reservations["like plain"][1],
        "free": None,
    }
    store.close()


def _old_reservation(name: str) -> str:
    return f"name {sha256(name.encode()).hexdigest()}"


def test_search_finds_migrated_rows(tmp_path: Path) -> None:
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
