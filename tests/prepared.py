"""Prepared once for all tests: the tables of a new database, and compiled templates."""

import tempfile
from functools import cache
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from webapp.config import Settings, read_settings
from webapp.store import Store
from webapp.store.migrate import migrate

_COMPILED = tempfile.TemporaryDirectory()  # removed when the tests end


def share_templates(app: Flask) -> None:
    """Compiles each template once for all apps: compiling takes longer than most tests."""
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(_COMPILED.name)


def with_tables(settings: Settings) -> Settings:
    """Gives a new SQLite database its tables by a copy: running every migration takes longer than most tests."""
    file = settings.data_dir / "desk.db"
    if settings.database_url.database == str(file) and not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(_migrated())
    return settings


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(read_settings({"DATA_DIR": folder}).database_url)
        migrate(store)
        store.close()
        return (Path(folder) / "desk.db").read_bytes()
