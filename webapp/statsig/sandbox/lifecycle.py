"""What becomes of an autotune: who changed it when, and its winner. All of it is computed when it is read.

Time is short in the sandbox, so that a winner can be waited for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...contract.choices import WINNER_THRESHOLDS, window_hours
from .faults import DRIFT, DRIFT_AFTER, VANISH, VANISH_AFTER
from .hashing import fraction

SECONDS_PER_HOUR = 1.0  # an hour at Statsig passes in one second
MIN_WAIT = 30.0  # seconds at least from the end of the exploration window to the winner
CREATED, EDITED, DELETED = (f"autotune_experiment_{action}" for action in ("create", "edit", "delete"))
DRIFT_NOTE = "Threshold changed after the weekly review."

_THRESHOLDS = [choice.text for choice in WINNER_THRESHOLDS]


class Person(NamedTuple):
    name: str
    id: str
    email: str | None


CONSOLE_API = Person("CONSOLE API", "console_api", None)
DANA = Person("Dana Console", "4eoDlYj7svJixZfDsYSn", "dana.console@example.com")


class Change(NamedTuple):
    """`properties`: what the autotune has since then."""

    action: str
    at: float
    by: Person
    log: str
    properties: dict[str, Any]


@dataclass(frozen=True)
class Autotune:
    """As it is stored. Times are seconds since 1970; `winner` is the ID of the variant that somebody decided for."""

    data: dict[str, Any]
    started_at: float | None = None
    decided_at: float | None = None
    winner: str | None = None
    reason: str | None = None

    def shown(self, now: float) -> dict[str, Any]:
        """What reads return."""
        shown = {**self.data, "winner": self._own_winner(now)}
        for version, change in enumerate(self.changes(now), 1):
            modifier = {"lastModifierName": change.by.name, "lastModifiedTime": milliseconds(change.at)}
            shown |= {**change.properties, **modifier, "version": version}
        return shown

    def is_gone(self, now: float) -> bool:
        return any(change.action == DELETED for change in self.changes(now))

    def is_running(self, now: float) -> bool:
        """Also with a winner, which gets all traffic."""
        return self.started_at is not None and not self.is_gone(now)

    def is_finished(self, now: float) -> bool:
        return self.shown(now)["winner"] is not None

    def hours_running(self, now: float) -> float:
        """At Statsig; 0 before its start."""
        return 0.0 if self.started_at is None else (now - self.started_at) / SECONDS_PER_HOUR

    def changes(self, now: float) -> list[Change]:
        """Those up to now, the oldest first."""
        changes = (*self._since_created(), *self._since_started())
        past = [change for change in changes if milliseconds(change.at) <= milliseconds(now)]
        return sorted(past, key=lambda change: change.at)

    def _since_created(self) -> Iterator[Change]:
        """None in a file from before the times were stored."""
        if "createdTime" in self.data:
            at = self.data["createdTime"] / 1000
            yield Change(CREATED, at, CONSOLE_API, "Created Autotune Experiment", {})
            if self.data["name"].startswith(DRIFT):
                yield Change(EDITED, at + DRIFT_AFTER, DANA, "Edited Autotune Experiment", self._drift())

    def _since_started(self) -> Iterator[Change]:
        if self.started_at is None:
            return
        yield Change(EDITED, self.started_at, CONSOLE_API, "Started Autotune Experiment", {"isStarted": True})
        if self.decided_at is not None:
            log = f"Made decision for Autotune Experiment: {self.reason}"
            yield Change(EDITED, self.decided_at, CONSOLE_API, log, {"winner": self._variant(self.winner)})
        if self.data["name"].startswith(VANISH):
            yield Change(DELETED, self.started_at + VANISH_AFTER, DANA, "Deleted Autotune Experiment", {})

    def _drift(self) -> dict[str, Any]:
        lower = _THRESHOLDS.index(self.data["winnerThreshold"]) - 1  # below the lowest comes the highest
        description = f"{self.data.get('description', '')} {DRIFT_NOTE}".strip()
        return {"winnerThreshold": _THRESHOLDS[lower], "description": description}

    def _variant(self, variant_id: str | None) -> dict[str, str] | None:
        """Its ID and name, as a winner is shown."""
        named = ({"id": variant["id"], "name": variant["name"]} for variant in self.data["variants"])
        return next((variant for variant in named if variant["id"] == variant_id), None)

    def _own_winner(self, now: float) -> dict[str, str] | None:
        """The winner that it declares itself, never the default."""
        if self.data.get("isContextual") or self.hours_running(now) < self._hours_to_winner():
            return None
        others = self.data["variants"][1:]
        return self._variant(others[int(fraction(self.data["id"]) * len(others))]["id"])

    def _hours_to_winner(self) -> float:
        window = window_hours(self.data["explorationWindow"].removesuffix("s"))
        return window + max(window / 2, MIN_WAIT / SECONDS_PER_HOUR)


def milliseconds(at: float) -> int:
    return round(at * 1000)
