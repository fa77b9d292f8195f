"""Sends a start or a decision, once, and reads what became of it. Only the thread with the claim does this."""

import json
import logging
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from ..statsig import (
    Deadline,
    NotCreated,
    OutcomeUnknown,
    Rejected,
    StatsigClient,
    StatsigError,
    Unreachable,
)
from ..store import ActionRecord, AutotuneRecord, action_queries, queries
from . import action_words
from .action_finding import examine, was_changed
from .action_outcomes import ActionOutcome, failed, record_action, unknown
from .outcomes import write_with_retries
from .projects import NoSuchProject, destination
from .reconcile import READ_FAILED
from .services import Services
from .states import ActionKind, ActionState

log = logging.getLogger(__name__)

READ_SHARE = 1 / 2  # of the deadline, for the read before; the rest is for the PUT and the read after it
CHANGED = "It was changed in Statsig since this page was shown. Check the differences, then try again."
# Statsig's reasons that a request before may have caused, this very one included.
_CONFLICT = re.compile(r"already (?:been )?(?:started|finished|decided)|not yet (?:been )?started", re.IGNORECASE)


@dataclass(frozen=True)
class ActionClaim:
    """The right to send one action once. `shown` is what the page said that Statsig has."""

    action: ActionRecord
    record: AutotuneRecord
    shown: dict[str, Any]
    token: str
    actor: str


def send(services: Services, claim: ActionClaim) -> None:
    try:
        outcome = _attempt(services, claim)
    # whatever the error is, the claim expires and the outcome is unknown: it is never sent again
    except Exception as error:  # noqa: BLE001
        extra = {"autotune": claim.record.id, "kind": claim.action.kind, "error": type(error).__name__}
        log.error("action failed unexpectedly", extra=extra)
        return
    if outcome is not None:
        write_with_retries(
            services.store, claim.record.id, lambda session: _record_or_note(session, services, claim, outcome)
        )


def _attempt(services: Services, claim: ActionClaim) -> ActionOutcome | None:
    deadline = Deadline(services.create_timeout)
    try:
        statsig = services.client_for(claim.record.project)
        found = statsig.find(statsig_id(claim.record), Deadline(services.create_timeout * READ_SHARE))
    except (StatsigError, NoSuchProject) as error:
        message = action_words.not_sent(claim.action, str(error))
        return ActionOutcome(ActionState.FAILED, message, message)
    if outcome := _outcome_before(statsig, claim, found):
        return outcome
    if not _renew_claim(services, claim):
        return None
    return _put(statsig, claim, deadline)


def statsig_id(record: AutotuneRecord) -> str:
    return record.statsig_id or ""  # never blank once it is created


def _outcome_before(statsig: StatsigClient, claim: ActionClaim, found: dict[str, Any] | None) -> ActionOutcome | None:
    """The outcome if there is nothing to send."""
    finding = examine(claim.action, found)
    if finding.is_done:
        message = action_words.done_before(claim.action)
        return ActionOutcome(ActionState.DONE, message, message, is_read=True, is_sent=False, found=found)
    if finding.obstacle:
        return failed(claim.action, finding.obstacle, found)
    sent = statsig.redacted(json.loads(claim.record.body or "{}"))
    return failed(claim.action, CHANGED, found) if found and was_changed(sent, claim.shown, found) else None


def _renew_claim(services: Services, claim: ActionClaim) -> bool:
    """Whether the claim is still valid, at the last moment before the PUT."""
    is_valid = ActionRecord.claim == claim.token, ActionRecord.state == ActionState.SENDING
    with services.store.write() as session:
        return action_queries.update_if(session, claim.action, *is_valid, claimed_at=services.clock())


def _put(statsig: StatsigClient, claim: ActionClaim, deadline: Deadline) -> ActionOutcome:
    action, autotune_id = claim.action, statsig_id(claim.record)
    try:
        if action.kind == ActionKind.START:
            statsig.start(autotune_id, deadline)
        else:
            statsig.decide(autotune_id, action.variant_id, action.reason, deadline)
    except Unreachable as error:
        return failed(action, str(error))
    except NotCreated as refusal:
        return _after_refusal(statsig, claim, refusal, deadline)
    except OutcomeUnknown as error:
        return unknown(str(error))
    return _after_success(statsig, claim, deadline)


def _after_success(statsig: StatsigClient, claim: ActionClaim, deadline: Deadline) -> ActionOutcome:
    """Only a read proves it: Statsig may let it wait for a review."""
    place = destination(claim.record.project)
    try:
        found = statsig.find(statsig_id(claim.record), deadline)
    except StatsigError as error:
        accepted = action_words.accepted(claim.action, place)
        return unknown(f"{accepted} {READ_FAILED} {error}", is_accepted=True)
    finding = examine(claim.action, found)
    if finding.is_done:
        message = action_words.done(claim.action, place)
        return ActionOutcome(ActionState.DONE, message, is_read=True, found=found)
    accepted = action_words.accepted_not_done(claim.action, place)
    return unknown(f"{accepted} {finding.obstacle}".rstrip(), is_accepted=True, found=found)


def _after_refusal(
    statsig: StatsigClient, claim: ActionClaim, refusal: NotCreated, deadline: Deadline
) -> ActionOutcome:
    """Reads Statsig again: if a gateway sent the request twice, the first may have succeeded."""
    why = "; ".join(error.message for error in refusal.errors) if isinstance(refusal, Rejected) else str(refusal)
    is_conflict = isinstance(refusal, Rejected) and bool(_CONFLICT.search(why))
    try:
        found = statsig.find(statsig_id(claim.record), deadline)
    except StatsigError as error:
        return unknown(f"{why} {READ_FAILED} {error}") if is_conflict else failed(claim.action, why)
    finding = examine(claim.action, found)
    if finding.is_done:
        return found_done(claim.action, claim.record, found)
    if is_conflict and not finding.obstacle:
        return unknown(f"{why} But it is not {action_words.participle(claim.action)} there.", found=found)
    return failed(claim.action, f"{why} {finding.obstacle}".rstrip(), found)


def found_done(action: ActionRecord, record: AutotuneRecord, found: dict[str, Any] | None) -> ActionOutcome:
    """According to a read: it does not tell by whom."""
    message = action_words.found(action, destination(record.project))
    return ActionOutcome(ActionState.DONE, message, message, is_read=True, found=found)


def _record_or_note(session: Session, services: Services, claim: ActionClaim, outcome: ActionOutcome) -> None:
    """A response that comes after the row has changed counts if it is certain; otherwise it is in the history."""
    late = (ActionState.UNKNOWN, ActionState.FAILED) if outcome.state == ActionState.DONE else (ActionState.UNKNOWN,)
    conditions = ActionRecord.claim == claim.token, ActionRecord.state.in_((ActionState.SENDING, *late))
    now, message = services.clock(), f"A response arrived too late. {outcome.message}"
    if not record_action(session, services, claim.action, claim.actor, outcome, *conditions):
        queries.add_event(session, claim.record.id, now, claim.actor, message)
