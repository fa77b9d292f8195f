"""Indexes for a long list, and one folded text for each autotune that a search looks through."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any
from unicodedata import normalize

import regex
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# The columns of the search text, as they were named then.
SEARCHED = ("name", "statsig_id", "foreseen_id", "answers", "created_by", "changed_by", "sent_by")
BATCH = 200  # rows, each of which may hold megabytes
MAX_PART = 1_000  # characters
IGNORED = regex.compile(r"\p{Default_Ignorable_Code_Point}+")
UNSHOWABLE = regex.compile(r"[[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]--[\t\n\r]]", regex.V1)

# The rows have numbers of their own: those of a table whose key is text may change when the file is vacuumed.
TRIGRAMS = (
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
    "INSERT INTO autotune_numbers (autotune_id) SELECT id FROM autotunes",
    """INSERT INTO autotune_trigrams (rowid, search_text)
        SELECT number, search_text FROM autotune_numbers JOIN autotunes ON id = autotune_id""",
)
PG_TRGM = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX autotunes_by_search_text ON autotunes USING gin (search_text gin_trgm_ops)",
)

autotunes = sa.table("autotunes", sa.column("id"), *map(sa.column, (*SEARCHED, "name_key", "search_text")))


def upgrade() -> None:
    op.add_column("autotunes", sa.Column("name_key", sa.Text, nullable=False, server_default=""))
    op.add_column("autotunes", sa.Column("search_text", sa.Text, nullable=False, server_default=""))
    _fill(op.get_bind())
    op.drop_index("ix_autotunes_state", "autotunes")
    op.drop_index("ix_autotunes_statsig_id", "autotunes")
    op.create_index("autotunes_by_change", "autotunes", [sa.text("changed_at DESC"), "id"])
    op.create_index("autotunes_by_state", "autotunes", ["state", sa.text("changed_at DESC"), "id"])
    op.create_index("autotunes_by_statsig_id", "autotunes", ["project", "statsig_id"])
    op.create_index("autotunes_by_foreseen_id", "autotunes", ["project", "foreseen_id"])
    op.create_index("autotunes_by_name", "autotunes", ["name_key", "project"])
    _create_search_index(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """A draft's name, and so the id it would get, may be longer than an index holds."""
    changed = sa.update(autotunes).where(autotunes.c.id == sa.bindparam("row"))
    last = ""
    while rows := _after(connection, last):
        filled = [
            {
                "row": row["id"],
                "name_key": name_key(row["name"]),
                "search_text": search_text(row),
                "foreseen_id": row["foreseen_id"][:MAX_PART],
            }
            for row in rows
        ]
        connection.execute(changed, filled)
        last = rows[-1]["id"]


def _after(connection: sa.Connection, last: str) -> list[Any]:
    columns = [autotunes.c[name] for name in ("id", *SEARCHED)]
    batch = sa.select(*columns).where(autotunes.c.id > last).order_by(autotunes.c.id).limit(BATCH)
    return list(connection.execute(batch).mappings())


def name_key(name: str) -> str:
    folded = _fold(name)
    return folded if len(folded) <= 200 else f"{folded[:200]} {sha256(folded.encode()).hexdigest()}"


def search_text(row: Mapping[str, Any]) -> str:
    folded = (_fold(part[:MAX_PART]) for part in _parts(row) if part)
    lines = dict.fromkeys("".join(f"  {word}" for word in line.split(" ") if word) for line in folded)
    return "\n".join(lines)[:20_000]


def _fold(text: str) -> str:
    shown = IGNORED.sub("", UNSHOWABLE.sub("\ufffd", text))
    return " ".join(normalize("NFKC", normalize("NFKC", shown).casefold()).split())


def _parts(row: Mapping[str, Any]) -> Iterator[str | None]:
    answers = json.loads(row["answers"] or "{}")
    yield row["name"]
    yield row["statsig_id"] or row["foreseen_id"]
    yield answers.get("successEvent")
    yield from (variant["name"] for variant in answers.get("variants", ()))
    yield from (row["created_by"], row["changed_by"], row["sent_by"])


def _create_search_index(connection: sa.Connection) -> None:
    """Does without where a PostgreSQL role may not add `pg_trgm`."""
    if connection.dialect.name == "sqlite":
        for statement in TRIGRAMS:
            op.execute(statement)
    elif connection.dialect.name == "postgresql":
        try:
            with connection.begin_nested():
                for statement in PG_TRGM:
                    op.execute(statement)
        except sa.exc.DBAPIError as error:
            if error.connection_invalidated:
                raise
