"""Links to forms that are filled in."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "form_links",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("form_data", sa.Text, nullable=False),
        sa.Column("page_fields", sa.Text, nullable=False),
        sa.Column("autotune_id", sa.String(32)),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False, index=True),
        sa.Column("created_by", sa.Text, nullable=False),
    )
