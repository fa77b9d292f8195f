"""The first schema: autotunes, history and keys."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _create_autotunes()
    op.create_table(
        "history",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("autotune_id", sa.String(32), sa.ForeignKey("autotunes.id"), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
    )
    op.create_index("history_of_an_autotune", "history", ["autotune_id", "id"])
    op.create_table(
        "keys",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("ciphertext", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("api_url", sa.Text, nullable=False),
        sa.Column("added_at", sa.Float, nullable=False),
    )


def _create_autotunes() -> None:
    op.create_table(
        "autotunes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
        sa.Column("last_form", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False, index=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("project", sa.String(100), nullable=False),
        sa.Column("sandbox", sa.Boolean, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("answers", sa.Text, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("foreseen_id", sa.Text, nullable=False),
        sa.Column("held_id", sa.Text),
        sa.Column("problems", sa.Text, nullable=False),
        sa.Column("notice", sa.Text, nullable=False),
        sa.Column("statsig_id", sa.Text, index=True),
        sa.Column("statsig", sa.Text),
        sa.Column("claim", sa.String(64)),
        sa.Column("claimed_at", sa.Float),
        sa.Column("deadline_at", sa.Float),
        sa.Column("absent_at", sa.Float),
        sa.Column("created_at", sa.Float, nullable=False, index=True),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("changed_at", sa.Float, nullable=False),
        sa.Column("changed_by", sa.Text, nullable=False),
        sa.Column("sent_by", sa.Text),
        sa.UniqueConstraint("project", "held_id", name="one_holder_of_an_id"),
    )
