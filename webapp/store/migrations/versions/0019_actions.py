"""Starts and decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "actions",
        sa.Column("autotune_id", sa.String(32), sa.ForeignKey("autotunes.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("open_autotune_id", sa.String(32), unique=True),
        *(sa.Column(name, sa.String(16), nullable=False) for name in ("kind", "state")),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("variant_id", "variant_name", "reason")),
        sa.Column("requested_by", sa.Text, nullable=False),
        sa.Column("requested_at", sa.Float, nullable=False),
        sa.Column("sent_by", sa.Text),
        sa.Column("claim", sa.String(64)),
        *(sa.Column(name, sa.Float) for name in ("claimed_at", "deadline_at")),
        sa.Column("is_accepted", sa.Boolean, nullable=False),
        sa.Column("status_message", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
        *(sa.Column(name, sa.Float) for name in ("read_at", "first_not_done_at")),
        sa.Column("read_problem", sa.Text, nullable=False),
    )
    op.create_index("actions_by_state", "actions", ["state"])
