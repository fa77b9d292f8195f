"""What Statsig makes of an autotune after its start."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

_TIMES = ("checked_at", "started_at", "not_started_at", "explores_until", "ended_at", "deleted_at")
_DAYS = ("took_days", "band_low", "band_high")
_ACTIVE = sa.text("discarded_at IS NULL AND archived_at IS NULL")
_NEWEST, _REMOVED = sa.text("changed_at DESC"), ("discarded_at", "archived_at")
_INDEXES = {
    "autotunes_by_state": ("state", "phase", _NEWEST, "id", *_REMOVED),
    "autotunes_of_person_by_state": ("created_by", "state", "phase", _NEWEST, "id", "project", *_REMOVED),
    "autotunes_of_project_by_state": ("project", "state", "phase", _NEWEST, "id", "created_by", *_REMOVED),
}
_SEARCH_INDEXES = {  # of SQLite
    "autotunes_to_search_a_state": ("state", "phase", _NEWEST, "id", "search_text", *_REMOVED),
}


def upgrade() -> None:
    op.create_table(
        "live_states",
        sa.Column("autotune_id", sa.String(32), sa.ForeignKey("autotunes.id"), primary_key=True),
        sa.Column("data", sa.Text),
        sa.Column("next_check_at", sa.Float, nullable=False),
        *(sa.Column(name, sa.Float) for name in (*_TIMES, *_DAYS)),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("winner", sa.Text, nullable=False),
        sa.Column("differs", sa.Boolean),
        sa.Column("has_forecast", sa.Boolean, nullable=False),
        sa.Column("is_in_band", sa.Boolean),
    )
    op.create_index("live_states_by_end", "live_states", ["ended_at"])
    op.add_column("autotunes", sa.Column("phase", sa.String(16), nullable=False, server_default=sa.text("''")))
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, columns in (_INDEXES | (_SEARCH_INDEXES if is_sqlite else {})).items():
        op.drop_index(name, "autotunes")
        op.create_index(name, "autotunes", [*columns], sqlite_where=_ACTIVE, postgresql_where=_ACTIVE)
