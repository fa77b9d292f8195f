"""The tables of keys, logins, running copies and what is read from Statsig in the background."""

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .models import Base


class StoredKey(Base):
    """A Statsig project's key, encrypted. The name is what rows are bound to."""

    __tablename__ = "keys"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    ciphertext: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(String(16))
    api_url: Mapped[str]
    added_at: Mapped[float]


class LoginSession(Base):
    """One login of one person. `id` is the SHA-256 of what the cookie holds; `groups` is a JSON list."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    groups: Mapped[str]
    began_at: Mapped[float]
    seen_at: Mapped[float]


class PendingForm(Base):
    """A form that was sent after its session had ended. `fields` is JSON: [[name, text], ...]."""

    __tablename__ = "pending_forms"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    email: Mapped[str]
    form_token: Mapped[str] = mapped_column(String(64))
    autotune_id: Mapped[str | None] = mapped_column(String(32))
    fields: Mapped[str]
    created_at: Mapped[float]

    __table_args__ = (UniqueConstraint("email", "form_token"),)


class RunningCopyRow(Base):
    """A running copy of the desk, which updates its row every few seconds."""

    __tablename__ = "running_copies"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key_fingerprint: Mapped[str] = mapped_column(String(16))
    seen_at: Mapped[float]


class LoginLink(Base):
    """The query string (ASCII) of a link that somebody opened before logging in."""

    __tablename__ = "login_links"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    query: Mapped[str]
    created_at: Mapped[float] = mapped_column(index=True)


class CachedRead(Base):
    """What was last read from a Statsig project; see `autotunes.cached_reads`.

    `value` is JSON, None until the first read has succeeded; `error` is why the last one failed, blank if it did not.
    Nobody reads it again before `next_read_at`: the copy that reads it moves that first.
    """

    __tablename__ = "cached_reads"

    project: Mapped[str] = mapped_column(String(100), primary_key=True)
    name: Mapped[str] = mapped_column(String(300), primary_key=True)
    value: Mapped[str | None]
    error: Mapped[str] = mapped_column(default="")
    fetched_at: Mapped[float | None]
    next_read_at: Mapped[float]


class SentRequest(Base):
    """A request that was sent to a Statsig project a short time ago."""

    __tablename__ = "sent_requests"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    project: Mapped[str] = mapped_column(String(100))
    sent_at: Mapped[float]

    __table_args__ = (Index("sent_requests_of_project", "project", "sent_at"),)
