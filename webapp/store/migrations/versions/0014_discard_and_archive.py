"""Drafts can be discarded and created autotunes archived; the list has columns, and finds words without accents."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from unicodedata import normalize

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

BATCH = 1_000  # rows
TIMES = ("discarded_at", "archived_at")
DERIVED = ("success_event", "variant_names")
ACTIVE = "discarded_at IS NULL AND archived_at IS NULL"
NEWEST_FIRST = (sa.text("changed_at DESC"), "id")
ACTIVE_INDEXES = {
    "autotunes_by_change": NEWEST_FIRST,
    "autotunes_by_state": ("state", *NEWEST_FIRST),
    "autotunes_of_person": ("created_by", *NEWEST_FIRST, "project"),
    "autotunes_of_person_by_state": ("created_by", "state", *NEWEST_FIRST, "project"),
    "autotunes_of_project": ("project", *NEWEST_FIRST, "created_by"),
    "autotunes_of_project_by_state": ("project", "state", *NEWEST_FIRST, "created_by"),
}
SEARCH_INDEXES = {  # of SQLite
    "autotunes_to_search": (*NEWEST_FIRST, "search_text"),
    "autotunes_to_search_a_state": ("state", *NEWEST_FIRST, "search_text"),
}

_ACCENTS = re.compile("[\u0300-\u036f]+")
_STROKES = str.maketrans("øłđħŧı", "oldhti")


def upgrade() -> None:
    for name in TIMES:
        op.add_column("autotunes", sa.Column(name, sa.Float))
    for name in DERIVED:
        op.add_column("autotunes", sa.Column(name, sa.Text, nullable=False, server_default=sa.text("''")))
    _derive_columns()
    _create_indexes()


def _create_indexes() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name in ("autotunes_by_change", "autotunes_by_state", *(SEARCH_INDEXES if is_sqlite else ())):
        op.drop_index(name, "autotunes")
    for name, columns in (ACTIVE_INDEXES | (SEARCH_INDEXES if is_sqlite else {})).items():
        _create_index(name, (*columns, *TIMES), ACTIVE)
    for name in ("discarded", "archived"):
        columns = (sa.text(f"{name}_at DESC"), "id", "created_by", "project")
        _create_index(f"autotunes_{name}", columns, f"{name}_at IS NOT NULL")
    _create_index("autotunes_by_discarding", ("discarded_at",), "discarded_at IS NOT NULL AND form_data != ''")


def _create_index(name: str, columns: Sequence[Any], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "autotunes", list(columns), sqlite_where=where, postgresql_where=where)


def _derive_columns() -> None:
    table = sa.table("autotunes", *map(sa.column, ("id", "form_data", "search_text", *DERIVED)))
    connection, last = op.get_bind(), ""
    update = table.update().where(table.c.id == sa.bindparam("row_id"))
    update = update.values({name: sa.bindparam(f"new_{name}") for name in ("search_text", *DERIVED)})
    columns = sa.select(table.c.id, table.c.form_data, table.c.search_text).order_by(table.c.id).limit(BATCH)
    while rows := connection.execute(columns.where(table.c.id > last)).mappings().all():
        connection.execute(update, [_derived(row) for row in rows])
        last = rows[-1]["id"]


def _derived(row: Mapping[Any, Any]) -> dict[str, str]:
    form_data = json.loads(row["form_data"] or "{}")
    names = [variant["name"].strip() for variant in form_data.get("variants", ())]
    listed = ", ".join(filter(None, names))
    return {
        "row_id": row["id"],
        "new_search_text": _without_accents(row["search_text"]),
        "new_success_event": _storable((form_data.get("successEvent") or "").strip()[:200]),
        "new_variant_names": _storable(listed if len(listed) <= 40 else f"{len(names)} variants: {listed}"[:200]),
    }


def _without_accents(folded: str) -> str:
    return normalize("NFC", _ACCENTS.sub("", normalize("NFD", folded))).translate(_STROKES)


def _storable(text: str) -> str:
    """Without the characters that PostgreSQL does not store."""
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", text)
