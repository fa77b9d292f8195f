"""Reconciles unknown outcomes by reading Statsig, never by sending again."""

import json
import logging
import threading
from typing import Any

from ..contract.characters import compare_key
from ..contract.diff import confirms
from ..contract.ids import expected_id, id_is_certain
from ..statsig import Deadline, ListTooLong, StatsigClient, StatsigError, Unauthorized, is_valid_id
from ..store import ActionRecord, AutotuneRecord, StoreError, queries
from .outcomes import Outcome, found_outcome, not_created_outcome, record_outcome
from .projects import NoSuchProject, destination
from .services import Services
from .states import CLAIM_SECONDS, GRACE_SECONDS, RECHECK_SECONDS, SYSTEM, State

log = logging.getLogger(__name__)

CLOCK_SKEW = 5.0  # seconds that clocks may differ before a time in the future counts as wrong

CLAIM_EXPIRED = "No response to this request was recorded, so we don’t know whether it arrived."
NOT_FOUND = "There is no autotune with this name, so you can create it again."
NOT_LISTED = (
    "It was not found in the list of autotunes. Statsig doesn’t document which ID this name gets, "
    "so please look there yourself before you continue."
)
TAKEN_BY_ANOTHER = (
    "There is an autotune with this name but different content: someone else created it, "
    "or it was changed there. Yours is unconfirmed."
)
READ_FAILED = "It could not be looked up."
CANNOT_READ = "It cannot be looked up from here."
LIST_TOO_LONG = (
    "It was not found, but there are more autotunes than can be searched, "
    "so please look for it yourself before you continue."
)
# How a status message begins if reading Statsig cannot decide.
INCONCLUSIVE = (NOT_LISTED, TAKEN_BY_ANOTHER, CANNOT_READ, LIST_TOO_LONG)


def reconcile(services: Services, record: AutotuneRecord) -> threading.Event | None:
    """Checks an unknown outcome in a thread; None if there is nothing to check, or no free thread."""
    try:
        unknown = expire_claim(services, record) or record.state == State.UNKNOWN
    except StoreError as error:  # what cannot be written now can still be shown
        log.error("an expired claim was not written", extra={"autotune": record.id, "error": type(error).__name__})
        unknown = False
    if not unknown or not services.reads.acquire():
        return None
    return services.reads.run(lambda: check_statsig(services, record.id))


def expire_claim(services: Services, record: AutotuneRecord) -> bool:
    """Makes a send without an outcome unknown once its claim has expired, or is in the future because a clock was
    wrong. Returns whether it did."""
    now = services.clock()
    if record.state != State.SENDING or not claim_is_over(record, now):
        return False
    unchanged = (AutotuneRecord.state == State.SENDING, AutotuneRecord.claimed_at == record.claimed_at)
    with services.store.write() as session:
        return record_outcome(
            session,
            now,
            record.id,
            SYSTEM,
            Outcome(State.UNKNOWN, CLAIM_EXPIRED, status_message=CLAIM_EXPIRED),
            unchanged,
        )


def claim_is_over(row: AutotuneRecord | ActionRecord, now: float) -> bool:
    return row.claimed_at is not None and not row.claimed_at - CLOCK_SKEW <= now <= row.claimed_at + CLAIM_SECONDS


def check_statsig(services: Services, record_id: str) -> None:
    """Reads Statsig once, and records what follows."""
    with services.store.read() as session:
        record = queries.get(session, record_id)
    if record is None or record.state != State.UNKNOWN:
        return
    started_at = services.clock()
    try:
        statsig = services.client_for(record.project)
        sent = statsig.redacted(json.loads(record.body or "{}"))
        found = find_in_statsig(
            statsig, sent, Deadline(services.create_timeout), whole_list=_is_decisive(services, record, started_at)
        )
    except ListTooLong:
        _set_status_message(services, record, LIST_TOO_LONG)
        return
    except (Unauthorized, NoSuchProject) as error:
        _set_status_message(services, record, f"{CANNOT_READ} {error}")
        return
    except StatsigError as error:
        _set_status_message(services, record, f"{READ_FAILED} {error}")
        return
    if found is None:
        _handle_not_found(services, record, started_at)
    elif is_same_autotune(sent, found):
        _record(services, record, found_outcome(found, record.project))
    else:
        _set_status_message(services, record, TAKEN_BY_ANOTHER, started_at)


def is_same_autotune(sent: dict[str, Any], found: dict[str, Any]) -> bool:
    return is_valid_id(found.get("id")) and confirms(sent, found)


def find_in_statsig(
    statsig: StatsigClient, sent: dict[str, Any], deadline: Deadline, whole_list: bool = False
) -> dict[str, Any] | None:
    """The autotune that was sent, or another with its name: by ID, then in the list where the ID is not enough.

    `whole_list`: a 404 is not enough. If the ID is a guess, the list is always searched.
    """
    autotune_id, certain = expected_id(sent["name"]), id_is_certain(sent["name"])
    found = statsig.find(autotune_id, deadline) if autotune_id else None
    if found is not None and (certain or confirms(sent, found)):
        return found
    if certain and not whole_list:
        return None
    similar = None
    for item in statsig.autotunes(deadline):
        if _has_same_name(sent, item):
            if item.get("name") == sent["name"] or confirms(sent, item):
                return item
            similar = similar or item  # a name that only looks the same: what was sent may still follow
    return similar


def _has_same_name(sent: dict[str, Any], item: dict[str, Any]) -> bool:
    if id_is_certain(sent["name"]) and item.get("id") == expected_id(sent["name"]):
        return True
    if isinstance(item.get("name"), str):
        return compare_key(item["name"]) == compare_key(sent["name"])
    letters = _letters(sent["name"])  # a name may have none, and so may the id of another
    return letters != "" and _letters(item.get("id")) == letters and confirms(sent, item)


def _letters(text: Any) -> str:
    return "".join(character for character in compare_key(str(text)) if character.isalnum())


def _handle_not_found(services: Services, record: AutotuneRecord, started_at: float) -> None:
    """Statsig may commit late, so only a second read, late enough and long enough after the first, is decisive."""
    if clock_was_set_back(services, record, started_at):
        _update(services, record, deadline_at=started_at + services.create_timeout, first_not_found_at=None)
    elif grace_is_over(record, started_at) and id_is_certain(record.name):
        _count_empty_read(services, record, started_at)
    elif grace_is_over(record, started_at):
        _set_status_message(services, record, NOT_LISTED, started_at)


def _is_decisive(services: Services, record: AutotuneRecord, started_at: float) -> bool:
    """Whether finding nothing now proves that it was not created. Then the list must be searched, too."""
    second = record.first_not_found_at is not None and started_at - record.first_not_found_at >= RECHECK_SECONDS
    return second and grace_is_over(record, started_at) and not clock_was_set_back(services, record, started_at)


def _count_empty_read(services: Services, record: AutotuneRecord, started_at: float) -> None:
    if record.first_not_found_at is None or record.first_not_found_at > started_at:
        _update(services, record, first_not_found_at=services.clock())
    elif _is_decisive(services, record, started_at):
        _record(services, record, not_created_outcome(record, f"Not found in {destination(record.project)}", NOT_FOUND))


def grace_is_over(row: AutotuneRecord | ActionRecord, now: float) -> bool:
    """Whether the request can no longer arrive."""
    return row.deadline_at is not None and now >= row.deadline_at + GRACE_SECONDS


def needs_confirmation(record: AutotuneRecord, now: float) -> bool:
    """Whether reading could not decide in time, so that a user has to look in Statsig."""
    return (
        record.state == State.UNKNOWN and grace_is_over(record, now) and record.status_message.startswith(INCONCLUSIVE)
    )


def clock_was_set_back(services: Services, row: AutotuneRecord | ActionRecord, now: float) -> bool:
    """A clock was set back since the send."""
    return row.deadline_at is not None and row.deadline_at > now + services.create_timeout + CLOCK_SKEW


def confirm_not_created(services: Services, record: AutotuneRecord, version: int, actor: str, timeout: float) -> bool:
    """Records that a user did not find it in Statsig; False if the state has changed, or Statsig cannot be read.

    Reads Statsig once more, for at most `timeout` seconds, since a user may overlook it.
    """
    done = reconcile(services, record)
    if done is None or not done.wait(timeout):
        return False
    now = services.clock()
    with services.store.write() as session:
        current = queries.get(session, record.id)
        if current is None or current.version != version or not needs_confirmation(current, now):
            return False
        outcome = not_created_outcome(current, f"Confirmed that it is not in {destination(current.project)}")
        return record_outcome(session, now, current.id, actor, outcome, _unknown_conditions(current))


def _unknown_conditions(record: AutotuneRecord) -> tuple[Any, ...]:
    return AutotuneRecord.state == State.UNKNOWN, AutotuneRecord.claim == record.claim


def _update(services: Services, record: AutotuneRecord, **values: Any) -> None:
    with services.store.write() as session:
        queries.update_if(session, record.id, *_unknown_conditions(record), **values)


def _set_status_message(
    services: Services, record: AutotuneRecord, status_message: str, read_at: float | None = None
) -> None:
    """`read_at`: when Statsig was read, if the message repeats what it has."""
    if (record.status_message, record.statsig_read_at) != (status_message, read_at):
        _update(services, record, status_message=status_message, statsig_read_at=read_at)


def _record(services: Services, record: AutotuneRecord, outcome: Outcome) -> None:
    with services.store.write() as session:
        record_outcome(session, services.clock(), record.id, SYSTEM, outcome, _unknown_conditions(record))
