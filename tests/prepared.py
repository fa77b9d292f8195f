"""What each app of a test would prepare again: tables of a new database, and compiled templates."""

import tempfile
from functools import cache
from pathlib import Path

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from webapp.config import Settings, read_settings
from webapp.store import Store
from webapp.store.migrate import migrate


class _MemoryCache(BytecodeCache):
    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


_TEMPLATES = _MemoryCache()


def share_templates(app: Flask) -> None:
    """Compiles each template once for all apps: compiling takes longer than most tests."""
    app.jinja_env.bytecode_cache = _TEMPLATES


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
