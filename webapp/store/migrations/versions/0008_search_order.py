"""Indexes that hold the search text: SQLite reads 5,000 rows of them ten times as fast as the rows themselves.

PostgreSQL holds at most 2,704 bytes in an index entry, and keeps long texts out of its rows anyway.
"""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE INDEX autotunes_to_search ON autotunes (changed_at DESC, id, search_text)")
        op.execute("CREATE INDEX autotunes_to_search_a_state ON autotunes (state, changed_at DESC, id, search_text)")
