"""Shared by all tests to save time: a migrated database, and compiled templates."""

import tempfile
from functools import cache
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from webapp.config import Settings, read_settings
from webapp.store import Store
from webapp.store.migrate import migrate

_TEMPLATE_CACHE = tempfile.TemporaryDirectory()  # removed when the tests end


def share_templates(app: Flask) -> None:
    """Compiles each template once for all apps: compiling takes longer than most tests."""
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(_TEMPLATE_CACHE.name)


def with_migrated_database(settings: Settings) -> Settings:
    """Copies a migrated SQLite database into a new data folder: the migrations take longer than most tests."""
    file = settings.data_dir / "desk.db"
    if settings.database_url.database == str(file) and not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(_migrated_database())
    return settings


@cache
def _migrated_database() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(read_settings({"DATA_DIR": folder}).database_url)
        migrate(store)
        store.close()
        return (Path(folder) / "desk.db").read_bytes()
