"""Names that look alike are reserved as one: what the older rule reserved is computed again."""

import re
from hashlib import sha256
from unicodedata import normalize

import regex
import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_IGNORED = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
_autotunes = sa.table(
    "autotunes",
    *(sa.column(name) for name in ("id", "project", "name", "held_id", "created_at")),
)


def upgrade() -> None:
    """Of two rows that already reserve names that look alike, the second keeps its reservation."""
    connection, row = op.get_bind(), _autotunes.c
    columns = sa.select(row.id, row.project, row.name, row.held_id)
    rows = connection.execute(columns.where(row.held_id.is_not(None)).order_by(row.created_at, row.id)).all()
    taken = {(project, reserved) for _, project, _, reserved in rows}
    for row_id, project, name, _ in rows:
        new = (project, _reservation_key(name))
        if new not in taken:
            taken.add(new)
            connection.execute(sa.update(_autotunes).where(row.id == row_id).values(held_id=new[1]))


def _reservation_key(name: str) -> str:
    key = normalize("NFKC", normalize("NFKC", _IGNORED.sub("", name)).casefold()).strip()
    if re.fullmatch(r"[A-Za-z0-9 _]+", key):
        return key.lower().replace(" ", "_")
    return f"name {sha256(key.encode()).hexdigest()}"
