"""What pages say of a created autotune in Statsig, and as of when."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import Flask

from ..autotunes.accuracy import hour_seconds
from ..autotunes.projects import destination
from ..store import AutotuneRecord, LiveState
from .request_context import services
from .template_context import age_text, state_label

DAY, TWO_DAYS = 24, 48  # hours


@dataclass(frozen=True)
class Live:
    """`data` is what was read last, at `as_of`, or else the answer of the create. Times are seconds since 1970."""

    record: AutotuneRecord
    row: LiveState | None
    is_checking: bool = False

    @property
    def data(self) -> dict[str, Any]:
        text = self.row.data if self.row and self.row.data else self.record.statsig
        data: dict[str, Any] = json.loads(text) if text else {}
        return data

    @property
    def as_of(self) -> float | None:
        return (self.row and self.row.checked_at) or self.record.statsig_read_at

    @property
    def error(self) -> str:
        """Why the last check failed."""
        return self.row.error if self.row else ""

    @property
    def started_at(self) -> float | None:
        return self.row.started_at if self.row else None

    @property
    def is_started(self) -> bool | None:
        """None if it is not known."""
        return True if self.started_at else _boolean(self.data.get("isStarted"))

    @property
    def winner(self) -> str:
        return self.row.winner if self.row else ""

    @property
    def ended_at(self) -> float | None:
        return self.row.ended_at if self.row else None

    @property
    def deleted_at(self) -> float | None:
        return self.row.deleted_at if self.row else None

    @property
    def is_exploring(self) -> bool:
        return bool(self.row and is_exploring(self.row))

    @property
    def exploration(self) -> str:
        return exploration(self.record, self.row) if self.row else ""

    @property
    def checked(self) -> str:
        """`checked 20 s ago`, and why a later check failed."""
        failed = f". It could not be checked again: {self.error}" if self.error else ""
        return f"checked {seconds_ago(self.as_of)}{failed}" if self.as_of else self.error

    def as_json(self) -> dict[str, Any]:
        facts = {
            "label": live_label(self.record, self.row),
            "started": self.is_started,
            "started_at": self.started_at,
            "explores_until": self.row.explores_until if self.row else None,
            "winner": self.winner or None,
            "ended_at": self.ended_at,
            "deleted_at": self.deleted_at,
            "differs": self.row.differs if self.row else None,
        }
        return {**facts, "digest": self.digest, "checked_at": self.as_of, "checked": self.checked}

    @property
    def digest(self) -> str:
        """Differs once the page would say something else, apart from when it was checked."""
        shown = [live_label(self.record, self.row), self.data, self.record.archived_at, self.deleted_at]
        return sha256(json.dumps(shown).encode()).hexdigest()[:12]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(live_label=live_label)


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def seconds_ago(at: float) -> str:
    seconds = round(services().clock() - at)
    return f"{max(seconds, 0)} s ago" if seconds < 60 else age_text(at)


def is_exploring(row: LiveState) -> bool:
    return row.explores_until is not None and services().clock() < row.explores_until


def exploration(record: AutotuneRecord, row: LiveState) -> str:
    """`day 3 of 7`, or hours of a window of less than two days; blank without a window."""
    if row.started_at is None or row.explores_until is None:
        return ""
    hours = [(at - row.started_at) / hour_seconds(record) for at in (row.explores_until, services().clock())]
    total, elapsed = (round(value, 3) for value in hours)
    name, unit = ("day", DAY) if total >= TWO_DAYS else ("hour", 1)
    number = min(max(elapsed, 0) // unit + 1, total // unit)
    return f"{name} {number:.0f} of {total / unit:.0f}"


def live_label(record: AutotuneRecord, row: LiveState | None) -> str:
    """What the badge of a created autotune says."""
    if row is None:
        return state_label(record.state)
    if row.deleted_at:
        return f"Deleted in {destination(record.project)}"
    if row.winner:
        return f"Winner: {row.winner}"
    if row.started_at is None:
        return state_label(record.state)
    return f"Exploring, {exploration(record, row)}" if is_exploring(row) else "Running"
