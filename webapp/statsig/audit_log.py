"""Who changed an autotune, according to Statsig's audit log."""

from datetime import datetime
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

    Each has `by`, `at` (in words) and `what`.
    """
    path = f"/audit_logs?actionTypes={ACTIONS}&startDate={since}"
    entries, _ = statsig.read_list(path, deadline, MAX_PAGES)
    return [_change(entry) for entry in entries if entry.get("name") in names][:MAX_CHANGES]


def _change(entry: dict[str, Any]) -> dict[str, str]:
    by, what = (_text(entry.get(name)) for name in ("updatedBy", "changeLog"))
    written = f"{_text(entry.get('date'))} {_text(entry.get('time')).partition(' GMT+0000')[0]}".strip()
    return {"by": by or "somebody", "at": _readable(written), "what": what}


def _readable(written: str) -> str:
    """`Mon Sep 26 2022 23:46:14` as `26 Sep 2022, 23:46 UTC`; as it is written if it is written otherwise."""
    try:
        at = datetime.strptime(written, "%a %b %d %Y %H:%M:%S")  # noqa: DTZ007  # it is in UTC
    except ValueError:
        return written
    return f"{at.day} {at:%b %Y, %H:%M} UTC"


def _text(value: Any) -> str:
    return value[:MAX_TEXT] if isinstance(value, str) else ""
