"""Search for a part of the search text, by an FTS5 table of trigrams in SQLite and a `pg_trgm` index in PostgreSQL."""

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import ColumnElement, Connection, Subquery, and_, func, inspect, select, text, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .folding import TRIGRAM
from .models import AutotuneRecord

# A search reads 5,000 entries of these indexes ten times as fast as the rows.
_COLUMNS = "changed_at DESC, id, search_text, discarded_at, archived_at"
_ACTIVE = "WHERE discarded_at IS NULL AND archived_at IS NULL"
SQLITE_INDEX = (
    f"CREATE INDEX autotunes_to_search ON autotunes ({_COLUMNS}) {_ACTIVE}",
    f"CREATE INDEX autotunes_to_search_a_state ON autotunes (state, phase, {_COLUMNS}) {_ACTIVE}",
    # The rows have numbers of their own: those of a table whose key is text may change when the file is vacuumed.
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


def candidates(session: Session, needles: Sequence[str], limit: int) -> Subquery:
    """The IDs of up to `limit` autotunes by the index, which may include some that do not contain all needles."""
    if session.get_bind().dialect.name != "sqlite":
        return select(AutotuneRecord.id).where(contains(session, needles)).limit(limit).subquery()
    query = text(
        """SELECT autotune_id AS id FROM autotune_trigrams JOIN autotune_numbers ON number = autotune_trigrams.rowid
        WHERE autotune_trigrams MATCH :trigrams LIMIT :limit"""
    )
    trigrams = " ".join(map(_trigrams, needles))
    return query.bindparams(trigrams=trigrams, limit=limit).columns(AutotuneRecord.id).subquery()


def _trigrams(needle: str) -> str:
    """An FTS5 query for the fewest trigrams that cover the needle; `contains` checks the candidates."""
    starts = [*range(0, len(needle) - TRIGRAM, TRIGRAM), len(needle) - TRIGRAM]
    quoted = (needle[start : start + TRIGRAM].replace('"', '""') for start in starts)
    return " ".join(f'"{trigram}"' for trigram in quoted)


def contains(session: Session, needles: Sequence[str]) -> ColumnElement[bool]:
    """Whether the search text contains all needles. SQLite has no index for this."""
    searched = AutotuneRecord.search_text
    if session.get_bind().dialect.name == "sqlite":
        return and_(true(), *(func.instr(searched, needle) > 0 for needle in needles))  # three times as fast as LIKE
    return and_(true(), *(searched.contains(needle, autoescape=True) for needle in needles))
