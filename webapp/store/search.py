"""Search for a part of the search text.

Migration 0008 makes the index: in SQLite an FTS5 table of trigrams, in PostgreSQL a `pg_trgm` index.
"""

from sqlalchemy import ColumnElement, Connection, Subquery, func, inspect, select, text
from sqlalchemy.orm import Session

from .folding import TRIGRAM
from .models import AutotuneRecord

PG_TRGM = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX autotunes_by_search_text ON autotunes USING gin (search_text gin_trgm_ops)",
)


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
    """As few as cover each character: `contains` checks the candidates."""
    starts = [*range(0, len(needle) - TRIGRAM, TRIGRAM), len(needle) - TRIGRAM]
    quoted = (needle[start : start + TRIGRAM].replace('"', '""') for start in starts)
    return " ".join(f'"{trigram}"' for trigram in quoted)


def contains(session: Session, needle: str) -> ColumnElement[bool]:
    """Whether the search text contains the needle. SQLite has no index for this."""
    if session.get_bind().dialect.name == "sqlite":
        return func.instr(AutotuneRecord.search_text, needle) > 0  # three times as fast as LIKE
    return AutotuneRecord.search_text.contains(needle, autoescape=True)
