"""Names that look alike are reserved as one: what the older rule reserved is computed again."""

import sqlalchemy as sa
from alembic import op

from webapp.contract.ids import reservation_key

revision = "0006"
down_revision = "0005"

_autotunes = sa.table(
    "autotunes",
    *(sa.column(name) for name in ("id", "project", "name", "held_id", "created_at")),
)


def upgrade() -> None:
    """Where two rows already hold names that look alike, the second keeps what it holds."""
    connection, row = op.get_bind(), _autotunes.c
    columns = sa.select(row.id, row.project, row.name, row.held_id)
    held = connection.execute(columns.where(row.held_id.is_not(None)).order_by(row.created_at, row.id)).all()
    taken = {(project, holds) for _, project, _, holds in held}
    for row_id, project, name, _ in held:
        new = (project, reservation_key(name))
        if new not in taken:
            taken.add(new)
            connection.execute(sa.update(_autotunes).where(row.id == row_id).values(held_id=new[1]))
