"""`GET /audit_logs`: who changed which autotune."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from .lifecycle import Autotune, Change
from .messages import Call, Reply, listed


def audit_logs(call: Call) -> Reply:
    found = sorted(_found(call), key=lambda pair: pair[1].at, reverse=True)
    return listed(call, "Audit logs listed successfully.", [_entry(*pair) for pair in found])


def _found(call: Call) -> Iterator[tuple[Autotune, Change]]:
    """Those that the parameters ask for. Whether Statsig's `id` is that of the autotune is not documented."""
    actions, autotune_id = call.values("actionTypes", "actionType"), call.value("id")
    first, last = call.day("startDate"), call.day("endDate")
    for autotune in call.storage.all(call.now):
        for change in autotune.changes(call.now):
            day = _moment(change).date()
            within = (first is None or first <= day) and (last is None or day <= last)
            if within and change.action in (actions or [change.action]) and autotune_id in (None, autotune.data["id"]):
                yield autotune, change


def _entry(autotune: Autotune, change: Change) -> dict[str, Any]:
    moment = _moment(change)
    return {
        "id": sha256(f"{autotune.data['id']} {change.action} {change.at}".encode()).hexdigest()[:22],
        "name": autotune.data["name"],
        "changeLog": change.log,
        "actionType": change.action,
        "date": moment.strftime("%a %b %d %Y"),
        "time": moment.strftime("%H:%M:%S GMT+0000 (Coordinated Universal Time)"),
        "updatedBy": change.by.name,
        "updatedByUserID": change.by.id,
        "modifierEmail": change.by.email,
        "changes": {name: {"new": value, "old": autotune.data.get(name)} for name, value in change.properties.items()},
        "tags": [],
    }


def _moment(change: Change) -> datetime:
    return datetime.fromtimestamp(change.at, UTC)
