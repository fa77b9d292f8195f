"""The schema of version 0.1, which had reached it in eight steps."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = None

# A search reads 5,000 entries of the last two indexes ten times as fast as the rows. The rows have numbers of their
# own: those of a table whose key is text may change when the file is vacuumed.
SQLITE_SEARCH = (
    "CREATE INDEX autotunes_to_search ON autotunes (changed_at DESC, id, search_text)",
    "CREATE INDEX autotunes_to_search_a_state ON autotunes (state, changed_at DESC, id, search_text)",
    "CREATE TABLE autotune_numbers (number INTEGER PRIMARY KEY, autotune_id TEXT NOT NULL UNIQUE)",
    """CREATE VIRTUAL TABLE autotune_trigrams
        USING fts5(search_text, content='', detail='none', tokenize='trigram case_sensitive 1')""",
    """CREATE TRIGGER autotune_search_insert AFTER INSERT ON autotunes BEGIN
        INSERT INTO autotune_numbers (autotune_id) VALUES (new.id);
        INSERT INTO autotune_trigrams (rowid, search_text)
            SELECT number, new.search_text FROM autotune_numbers WHERE autotune_id = new.id;
    END""",
    """CREATE TRIGGER autotune_search_update AFTER UPDATE OF search_text ON autotunes
    WHEN new.search_text <> old.search_text BEGIN
        INSERT INTO autotune_trigrams (autotune_trigrams, rowid, search_text)
            SELECT 'delete', number, old.search_text FROM autotune_numbers WHERE autotune_id = old.id;
        INSERT INTO autotune_trigrams (rowid, search_text)
            SELECT number, new.search_text FROM autotune_numbers WHERE autotune_id = new.id;
    END""",
    """CREATE TRIGGER autotune_search_delete AFTER DELETE ON autotunes BEGIN
        INSERT INTO autotune_trigrams (autotune_trigrams, rowid, search_text)
            SELECT 'delete', number, old.search_text FROM autotune_numbers WHERE autotune_id = old.id;
        DELETE FROM autotune_numbers WHERE autotune_id = old.id;
    END""",
)
PG_TRGM = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX autotunes_by_search_text ON autotunes USING gin (search_text gin_trgm_ops)",
)


def upgrade() -> None:
    _create_autotunes()
    _create_history_and_keys()
    _create_logins()
    _create_indexes()
    _create_search_index(op.get_bind())


def _create_autotunes() -> None:
    op.create_table(
        "autotunes",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
        sa.Column("last_form", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
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
        sa.Column("statsig_id", sa.Text),
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
        sa.Column("name_key", sa.Text, nullable=False, server_default=""),
        sa.Column("search_text", sa.Text, nullable=False, server_default=""),
        sa.Column("statsig_read_at", sa.Float),
        sa.UniqueConstraint("project", "held_id", name="one_holder_of_an_id"),
    )


def _create_history_and_keys() -> None:
    op.create_table(
        "history",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("autotune_id", sa.String(32), sa.ForeignKey("autotunes.id"), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
    )
    op.create_table(
        "keys",
        sa.Column("name", sa.String(100), primary_key=True),
        sa.Column("ciphertext", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(16), nullable=False),
        sa.Column("api_url", sa.Text, nullable=False),
        sa.Column("added_at", sa.Float, nullable=False),
    )


def _create_logins() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("email", sa.Text, nullable=False, index=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("groups", sa.Text, nullable=False),
        sa.Column("began_at", sa.Float, nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
    )
    op.create_table(
        "held_forms",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("email", sa.Text, nullable=False),
        sa.Column("token", sa.String(64), nullable=False),
        sa.Column("autotune_id", sa.String(32)),
        sa.Column("fields", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.UniqueConstraint("email", "token", name="one_held_form_of_a_token"),
    )
    op.create_table(
        "running_copies",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("key_fingerprint", sa.String(16), nullable=False),
        sa.Column("seen_at", sa.Float, nullable=False),
    )
    op.create_table(
        "login_links",
        sa.Column("token", sa.String(32), primary_key=True),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False, index=True),
    )


def _create_indexes() -> None:
    op.create_index("history_of_an_autotune", "history", ["autotune_id", "id"])
    op.create_index("autotunes_by_change", "autotunes", [sa.text("changed_at DESC"), "id"])
    op.create_index("autotunes_by_state", "autotunes", ["state", sa.text("changed_at DESC"), "id"])
    op.create_index("autotunes_by_statsig_id", "autotunes", ["project", "statsig_id"])
    op.create_index("autotunes_by_foreseen_id", "autotunes", ["project", "foreseen_id"])
    op.create_index("autotunes_by_name", "autotunes", ["name_key", "project"])


def _create_search_index(connection: sa.Connection) -> None:
    """Does without where a PostgreSQL role may not add `pg_trgm`."""
    if connection.dialect.name == "sqlite":
        for statement in SQLITE_SEARCH:
            op.execute(statement)
    elif connection.dialect.name == "postgresql":
        try:
            with connection.begin_nested():
                for statement in PG_TRGM:
                    op.execute(statement)
        except sa.exc.DBAPIError as error:
            if error.connection_invalidated:
                raise
