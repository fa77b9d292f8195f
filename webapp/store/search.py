"""Search for a part of the search text, by an FTS5 table of trigrams in SQLite and a `pg_trgm` index in PostgreSQL."""

from contextlib import suppress

from sqlalchemy import ColumnElement, Connection, Subquery, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .folding import TRIGRAM
from .models import AutotuneRecord

# A search reads 5,000 entries of the first two indexes ten times as fast as the rows. The rows have numbers of their
# own: those of a table whose key is text may change when the file is vacuumed.
SQLITE_INDEX = (
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


def create_index(connection: Connection) -> None:
    """Does without where a PostgreSQL role may not add `pg_trgm`."""
    if connection.dialect.name == "sqlite":
        for statement in SQLITE_INDEX:
            connection.exec_driver_sql(statement)
    else:
        with suppress(DBAPIError), connection.begin_nested():
            for statement in PG_TRGM:
                connection.exec_driver_sql(statement)


def lacks_index(connection: Connection) -> bool:
    """Whether every search has to read the whole table."""
    names = {index["name"] for index in inspect(connection).get_indexes("autotunes")}
    return connection.dialect.name == "postgresql" and "autotunes_by_search_text" not in names


def candidates(session: Session, needle: str, limit: int) -> Subquery:
    """The IDs of up to `limit` autotunes by the index, which may include some that do not contain the needle."""
    if session.get_bind().dialect.name != "sqlite":
        return select(AutotuneRecord.id).where(contains(session, needle)).limit(limit).subquery()
    query = text(
        """SELECT autotune_id AS id FROM autotune_trigrams JOIN autotune_numbers ON number = autotune_trigrams.rowid
        WHERE autotune_trigrams MATCH :trigrams LIMIT :limit"""
    )
    return query.bindparams(trigrams=_trigrams(needle), limit=limit).columns(AutotuneRecord.id).subquery()


def _trigrams(needle: str) -> str:
    """An FTS5 query for the fewest trigrams that cover the needle; `contains` checks the candidates."""
    starts = [*range(0, len(needle) - TRIGRAM, TRIGRAM), len(needle) - TRIGRAM]
    quoted = (needle[start : start + TRIGRAM].replace('"', '""') for start in starts)
    return " ".join(f'"{trigram}"' for trigram in quoted)


def contains(session: Session, needle: str) -> ColumnElement[bool]:
    """Whether the search text contains the needle. SQLite has no index for this."""
    if session.get_bind().dialect.name == "sqlite":
        return func.instr(AutotuneRecord.search_text, needle) > 0  # three times as fast as LIKE
    return AutotuneRecord.search_text.contains(needle, autoescape=True)
