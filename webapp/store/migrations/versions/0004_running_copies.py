"""The copies of the desk that share the database."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "running_copies",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("key_fingerprint", sa.String(16), nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
    )
