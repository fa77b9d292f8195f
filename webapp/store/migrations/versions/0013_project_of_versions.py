"""The Statsig project of each version, since moving an autotune to another project is a change, too."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("versions", sa.Column("project", sa.String(100)))
