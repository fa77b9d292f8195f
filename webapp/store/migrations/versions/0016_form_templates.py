"""Forms to start from, and the parameters of an autotune, by which similar ones are found."""

import json
import re
from collections.abc import Iterable
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

BATCH = 1_000  # rows
MAX_KEY = 200  # characters


def upgrade() -> None:
    op.create_table(
        "form_templates",
        sa.Column("id", sa.String(32), primary_key=True),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("title", "note", "form_data", "created_by")),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("removed_at", sa.Float),
    )
    op.add_column("autotunes", sa.Column("parameters", sa.Text, nullable=False, server_default=sa.text("''")))
    _derive_parameters()
    for name, column in (("autotunes_by_event", "success_event"), ("autotunes_by_parameters", "parameters")):
        op.create_index(name, "autotunes", [column, sa.text("changed_at DESC"), "id", "discarded_at"])


def _derive_parameters() -> None:
    table = sa.table("autotunes", *map(sa.column, ("id", "form_data", "parameters")))
    connection, last = op.get_bind(), ""
    update = table.update().where(table.c.id == sa.bindparam("row_id")).values(parameters=sa.bindparam("found"))
    columns = sa.select(table.c.id, table.c.form_data).order_by(table.c.id).limit(BATCH)
    while rows := connection.execute(columns.where(table.c.id > last)).all():
        connection.execute(update, [{"row_id": row.id, "found": _parameters(row.form_data)} for row in rows])
        last = rows[-1].id


def _parameters(form_data: str) -> str:
    variants = json.loads(form_data or "{}").get("variants", ())
    keys = sorted({key for variant in variants for key in _keys(variant["json"])})
    text = json.dumps(keys, ensure_ascii=False)
    if len(text) > MAX_KEY:
        text = f"{text[:MAX_KEY]} {sha256(text.encode(errors='surrogatepass')).hexdigest()}"
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]", "\ufffd", text) if keys else ""


def _keys(text: str) -> Iterable[str]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return value if isinstance(value, dict) else ()
