"""The tables. A test compares them with what the migrations make."""

from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    and_,
    column,
    event,
    literal_column,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from .derived import DERIVED, SOURCES, derive


def _derived(name: str) -> Mapped[str]:
    """A column that is computed from others at every write."""
    return mapped_column(
        default=lambda context: derive(context.get_current_parameters(), [name])[name], server_default=text("''")
    )


def _where(condition: ColumnElement[bool]) -> dict[str, Any]:
    """Of an index of some rows."""
    return {"sqlite_where": condition, "postgresql_where": condition}


_discarded_at: ColumnElement[float] = column("discarded_at")
_archived_at: ColumnElement[float] = column("archived_at")
_blank: ColumnElement[str] = literal_column("''")  # a parameter would not match the condition of an index
_has_form = column("form_data") != _blank


def _active_index(name: str, *columns: Any) -> Index:
    """Of autotunes that are neither discarded nor archived. SQLite reads the row for a condition on another column."""
    condition = and_(_discarded_at.is_(None), _archived_at.is_(None))
    return Index(name, *columns, "discarded_at", "archived_at", **_where(condition))


def _removed_index(name: str, removed_at: Any) -> Index:
    """Of autotunes that are discarded or archived. They are few: the other columns are for filters."""
    return Index(name, removed_at.desc(), "id", "created_by", "project", **_where(removed_at.is_not(None)))


class Base(DeclarativeBase):
    type_annotation_map = {str: Text, float: Float, int: Integer, bool: Boolean}  # noqa: RUF012


class AutotuneRecord(Base):
    """One autotune at its address, from the first draft on. Times are seconds since 1970, UTC.

    `version` grows with each save, create and rejection; `changed_at` and `changed_by` are of the content alone.
    `form_data` is what was typed (JSON), `body` the exact request once it is ready, `errors` what is wrong with it.
    `reserved_id` is set while no other autotune may be sent under its ID or name: see `contract.ids.reservation_key`.
    `claim` names the one send that may still report its outcome. `first_not_found_at` is when Statsig was first read
    to have no such autotune: since the send, or, for one that is ready, during the review.
    `statsig_read_at` is when Statsig returned what the row repeats of it: its data, its errors, or another's name.
    `retry_at` is when Statsig, which was busy, may be asked again; then the status message is over.
    `phase` is what Statsig makes of a created one: see `autotunes.live`; blank before its start.
    `discarded_at` is set for a draft that was discarded: see `autotunes.removal`; `archived_at` for one that was
    created and is no longer in the list. The columns of `derived` are computed at every write.
    """

    __tablename__ = "autotunes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    form_token: Mapped[str] = mapped_column(String(64), unique=True)
    last_form_token: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    phase: Mapped[str] = mapped_column(String(16), default="", server_default=text("''"))
    version: Mapped[int]
    project: Mapped[str] = mapped_column(String(100))
    sandbox: Mapped[bool]
    name: Mapped[str]
    form_data: Mapped[str]
    body: Mapped[str | None]
    expected_id: Mapped[str]
    reserved_id: Mapped[str | None]
    errors: Mapped[str] = mapped_column(default="[]")
    status_message: Mapped[str] = mapped_column(default="")
    retry_at: Mapped[float | None]
    statsig_id: Mapped[str | None]
    statsig: Mapped[str | None]
    statsig_read_at: Mapped[float | None]
    claim: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[float | None]
    deadline_at: Mapped[float | None]
    first_not_found_at: Mapped[float | None]
    created_at: Mapped[float] = mapped_column(index=True)
    created_by: Mapped[str]
    changed_at: Mapped[float] = mapped_column()
    changed_by: Mapped[str]
    sent_by: Mapped[str | None]
    discarded_at: Mapped[float | None]
    archived_at: Mapped[float | None]
    name_key: Mapped[str] = _derived("name_key")
    search_text: Mapped[str] = _derived("search_text")
    success_event: Mapped[str] = _derived("success_event")
    variant_names: Mapped[str] = _derived("variant_names")
    parameters: Mapped[str] = _derived("parameters")

    __table_args__ = (
        UniqueConstraint("project", "reserved_id"),
        _active_index("autotunes_by_change", changed_at.desc(), "id"),
        _active_index("autotunes_by_state", "state", "phase", changed_at.desc(), "id"),
        _active_index("autotunes_of_person", "created_by", changed_at.desc(), "id", "project"),
        _active_index(
            "autotunes_of_person_by_state", "created_by", "state", "phase", changed_at.desc(), "id", "project"
        ),
        _active_index("autotunes_of_project", "project", changed_at.desc(), "id", "created_by"),
        _active_index(
            "autotunes_of_project_by_state", "project", "state", "phase", changed_at.desc(), "id", "created_by"
        ),
        _removed_index("autotunes_discarded", _discarded_at),
        _removed_index("autotunes_archived", _archived_at),
        Index("autotunes_by_discarding", "discarded_at", **_where(_discarded_at.is_not(None) & _has_form)),
        Index("autotunes_by_event", "success_event", changed_at.desc(), "id", "discarded_at"),
        Index("autotunes_by_parameters", "parameters", changed_at.desc(), "id", "discarded_at"),
        Index("autotunes_by_statsig_id", "project", "statsig_id"),
        Index("autotunes_by_expected_id", "project", "expected_id"),
        Index("autotunes_by_name", "name_key", "project"),
    )


# Conditions as the indexes have them: neither discarded nor archived; its form was not deleted.
ACTIVE = and_(AutotuneRecord.discarded_at.is_(None), AutotuneRecord.archived_at.is_(None))
HAS_FORM = AutotuneRecord.form_data != _blank


@event.listens_for(AutotuneRecord, "before_update")
def _update_derived(_mapper: Any, _connection: Any, record: AutotuneRecord) -> None:
    row = {name: getattr(record, name) for name in SOURCES}
    for name, value in derive(row, DERIVED).items():
        setattr(record, name, value)


class Version(Base):
    """What was saved as a version of an autotune. A create or a rejection makes a version without content.

    `project` is None for versions that were saved before it was recorded.
    """

    __tablename__ = "versions"

    autotune_id: Mapped[str] = mapped_column(String(32), ForeignKey("autotunes.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    project: Mapped[str | None] = mapped_column(String(100))
    form_data: Mapped[str]
    is_ready: Mapped[bool]


class WorkingCopy(Base):
    """What one person has typed into a form and not saved; only they see it.

    `key` is the ID of the autotune, or the token of a new form. `version` is what the form was opened on.
    `form_data` is JSON, blank while the person has only opened it; `page_fields` are those of `AutotunePageForm`.
    """

    __tablename__ = "working_copies"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    person: Mapped[str] = mapped_column(String(300), primary_key=True)
    version: Mapped[int]
    form_data: Mapped[str]
    page_fields: Mapped[str]
    name: Mapped[str]
    saved_at: Mapped[float]


class FormLink(Base):
    """A link to a form that is filled in, for everyone who may view; see `autotunes.form_links`.

    `page_fields` (JSON) are those of `AutotunePageForm` that go with its content; `autotune_id` is the autotune whose
    form it was. `notes` is JSON: what could not be used of a pasted request, null if the link was made in a form.
    """

    __tablename__ = "form_links"

    token: Mapped[str] = mapped_column(String(32), primary_key=True)
    form_data: Mapped[str]
    page_fields: Mapped[str]
    autotune_id: Mapped[str | None] = mapped_column(String(32))
    notes: Mapped[str]
    created_at: Mapped[float] = mapped_column(index=True)
    created_by: Mapped[str]


class FormTemplateRecord(Base):
    """A filled-in form to start from, with a note on when to use it; `removed_at` is set while it can be restored."""

    __tablename__ = "form_templates"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    title: Mapped[str]
    note: Mapped[str]
    form_data: Mapped[str]
    created_at: Mapped[float]
    created_by: Mapped[str]
    removed_at: Mapped[float | None]


class Event(Base):
    """One line of an autotune's history; `version` is the one that it saved, if it did."""

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    autotune_id: Mapped[str] = mapped_column(ForeignKey("autotunes.id"))
    created_at: Mapped[float]
    actor: Mapped[str]
    message: Mapped[str]
    version: Mapped[int | None]

    __table_args__ = (Index("history_of_an_autotune", "autotune_id", "id"),)


class ForecastRecord(Base):
    """The last forecast that was made of an autotune before it was sent: what was expected of it.

    All text is JSON: `assumptions` is the query of its form, `scenario` what it was computed from, `sentences` is what
    it said, so that this can be read whatever later versions make of the figures in `result`.
    """

    __tablename__ = "forecasts"

    autotune_id: Mapped[str] = mapped_column(String(32), ForeignKey("autotunes.id"), primary_key=True)
    assumptions: Mapped[str]
    scenario: Mapped[str]
    sentences: Mapped[str]
    result: Mapped[str]
    created_at: Mapped[float]
    created_by: Mapped[str]


class LiveState(Base):
    """What Statsig has of a created autotune, as far as it was read.

    `data` is JSON, None until the first read has succeeded, and stays when the autotune is deleted. `checked_at` is
    when it was read last; `error` is why a later read failed. Nobody checks before `next_check_at`: the copy that does
    moves that first. `started_at`, `ended_at` and `deleted_at` are when it was seen to be started, to have a winner, to
    be gone; it had not been started at `not_started_at`. `explores_until` is the end of its exploration window,
    `differs` whether it is not as requested, None if that cannot be told.
    Once it has a winner, `took_days` is how long that took, as far as its start is known. `has_forecast`: there is one
    of the same settings, with an 80% band from `band_low` to `band_high` (days; None: beyond its horizon), and
    `is_in_band` tells whether it took as long.
    """

    __tablename__ = "live_states"

    autotune_id: Mapped[str] = mapped_column(String(32), ForeignKey("autotunes.id"), primary_key=True)
    data: Mapped[str | None]
    checked_at: Mapped[float | None]
    next_check_at: Mapped[float]
    error: Mapped[str] = mapped_column(default="")
    started_at: Mapped[float | None]
    not_started_at: Mapped[float | None]
    explores_until: Mapped[float | None]
    winner: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[float | None]
    deleted_at: Mapped[float | None]
    differs: Mapped[bool | None]
    took_days: Mapped[float | None]
    has_forecast: Mapped[bool] = mapped_column(default=False)
    band_low: Mapped[float | None]
    band_high: Mapped[float | None]
    is_in_band: Mapped[bool | None]

    __table_args__ = (Index("live_states_by_end", "ended_at"),)
