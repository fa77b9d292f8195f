"""The SQLite file, also damaged or missing, and text that no database can store."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from webapp.autotunes.services import Services
from webapp.store import AutotuneRecord, NotStorable

from ..cli.test_commands import run
from ..forms import BUTTON_COLOR_TEST, fill_in, hidden


def drop_a_table(file: Path) -> None:
    with closing(sqlite3.connect(file)) as other, other:
        other.execute("DROP TABLE pending_forms")


def replace_by_empty_database(file: Path) -> None:
    file.unlink()
    sqlite3.connect(file).close()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "removed": lambda file: file.unlink(),
    "renamed": lambda file: file.rename(file.with_suffix(".old")),
    "overwritten": lambda file: file.write_bytes(b"this is no database " * 500),
    "emptied": lambda file: os.truncate(file, 0),
    "folder removed": lambda file: shutil.rmtree(file.parent),
    "replaced by an empty database": replace_by_empty_database,
    "without a table": drop_a_table,
}


@pytest.fixture
def file(services: Services, client: FlaskClient) -> Path:
    """The file, to which the desk has connections. Its journal is empty."""
    client.get("/")
    file = services.settings.data_dir / "desk.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_healthz_fails_for_a_damaged_file(client: FlaskClient, file: Path, damage: Callable[[Path], object]) -> None:
    assert client.get("/healthz").status_code == 200
    damage(file)
    assert client.get("/healthz").status_code == 503


def test_nothing_is_written_to_a_removed_file(client: FlaskClient, file: Path) -> None:
    page = client.get("/autotunes/new").text
    form = {**BUTTON_COLOR_TEST, "description": "Precious", "action": "check"}
    form |= {name: hidden(page, name) for name in ("csrf_token", "token", "version")}
    moved_file = file.rename(file.with_suffix(".old"))
    response = client.post("/autotunes", data=form)
    assert response.status_code == 503 and "Precious" in response.text and not file.exists()
    moved_file.rename(file)
    assert client.post("/autotunes", data=form).status_code == 303


def test_restored_file_is_used_at_once(client: FlaskClient, file: Path) -> None:
    fill_in(client, "save", name="Before the backup")
    with closing(sqlite3.connect(file)) as other, closing(sqlite3.connect(file.with_suffix(".copy"))) as copy:
        other.backup(copy)
    fill_in(client, "save", name="After the backup")
    for leftover in file.parent.glob("desk.db*"):
        leftover.unlink()
    file.with_suffix(".copy").rename(file)
    page = client.get("/").text
    assert "Before the backup" in page and "After the backup" not in page


@pytest.mark.parametrize("column", [AutotuneRecord.form_token, AutotuneRecord.search_text, AutotuneRecord.project])
def test_text_that_cannot_be_stored_is_not_a_database_failure(services: Services, column: object) -> None:
    with pytest.raises(NotStorable), services.store.read() as session:
        session.execute(select(AutotuneRecord).where(column == "\ud800"))  # type: ignore[arg-type]
    services.store.check()


def test_start_and_doctor_say_that_the_file_cannot_be_opened(tmp_path: Path) -> None:
    (tmp_path / "desk.db").mkdir()
    for command in ("serve", "doctor"):
        assert "the file cannot be opened" in run(tmp_path, command).output


def test_doctor_says_that_the_file_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "desk.db").write_bytes(b"this is no database " * 500)
    assert "the file is not a database" in run(tmp_path, "doctor").output
