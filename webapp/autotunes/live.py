"""What becomes of created autotunes in Statsig: read in the background, and recorded with each change.

One autotune is read when its page is viewed, the whole list of a project while anything runs in it.
"""

import json
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from ..contract.choices import window_hours
from ..contract.diff import as_returned, differs
from ..statsig import Deadline, Project, StatsigClient, StatsigError, is_valid_id
from ..statsig.audit_log import last_changes
from ..store import AutotuneRecord, BudgetExhausted, LiveState, live_states, queries
from .accuracy import compare_with_forecast, hour_seconds
from .cached_reads import READ_TIMEOUT, CachedValue, Reads, error_message
from .projects import NoSuchProject, destination, find_project
from .services import Services
from .states import SYSTEM, State

LIVE_SECONDS = 60.0  # at least between two reads of the same
SANDBOX_SECONDS = 5.0  # the same in the sandbox, where an hour takes a second
CHANGES_SECONDS = 300.0  # at least between two reads of the audit log
MAX_PAGES = 10  # of the list in one round, so in a minute
MAX_SEARCHED = 5  # autotunes that the list lacks, looked up in one round
MAX_KEYS = 200  # of the JSON of an autotune's variants
MAX_NAME = 250  # characters
LIST = "autotunes"


class Phase(StrEnum):
    """Of a created autotune that was started. The winner of one that has ended gets all traffic."""

    RUNNING = "running"
    ENDED = "ended"


def live_seconds(sandbox: bool) -> float:
    return SANDBOX_SECONDS if sandbox else LIVE_SECONDS


def check_when_due(services: Services, record: AutotuneRecord, row: LiveState | None) -> bool:
    """Reads a created autotune in the background, at most once a minute; whether it is being read now."""
    next_check_at = row.next_check_at if row else (record.statsig_read_at or 0.0) + live_seconds(record.sandbox)
    due = record.state == State.CREATED and next_check_at <= services.clock()
    if due:
        services.cached_reads.run(lambda: _check(services, record))
    return due


def _check(services: Services, record: AutotuneRecord) -> None:
    now = services.clock()
    with services.store.write() as session:
        if not live_states.claim(session, record.id, now, now + live_seconds(record.sandbox)):
            return
    try:
        statsig = services.background_client(find_project(services.projects.all(), record.project))
        found = statsig.find(record.statsig_id or "", Deadline(READ_TIMEOUT))
    except (StatsigError, BudgetExhausted, NoSuchProject) as error:
        with services.store.write() as session:
            _row(session, record).error = error_message(error)
        return
    with services.store.write() as session:
        _record_read(session, record, statsig, found, now)


def known_data(session: Session, record: AutotuneRecord) -> dict[str, Any]:
    """What Statsig has, as it was read last, or else as it answered the create; nothing once it was deleted."""
    row = session.get(LiveState, record.id)
    if row and row.deleted_at:
        return {}
    data: dict[str, Any] = json.loads((row and row.data) or record.statsig or "{}")
    return data


def record_answer(
    session: Session,
    services: Services,
    record_id: str,
    found: dict[str, Any] | None,
    not_done_at: float | None = None,
) -> None:
    """What a start or a decision has read, which has its own history: None if Statsig does not have it any more.

    `not_done_at` is when it was not done yet.
    """
    record = queries.get(session, record_id)
    if record is None or (found is not None and found.get("id") != record.statsig_id):
        return
    statsig = services.client(find_project(services.projects.all(session), record.project))
    if not_done_at and (row := _row(session, record)).started_at is None:
        row.checked_at = max(row.checked_at or 0.0, not_done_at)
    _record_read(session, record, statsig, found, services.clock(), in_history=not not_done_at)


def _row(session: Session, record: AutotuneRecord) -> LiveState:
    row = session.get(LiveState, record.id, with_for_update=True)
    if row is None:
        row = LiveState(autotune_id=record.id, next_check_at=0.0, error="", winner="")
        session.add(row)
    return row


def _record_read(
    session: Session,
    record: AutotuneRecord,
    statsig: StatsigClient,
    found: dict[str, Any] | None,
    read_at: float,
    in_history: bool = True,
) -> None:
    """A read that began before the last one that was recorded is ignored. `found` is None if it is gone."""
    row = _row(session, record)
    if row.checked_at and row.checked_at > read_at:
        return
    if found is None:
        changes = _deleted(row, read_at)
    elif json.dumps(found) == row.data and not row.deleted_at:
        changes = []
    else:
        changes = _update(session, row, record, statsig, found, read_at)
    row.checked_at, row.error = read_at, ""
    queries.update_if(session, record.id, phase=_phase(row))
    for change in changes if in_history else ():
        queries.add_event(session, record.id, read_at, SYSTEM, f"Seen in {destination(record.project)}: {change}")


def _phase(row: LiveState) -> str:
    return Phase.ENDED if row.winner or row.deleted_at else Phase.RUNNING if row.started_at else ""


def _deleted(row: LiveState, read_at: float) -> list[str]:
    if row.deleted_at:
        return []
    row.deleted_at = read_at
    return ["deleted"]


def _update(
    session: Session,
    row: LiveState,
    record: AutotuneRecord,
    statsig: StatsigClient,
    found: dict[str, Any],
    read_at: float,
) -> list[str]:
    """Returns what has changed, in words."""
    sent = statsig.redacted(json.loads(record.body or "{}"))
    happened_at = _happened_at(row, record, found, read_at)
    before = (bool(row.started_at or row.winner), row.winner, row.deleted_at is not None, bool(row.differs))
    row.data, row.deleted_at = json.dumps(found), None
    row.winner = _winner(found)
    is_started = found.get("isStarted") is True or bool(row.winner)
    if not is_started:
        row.started_at = row.not_started_at = row.ended_at = None
    elif row.winner:  # where nobody saw it run, its start is not known
        row.ended_at = row.ended_at or (happened_at if row.started_at else read_at)
    else:
        if row.started_at is None:
            row.started_at, row.not_started_at = happened_at, row.checked_at or record.statsig_read_at
        row.ended_at = None
    body = as_returned(sent, found)
    row.explores_until = _explores_until(row, record, body)
    compare_with_forecast(session, record, row, body)
    row.differs = differs(sent, found)
    after = (is_started, row.winner, False, bool(row.differs))
    return [text for was, now, text in zip(before, after, _changes(row, found), strict=True) if was != now]


def _winner(found: dict[str, Any]) -> str:
    """Its name; blank without one."""
    winner = found.get("winner")
    name = (winner.get("name") or winner.get("id")) if isinstance(winner, dict) else winner
    return name[:MAX_NAME] if isinstance(name, str) else ""


def _changes(row: LiveState, found: dict[str, Any]) -> tuple[str, str, str, str]:
    """What to say of each of `_update`'s facts, if it has changed."""
    by = f", last modified by {found['lastModifierName']}" if found.get("lastModifierName") else ""
    return (
        "started" if row.started_at or row.winner else "not started any more",
        f"the winner is {row.winner}" if row.winner else "it has no winner any more",
        "it exists again",
        f"not as requested{by}" if row.differs else f"as requested{by}",
    )


def _happened_at(row: LiveState, record: AutotuneRecord, found: dict[str, Any], read_at: float) -> float:
    """When Statsig changed it last, if that was after the read before, which did not show it yet."""
    modified = found.get("lastModifiedTime")
    before = row.checked_at or record.statsig_read_at or read_at
    if isinstance(modified, int | float) and before < modified / 1000 <= read_at:
        return modified / 1000
    return read_at


def _explores_until(row: LiveState, record: AutotuneRecord, body: dict[str, Any]) -> float | None:
    if row.started_at is None or body.get("isContextual") or "explorationWindow" not in body:
        return None
    return row.started_at + window_hours(body["explorationWindow"]) * hour_seconds(record)


def load_changes(services: Services, session: Session, record: AutotuneRecord, row: LiveState | None) -> CachedValue:
    """Who changed it, of one that is not as requested or was deleted; read in the background."""
    if row is None or not (row.differs or row.deleted_at):
        return CachedValue()
    name = f"changes {record.statsig_id}"[:MAX_NAME]
    with suppress(NoSuchProject):
        project = find_project(services.projects.all(session), record.project)
        since = datetime.fromtimestamp(record.claimed_at or record.changed_at, UTC).date().isoformat()
        read = partial(last_changes, names=(record.name, record.statsig_id or ""), since=since)
        services.cached_reads.refresh(session, project, {name: read}, CHANGES_SECONDS)
    return services.cached_reads.values(session, record.project, [name]).get(name, CachedValue())


def list_reads(services: Services, project: Project) -> Reads:
    """The list of a project's autotunes, for the form and for those that run."""
    return {LIST: partial(_read_list, services, project)}


def refresh_running(services: Services, project: Project) -> None:
    """Reads the list, in the thread of the caller, if anything runs in the project."""
    with services.store.read() as session:
        is_needed = live_states.has_phase(session, project.name, Phase.RUNNING)
    if is_needed:
        services.cached_reads.refresh_now(project, list_reads(services, project), live_seconds(project.sandbox))


def _read_list(services: Services, project: Project, statsig: StatsigClient, deadline: Deadline) -> dict[str, Any]:
    """MAX_PAGES pages at most, from where the last round has ended: `next_page` is None after the last page.

    `items` are all that were found since the list was begun at `began_at`, and until its end those of the list before.
    """
    now = services.clock()
    page, began_at, items = _list_so_far(services, project, now)
    found, next_page = statsig.read_list("/autotunes", deadline, MAX_PAGES, page)
    read = {item["id"]: item for item in found if is_valid_id(item.get("id"))}
    with services.store.write() as session:
        for record in live_states.created(session, project.name, read.keys()):
            _record_read(session, record, statsig, read[record.statsig_id or ""], now)
    listed = [
        *({item["id"]: item for item in items} | {id_: _listed(item, now) for id_, item in read.items()}).values()
    ]
    if next_page is None:
        _search_missing(services, project, statsig, began_at)
        listed = [item for item in listed if item["at"] >= began_at]
    return {"items": listed, "next_page": next_page, "began_at": began_at}


def _list_so_far(services: Services, project: Project, now: float) -> tuple[int, float, list[dict[str, Any]]]:
    """The page to go on with, when the list was begun, and what is known of it."""
    with services.store.read() as session:
        value = services.cached_reads.values(session, project.name, [LIST]).get(LIST, CachedValue()).value
    if value is None or value["next_page"] is None:
        return 1, now, value["items"] if value else []
    return value["next_page"], value["began_at"], value["items"]


def _search_missing(services: Services, project: Project, statsig: StatsigClient, since: float) -> None:
    """Looks up those that run and are not in the list."""
    with services.store.read() as session:
        missing = live_states.unseen(session, project.name, Phase.RUNNING, since, MAX_SEARCHED)
    with suppress(StatsigError, BudgetExhausted):  # the next round looks again
        for record in missing:
            now = services.clock()
            found = statsig.find(record.statsig_id or "", Deadline(READ_TIMEOUT))
            with services.store.write() as session:
                _record_read(session, record, statsig, found, now)


def _listed(item: dict[str, Any], read_at: float) -> dict[str, Any]:
    """What the form needs to know of an autotune: `parameters` are the keys of its variants' JSON."""
    name, event, variants = item.get("name"), item.get("successEvent"), item.get("variants")
    rows = variants if isinstance(variants, list) else []
    values = [variant.get("json") for variant in rows if isinstance(variant, dict)]
    return {
        "id": item["id"],
        "name": name[:MAX_NAME] if isinstance(name, str) and name else item["id"],
        "event": event[:MAX_NAME] if isinstance(event, str) else "",
        "parameters": sorted({key for value in values if isinstance(value, dict) for key in value})[:MAX_KEYS],
        "state": "ended" if _winner(item) else "started" if item.get("isStarted") is True else "not started",
        "at": read_at,
    }
