"""Settles unconfirmed starts and decisions by reading Statsig, never by sending again."""

import logging
import threading
from typing import Any

from ..statsig import Deadline, StatsigError
from ..store import ActionRecord, StoreError, action_queries, queries
from . import action_words
from .action_finding import GONE, Finding, examine
from .action_outcomes import ActionOutcome, failed, record_action, unknown
from .action_sending import found_done, statsig_id
from .live import known_data, record_answer
from .projects import NoSuchProject, destination
from .reconcile import CLAIM_EXPIRED, CLOCK_SKEW, READ_FAILED, claim_is_over, clock_was_set_back, grace_is_over
from .services import Services
from .states import RECHECK_SECONDS, SYSTEM, ActionState

log = logging.getLogger(__name__)

NOT_KNOWN = f"{GONE} Whether your request arrived before is not known."


def settle(services: Services, action: ActionRecord | None) -> threading.Event | None:
    """Looks up an unconfirmed action in a thread, at most every 30 s; None if there is nothing to do."""
    if action is None:
        return None
    try:
        is_due = _is_unknown(services, action) and _is_due(services, action)
    except StoreError as error:  # what cannot be written now can still be shown
        log.error(
            "an expired claim was not written", extra={"autotune": action.autotune_id, "error": type(error).__name__}
        )
        return None
    if not is_due or not services.reads.acquire():
        return None
    return services.reads.run(lambda: _look_up_in_turn(services, action))


def settle_actions(services: Services, slowdown: float = 0.0) -> list[ActionRecord]:
    """Expires claims and looks up all unconfirmed actions that are due. Returns those that were unconfirmed.

    `slowdown`: by which share of their age old ones are looked up less often.
    """
    with services.store.read() as session:
        pending = action_queries.in_states(session, (ActionState.SENDING, ActionState.UNKNOWN))
    unconfirmed = [action for action in pending if _is_unknown(services, action)]
    now = services.clock()
    for action in unconfirmed:
        if now - (action.read_at or 0.0) >= slowdown * (now - (action.claimed_at or now)):
            _look_up_in_turn(services, action)
    return unconfirmed


def _is_unknown(services: Services, action: ActionRecord) -> bool:
    return _expire_claim(services, action) or action.state == ActionState.UNKNOWN


def _expire_claim(services: Services, action: ActionRecord) -> bool:
    """Makes a send without an outcome unknown. Returns whether it did."""
    now = services.clock()
    if action.state != ActionState.SENDING or not claim_is_over(action, now):
        return False
    unchanged = ActionRecord.state == ActionState.SENDING, ActionRecord.claimed_at == action.claimed_at
    with services.store.write() as session:
        return record_action(session, services, action, SYSTEM, unknown(CLAIM_EXPIRED), *unchanged)


def _is_due(services: Services, action: ActionRecord) -> bool:
    """Whether it was not read for a while, or in the future because a clock was wrong, or is known to be done."""
    now = services.clock()
    if action.read_at is None or not now - RECHECK_SECONDS < action.read_at <= now + CLOCK_SKEW:
        return True
    with services.store.read() as session:
        record = queries.get(session, action.autotune_id)
        return record is not None and examine(action, known_data(session, record) or None).is_done is True


def _look_up_in_turn(services: Services, action: ActionRecord) -> None:
    """Looks it up unless another process does."""
    if not _is_due(services, action):
        return
    unchanged = ActionRecord.read_at.is_(None) if action.read_at is None else ActionRecord.read_at == action.read_at
    with services.store.write() as session:
        has_turn = action_queries.update_if(
            session, action, *_unknown_conditions(action), unchanged, read_at=services.clock()
        )
    if has_turn:
        _look_up(services, action)


def _look_up(services: Services, action: ActionRecord) -> None:
    """Reads Statsig once, and records what follows."""
    with services.store.read() as session:
        record = queries.get(session, action.autotune_id)
        action = action_queries.get(session, action.autotune_id, action.number) or action
    if record is None or action.state != ActionState.UNKNOWN:
        return
    started_at = services.clock()
    try:
        found = services.client_for(record.project).find(statsig_id(record), Deadline(services.create_timeout))
    except (StatsigError, NoSuchProject) as error:
        _update(services, action, read_problem=f"{READ_FAILED} {error}")
        return
    finding = examine(action, found)
    if finding.is_done:
        _record(services, action, found_done(action, record, found))
        return
    _update(services, action, found, read_problem=finding.obstacle)
    if finding.is_done is False:
        _count_not_done(services, action, finding, started_at)


def _count_not_done(services: Services, action: ActionRecord, finding: Finding, started_at: float) -> None:
    """Statsig may commit late, so only a second read, late enough and long enough after the first, is decisive.

    What Statsig has accepted may wait for a review there for days: a person says when it was refused.
    """
    first = action.first_not_done_at
    if clock_was_set_back(services, action, started_at):
        _update(services, action, deadline_at=started_at + services.create_timeout, first_not_done_at=None)
    elif not grace_is_over(action, started_at):
        return
    elif first is None or first > started_at:
        _update(services, action, first_not_done_at=services.clock())
    elif started_at - first >= RECHECK_SECONDS and not action.is_accepted:
        _record(services, action, _not_done_outcome(action, finding))


def _not_done_outcome(action: ActionRecord, finding: Finding) -> ActionOutcome:
    if finding.obstacle == GONE:
        return ActionOutcome(ActionState.FAILED, NOT_KNOWN, NOT_KNOWN)
    if finding.obstacle:
        return failed(action, finding.obstacle)
    again = action_words.again(action)
    return ActionOutcome(ActionState.FAILED, again, again)


def needs_confirmation(action: ActionRecord | None) -> bool:
    """Whether a person may say that what Statsig accepted was refused in its review."""
    if action is None or action.state != ActionState.UNKNOWN:
        return False
    return action.is_accepted and action.first_not_done_at is not None


def confirm_not_done(services: Services, action: ActionRecord, actor: str, timeout: float) -> bool:
    """Records that it was not done; False if the state has changed, or Statsig cannot be read or shows it done.

    Reads Statsig once more, for at most `timeout` seconds.
    """
    if not needs_confirmation(action) or not services.reads.acquire():
        return False
    _update(services, action, first_not_done_at=None)
    if not services.reads.run(lambda: _look_up(services, action)).wait(timeout):
        return False
    is_read = ActionRecord.first_not_done_at.is_not(None)
    with services.store.write() as session:
        record = queries.get(session, action.autotune_id)
        message = action_words.confirmed_not_done(action, destination(record.project if record else ""))
        why = action_words.not_done(action, f"{actor} checked it in {destination(record.project if record else '')}.")
        outcome = ActionOutcome(ActionState.FAILED, message, why)
        return record_action(session, services, action, actor, outcome, *_unknown_conditions(action), is_read)


def _unknown_conditions(action: ActionRecord) -> tuple[Any, ...]:
    """The claim of a send that was made before it became unknown."""
    return ActionRecord.state == ActionState.UNKNOWN, ActionRecord.claim == action.claim


def _update(services: Services, action: ActionRecord, found: dict[str, Any] | None = None, **values: Any) -> None:
    with services.store.write() as session:
        if action_queries.update_if(session, action, *_unknown_conditions(action), **values) and found:
            record_answer(session, services, action.autotune_id, found)


def _record(services: Services, action: ActionRecord, outcome: ActionOutcome) -> None:
    with services.store.write() as session:
        record_action(session, services, action, SYSTEM, outcome, *_unknown_conditions(action))
