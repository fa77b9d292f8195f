"""The course of an autotune after it was created, as far as it is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..contract.choices import EXPLORATION_WINDOWS, find_choice
from .live import Live

NOT_KNOWN = "Not known yet"


@dataclass(frozen=True)
class Step:
    """`at` belongs to the note: seconds since 1970, UTC. So does `since`, if the time is between the two."""

    title: str
    note: str
    at: float | None = None
    is_done: bool = False
    since: float | None = None


def steps(live: Live, body: dict[str, Any]) -> list[Step]:
    """`body` is its request, with what Statsig has instead."""
    return [*_steps(live, body)]


def _steps(live: Live, body: dict[str, Any]) -> Iterator[Step]:
    record = live.record
    yield Step("Created", f"By {record.sent_by},", record.claimed_at or record.changed_at, is_done=True)
    if live.deleted_at:
        yield from [_started(live)] if live.started_at else []
        yield from [_winner(live, body)] if live.winner else []
        yield Step("Deleted", "Noticed", live.deleted_at, is_done=True)
    else:
        yield from (_started(live), _exploring(live, body), _winner(live, body))


def _started(live: Live) -> Step:
    if live.started_at:
        return Step("Started", "", live.started_at, is_done=True, since=live.started_between)
    if live.is_started is None:
        return Step("Started", NOT_KNOWN)
    return Step("Started", "As of" if live.is_started else "Not yet as of", live.as_of, is_done=live.is_started)


def _exploring(live: Live, body: dict[str, Any]) -> Step:
    if live.winner:
        return Step("Exploring", "Over", is_done=True)
    if live.is_exploring:
        day = live.exploration
        return Step("Exploring", f"{day.capitalize()}, until" if day else "Until about", live.explores_until)
    if live.explores_until:
        return Step("Exploring", "Until", live.explores_until, is_done=True)
    if body.get("isContextual") and live.is_started:
        return Step("Exploring", "For as long as it runs")
    window = find_choice(EXPLORATION_WINDOWS, body["explorationWindow"])
    return Step("Exploring", f"{window.short_label} from the start" if window else NOT_KNOWN)


def _winner(live: Live, body: dict[str, Any]) -> Step:
    if live.winner:
        return Step("Winner", f"{live.winner},", live.ended_at, is_done=True)
    if body.get("isContextual"):
        return Step("Winner", "None: it is contextual")
    threshold = live.data.get("winnerThreshold")
    return Step("Winner", f"At {threshold if isinstance(threshold, str | int | float) else body['winnerThreshold']}")
