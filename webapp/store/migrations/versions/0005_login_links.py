"""The query of a link that waits for a login."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "login_links",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False, index=True),
    )
