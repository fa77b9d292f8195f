"""What pages say of a created autotune in Statsig, and as of when."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import Flask

from ..autotunes.accuracy import hour_seconds, is_start_known
from ..autotunes.projects import destination
from ..contract.diff import differs
from ..store import AutotuneRecord, LiveState
from .request_context import services
from .template_context import age_text, state_label

DAY, TWO_DAYS = 24, 48  # hours
ROUGH = 120.0  # seconds between two reads, after which a page says both


@dataclass(frozen=True)
class Live:
    """`data` is what was read last, at `as_of`, or else the answer of the create. Times are seconds since 1970."""

    record: AutotuneRecord
    row: LiveState | None
    is_checking: bool = False

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads((self.row and self.row.data) or self.record.statsig or "{}")
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
    def started_between(self) -> float | None:
        """When it had not been started yet, if that was much earlier; None if its start is known."""
        row = self.row
        is_rough = row and row.not_started_at and row.started_at and row.started_at - row.not_started_at > ROUGH
        return row.not_started_at if row and is_rough else None

    @property
    def is_started(self) -> bool | None:
        """None if it is not known, or was deleted."""
        if self.deleted_at:
            return None
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
    def explores_until(self) -> float | None:
        """None once it has a winner or was deleted."""
        return None if self.winner or self.deleted_at or not self.row else self.row.explores_until

    @property
    def is_exploring(self) -> bool:
        return self.explores_until is not None and services().clock() < self.explores_until

    @property
    def exploration(self) -> str:
        return exploration(self.record, self.row) if self.row else ""

    @property
    def differs(self) -> bool | None:
        """Whether it is not as requested; None if that cannot be told."""
        if self.row and self.row.data:
            return self.row.differs
        return differs(json.loads(self.record.body or "{}"), self.data) if self.data else None

    @property
    def age(self) -> int | None:
        """Seconds since it was read."""
        return max(round(services().clock() - self.as_of), 0) if self.as_of else None

    def as_json(self) -> dict[str, Any]:
        facts = {
            "label": live_label(self.record, self.row),
            "started": self.is_started,
            "started_at": self.started_at,
            "explores_until": self.explores_until,
            "winner": self.winner or None,
            "ended_at": self.ended_at,
            "deleted_at": self.deleted_at,
            "differs": self.differs,
        }
        return {**facts, "digest": self.digest, "checked_at": self.as_of, "age": self.age, "error": self.error or None}

    @property
    def digest(self) -> str:
        """Differs once the page would say something else, apart from when it was checked."""
        shown = [live_label(self.record, self.row), self.data, self.record.archived_at, self.deleted_at, self.error]
        return sha256(json.dumps(shown).encode()).hexdigest()[:12]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(live_label=live_label, seconds_ago=seconds_ago)


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def seconds_ago(live: Live) -> str:
    return f"{live.age} s ago" if live.age is not None and live.age < 60 else age_text(live.as_of or 0.0)


def exploration(record: AutotuneRecord, row: LiveState) -> str:
    """`day 3 of 7`, or hours of a window of less than two days; blank if its start is known only roughly."""
    if row.started_at is None or row.explores_until is None:
        return ""
    if not is_start_known(record, row, row.explores_until - row.started_at):
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
    if row.explores_until is None or services().clock() >= row.explores_until:
        return "Running"
    return ", ".join(filter(None, ("Exploring", exploration(record, row))))
