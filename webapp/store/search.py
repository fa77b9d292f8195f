"""Finding autotunes by a part of their search text.

Migration 0003 makes the index: in SQLite an FTS5 table of trigrams, in PostgreSQL a `pg_trgm` index.
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
