"""Indexes for a long list, and one folded text for each autotune that a search looks through."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from webapp.store.folding import MAX_PART, name_key, search_text
from webapp.store.search import create_search_index

revision = "0003"
down_revision = "0002"

# The columns of the search text, as they were named then.
SEARCHED = ("name", "statsig_id", "foreseen_id", "answers", "created_by", "changed_by", "sent_by")
BATCH = 200  # rows, each of which may hold megabytes

autotunes = sa.table("autotunes", sa.column("id"), *map(sa.column, (*SEARCHED, "name_key", "search_text")))


def upgrade() -> None:
    op.add_column("autotunes", sa.Column("name_key", sa.Text, nullable=False, server_default=""))
    op.add_column("autotunes", sa.Column("search_text", sa.Text, nullable=False, server_default=""))
    _fill(op.get_bind())
    op.drop_index("ix_autotunes_state", "autotunes")
    op.drop_index("ix_autotunes_statsig_id", "autotunes")
    op.create_index("autotunes_by_change", "autotunes", [sa.text("changed_at DESC"), "id"])
    op.create_index("autotunes_by_state", "autotunes", ["state", sa.text("changed_at DESC"), "id"])
    op.create_index("autotunes_by_statsig_id", "autotunes", ["project", "statsig_id"])
    op.create_index("autotunes_by_foreseen_id", "autotunes", ["project", "foreseen_id"])
    op.create_index("autotunes_by_name", "autotunes", ["name_key", "project"])
    create_search_index(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """A draft's name, and so the id it would get, may be longer than an index holds."""
    changed = sa.update(autotunes).where(autotunes.c.id == sa.bindparam("row"))
    last = ""
    while rows := _after(connection, last):
        filled = [
            {
                "row": row["id"],
                "name_key": name_key(row["name"]),
                "search_text": search_text({**row, "expected_id": row["foreseen_id"], "form_data": row["answers"]}),
                "foreseen_id": row["foreseen_id"][:MAX_PART],
            }
            for row in rows
        ]
        connection.execute(changed, filled)
        last = rows[-1]["id"]


def _after(connection: sa.Connection, last: str) -> list[Any]:
    columns = [autotunes.c[name] for name in ("id", *SEARCHED)]
    found = sa.select(*columns).where(autotunes.c.id > last).order_by(autotunes.c.id).limit(BATCH)
    return list(connection.execute(found).mappings())
