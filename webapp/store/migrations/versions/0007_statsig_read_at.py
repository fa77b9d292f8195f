"""When Statsig's answer was read: what it says of an autotune is true of that moment only."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_AUTOTUNES = sa.table(
    "autotunes",
    sa.column("id"),
    sa.column("statsig"),
    sa.column("claimed_at"),
    sa.column("changed_at"),
    sa.column("statsig_read_at"),
)
_HISTORY = sa.table("history", sa.column("autotune_id"), sa.column("at"), sa.column("what", sa.Text))


def upgrade() -> None:
    op.add_column("autotunes", sa.Column("statsig_read_at", sa.Float))
    told = (
        sa.select(sa.func.max(_HISTORY.c.at))
        .where(_HISTORY.c.autotune_id == _AUTOTUNES.c.id, _HISTORY.c.what.startswith("Created in Statsig as "))
        .scalar_subquery()
    )
    read_at = sa.func.coalesce(told, _AUTOTUNES.c.claimed_at, _AUTOTUNES.c.changed_at)
    op.execute(_AUTOTUNES.update().where(_AUTOTUNES.c.statsig.is_not(None)).values(statsig_read_at=read_at))
