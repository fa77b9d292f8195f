"""Finding autotunes by a part of their search text.

SQLite has an FTS5 table of trigrams, kept up to date by triggers. Its rows have numbers of their own: those of a table
whose key is text may change when the file is vacuumed. PostgreSQL has a `pg_trgm` index, where the role may add one.
"""

from collections.abc import Iterable

from sqlalchemy import DDL, ColumnElement, Connection, Subquery, func, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from .folding import TRIGRAM
from .models import AutotuneRecord

_TRIGRAMS = (
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


def create_search_index(connection: Connection) -> None:
    """Over the search texts as they are. Does without where a PostgreSQL role may not add `pg_trgm`."""
    if connection.dialect.name == "sqlite":
        _execute(connection, _TRIGRAMS)
    elif connection.dialect.name == "postgresql":
        try:
            with connection.begin_nested():
                _execute(connection, PG_TRGM)
        except DBAPIError as error:
            if error.connection_invalidated:
                raise


def _execute(connection: Connection, statements: Iterable[str]) -> None:
    for statement in map(DDL, statements):
        connection.execute(statement)


def lacks_index(connection: Connection) -> bool:
    """Whether every search reads the whole table."""
    names = {index["name"] for index in inspect(connection).get_indexes("autotunes")}
    return connection.dialect.name == "postgresql" and "autotunes_by_search_text" not in names


def candidates(session: Session, needle: str, most: int) -> Subquery:
    """The ids of up to `most` autotunes that the index finds; the text itself tells which of them match."""
    if session.get_bind().dialect.name != "sqlite":
        return select(AutotuneRecord.id).where(plain_match(session, needle)).limit(most).subquery()
    found = text(
        """SELECT autotune_id AS id FROM autotune_trigrams JOIN autotune_numbers ON number = autotune_trigrams.rowid
        WHERE autotune_trigrams MATCH :trigrams LIMIT :most"""
    )
    return found.bindparams(trigrams=_trigrams(needle), most=most).columns(AutotuneRecord.id).subquery()


def _trigrams(needle: str) -> str:
    """As few as hold each character: what has them all is compared with the text itself afterwards."""
    starts = [*range(0, len(needle) - TRIGRAM, TRIGRAM), len(needle) - TRIGRAM]
    quoted = (needle[start : start + TRIGRAM].replace('"', '""') for start in starts)
    return " ".join(f'"{trigram}"' for trigram in quoted)


def plain_match(session: Session, needle: str) -> ColumnElement[bool]:
    """Whether the text is there, which SQLite answers without an index."""
    if session.get_bind().dialect.name == "sqlite":
        return func.instr(AutotuneRecord.search_text, needle) > 0  # three times as fast as LIKE
    return AutotuneRecord.search_text.contains(needle, autoescape=True)
