"""Why a database operation failed, in a sentence for the administrator."""

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from .models import Base

_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
_SEQUENCES = [
    (name, column.name)
    for name, table in Base.metadata.tables.items()
    if (column := table.autoincrement_column) is not None
]
_GRANT = "GRANT CREATE, USAGE ON SCHEMA public TO the role of DATABASE_URL"
NO_CREATE = f"The database role may not create tables. As the schema’s owner, run: {_GRANT}."
NO_USE = (
    "The database role may not read and write the tables. Grant it SELECT, INSERT, UPDATE and DELETE on them, "
    "and USAGE on their sequences."
)
NOT_OWNER = (
    "The database role does not own the tables, so it cannot bring them up to date. "
    "Run `autotune-desk keys list` once with the role that owns them."
)
READ_ONLY = "The database is read-only, such as a standby. Give the address of one that can be written to."
_BY_STATEMENT = {
    "CREATE TABLE": NO_CREATE,
    "ALTER TABLE": NOT_OWNER,
    "CREATE INDEX": NOT_OWNER,
    "DROP INDEX": NOT_OWNER,
}
_SQLITE = {
    "SQLITE_NOTADB": "the file is not a database. Restore it from a backup, or name another DATA_DIR",
    "SQLITE_CORRUPT": "the file is damaged. Restore it from a backup",
    "SQLITE_READONLY": "the file cannot be written. Check who owns it and its folder",
    "SQLITE_CANTOPEN": "the file cannot be opened. Check DATA_DIR and DATABASE_URL, and who owns them",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_BUSY": "another program has locked the file",
}


class NotStorable(SQLAlchemyError):
    """A text has a character that the database cannot store, such as U+0000."""


class Unusable(SQLAlchemyError):
    """The message says what to do."""


def describe(error: Exception) -> str:
    """A sentence without the database's own message, which may contain its address and password."""
    if isinstance(error, Unusable):
        return str(error)
    cause = getattr(error, "orig", None)
    state = getattr(cause, "sqlstate", None)
    if state == "42501":
        statement = getattr(error, "statement", None) or ""
        return _BY_STATEMENT.get(" ".join(statement.split()[:2]), NO_USE)
    if state == "25006":
        return READ_ONLY
    code = "_".join(getattr(cause, "sqlite_errorname", "").split("_")[:2])
    advice = f": {_SQLITE[code]}" if code in _SQLITE else "; check DATABASE_URL and DATA_DIR"
    return f"The database does not answer ({type(error).__name__}){advice}."


def missing_right(connection: Connection, has_tables: bool) -> str:
    """Which right the database role lacks, in a sentence; blank if none."""
    if connection.dialect.name != "postgresql":
        return ""
    if connection.scalar(text("SHOW transaction_read_only")) == "on":
        return READ_ONLY
    if not has_tables:
        may_create = connection.scalar(text("SELECT has_schema_privilege(current_schema(), 'CREATE')"))
        return "" if may_create else NO_CREATE
    rights = [func.has_table_privilege(name, right) for name in Base.metadata.tables for right in _RIGHTS]
    rights += [func.has_sequence_privilege(func.pg_get_serial_sequence(*column), "USAGE") for column in _SEQUENCES]
    return "" if all(connection.execute(select(*rights)).one()) else NO_USE
