"""Each saved version, what people type before they save it, and when a busy Statsig may be asked again."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "versions",
        sa.Column("autotune_id", sa.String(32), sa.ForeignKey("autotunes.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("form_data", sa.Text, nullable=False),
        sa.Column("is_ready", sa.Boolean, nullable=False),
    )
    op.create_table(
        "working_copies",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("person", sa.String(300), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("form_data", sa.Text, nullable=False),
        sa.Column("page_fields", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("saved_at", sa.Float, nullable=False),
    )
    op.add_column("history", sa.Column("version", sa.Integer))
    op.add_column("autotunes", sa.Column("retry_at", sa.Float))
    # the next change is compared with what is stored now
    op.execute(
        "INSERT INTO versions (autotune_id, version, form_data, is_ready) "
        "SELECT id, version, form_data, body IS NOT NULL FROM autotunes"
    )
