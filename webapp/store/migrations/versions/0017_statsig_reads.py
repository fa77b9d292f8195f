"""What is read from Statsig in the background, and how many requests were sent there."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "cached_reads",
        sa.Column("project", sa.String(100), primary_key=True),
        sa.Column("name", sa.String(300), primary_key=True),
        sa.Column("value", sa.Text),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("fetched_at", sa.Float),
        sa.Column("next_read_at", sa.Float, nullable=False),
    )
    op.create_table(
        "sent_requests",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("sent_at", sa.Float, nullable=False),
    )
    op.create_index("sent_requests_of_project", "sent_requests", ["project", "sent_at"])
