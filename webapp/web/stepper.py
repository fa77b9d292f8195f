"""The course of an autotune after it was created, as far as it is known."""

from dataclasses import dataclass
from typing import Any

from ..contract.choices import EXPLORATION_WINDOWS, find_choice
from ..store import AutotuneRecord

NOT_KNOWN = "Not known yet"
NEVER = "Nothing runs in the sandbox"


@dataclass(frozen=True)
class Step:
    """`at` belongs to the note: seconds since 1970, UTC."""

    title: str
    note: str
    at: float | None = None
    is_done: bool = False


def steps(record: AutotuneRecord, body: dict[str, Any], returned: dict[str, Any]) -> list[Step]:
    """`record` exists in Statsig, which `returned` this; `body` is its request with what was returned instead."""
    is_started = returned.get("isStarted")
    window = find_choice(EXPLORATION_WINDOWS, body["explorationWindow"])
    unknown = NEVER if record.sandbox else NOT_KNOWN
    exploring = f"{window.short_label} from the start. {unknown}" if window else unknown
    threshold = returned.get("winnerThreshold")
    threshold = threshold if isinstance(threshold, str | int | float) else body["winnerThreshold"]
    winner = "None: it is contextual" if body.get("isContextual") else f"At {threshold}. {unknown}"
    return [
        Step("Created", f"By {record.sent_by},", record.claimed_at or record.changed_at, is_done=True),
        _started(is_started, record),
        Step("Exploring", exploring),
        Step("Winner", winner),
    ]


def _started(is_started: Any, record: AutotuneRecord) -> Step:
    """As Statsig's last response says, with its time: the desk does not know what happened since."""
    if not isinstance(is_started, bool):
        return Step("Started", NOT_KNOWN)
    return Step("Started", "As of" if is_started else "Not yet as of", record.statsig_read_at, is_done=is_started)
