"""Who changed an autotune, according to Statsig's audit log."""

from typing import Any

from .client import StatsigClient
from .deadline import Deadline

ACTIONS = "autotune_experiment_edit,autotune_experiment_delete"
MAX_PAGES = 3
MAX_CHANGES = 5
MAX_TEXT = 200  # characters


def last_changes(
    statsig: StatsigClient, deadline: Deadline, names: tuple[str, str], since: str
) -> list[dict[str, str]]:
    """The last changes since a day (an ISO date); `names` are the autotune's name and its ID, since the log may have
    either.

    Each has `by`, `at` (as Statsig writes it) and `what`.
    """
    path = f"/audit_logs?actionTypes={ACTIONS}&startDate={since}"
    entries, _ = statsig.read_list(path, deadline, MAX_PAGES)
    return [_change(entry) for entry in entries if entry.get("name") in names][:MAX_CHANGES]


def _change(entry: dict[str, Any]) -> dict[str, str]:
    by, what = (_text(entry.get(name)) for name in ("updatedBy", "changeLog"))
    date, time = _text(entry.get("date")), _text(entry.get("time")).partition(" GMT")[0]
    return {"by": by or "somebody", "at": f"{date}, {time} UTC" if date and time else date, "what": what}


def _text(value: Any) -> str:
    return value[:MAX_TEXT] if isinstance(value, str) else ""
