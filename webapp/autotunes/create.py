"""Creates an autotune in Statsig, at most once per click.

The order makes it safe. One conditional UPDATE moves the row to `sending`, reserves the ID and stores a claim. Only
the thread with that claim sends, and renews the claim right before the POST. Any outcome that is not certain is
stored as unknown. Nothing here sends twice, and no error path sends at all.
"""

import json
import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..contract.errors import FieldError
from ..contract.ids import reservation_key
from ..statsig import (
    Deadline,
    ListTooLong,
    NotCreated,
    OutcomeUnknown,
    Rejected,
    StatsigClient,
    StatsigError,
    Unauthorized,
    Unreachable,
)
from ..store import AutotuneRecord, queries
from .approval import editor_condition, needs_other_creator, unchanged_conditions
from .drafts import NAME_TAKEN_SINCE, dump_errors, find_name_conflict, stored_form
from .name_check import existing_outcome
from .outcomes import Outcome, created_outcome, found_outcome, record_outcome, write_with_retries
from .projects import NoSuchProject, destination
from .reconcile import READ_FAILED, find_in_statsig, is_same_autotune
from .services import Services
from .states import State

log = logging.getLogger(__name__)

BUSY = "Not sent: too many autotunes are being created at once. Try again in a moment."
IN_USE = "Statsig reports that this name is in use"
ARRIVED = "Your request may have arrived anyway."
READ_SHARE = 2 / 3  # of the deadline: a list that is too long to read must leave time for the create


class CreateResult(Enum):
    """The result of a click on the button."""

    SENT = "sent"
    BUSY = "busy"
    TAKEN = "taken"
    AGAINST_POLICY = "against policy"
    STALE = "stale"
    LAST_EDITOR = "last editor"


_NOT_SENT = {
    CreateResult.TAKEN: "Not sent: the name is taken",
    CreateResult.AGAINST_POLICY: "Not sent: the company’s rules have changed",
}


@dataclass(frozen=True)
class Claim:
    """The right to send one row once. `record` is the row before it was claimed."""

    record_id: str
    project: str
    body: str
    token: str
    actor: str
    record: AutotuneRecord

    @property
    def sent_before(self) -> bool:
        """Whether an earlier click may have created it."""
        return self.record.claim is not None


def create(services: Services, record_id: str, version: int, actor: str) -> tuple[CreateResult, threading.Event | None]:
    """Sends the reviewed `version` in a thread; the event is set when the outcome is recorded."""
    if not services.creates.acquire():
        _note_busy(services, record_id, version, actor)
        return CreateResult.BUSY, None
    result, claim = CreateResult.STALE, None
    try:
        result, claim = _claim(services, record_id, version, actor)
    finally:
        if claim is None:
            services.creates.release()
    return result, None if claim is None else services.creates.run(lambda: _send(services, claim))


def _note_busy(services: Services, record_id: str, version: int, actor: str) -> None:
    with services.store.write() as session:
        if queries.update_if(session, record_id, *unchanged_conditions(version), status_message=BUSY):
            queries.add_event(session, record_id, services.clock(), actor, BUSY)


def _claim(services: Services, record_id: str, version: int, actor: str) -> tuple[CreateResult, Claim | None]:
    try:
        with services.store.write() as session:
            return _claim_in(session, services, record_id, version, actor)
    except IntegrityError:  # another process took the name between our check and our claim
        with services.store.write() as session:
            return _return_to_draft(
                session, services, record_id, version, actor, CreateResult.TAKEN, [NAME_TAKEN_SINCE]
            )


def _claim_in(
    session: Session, services: Services, record_id: str, version: int, actor: str
) -> tuple[CreateResult, Claim | None]:
    record = queries.get(session, record_id)
    if record is None or record.state != State.READY or record.version != version or record.body is None:
        return CreateResult.STALE, None
    if find_name_conflict(session, record):
        return _return_to_draft(session, services, record_id, version, actor, CreateResult.TAKEN, [NAME_TAKEN_SINCE])
    if errors := services.policy.errors(stored_form(record)):
        return _return_to_draft(session, services, record_id, version, actor, CreateResult.AGAINST_POLICY, errors)
    now, token = services.clock(), secrets.token_urlsafe(16)
    claimed = queries.update_if(
        session,
        record_id,
        *unchanged_conditions(version),
        editor_condition(services, actor),
        state=State.SENDING,
        version=version + 1,
        reserved_id=reservation_key(record.name),
        claim=token,
        claimed_at=now,
        deadline_at=now + services.create_timeout,
        first_not_found_at=None,
        sent_by=actor,
        status_message="",
        retry_at=None,
    )
    if not claimed:
        return CreateResult.LAST_EDITOR if needs_other_creator(services, record, actor) else CreateResult.STALE, None
    queries.add_event(session, record_id, now, actor, f"Clicked “Create in {destination(record.project)}”")
    return CreateResult.SENT, Claim(record_id, record.project, record.body, token, actor, record)


def _return_to_draft(
    session: Session,
    services: Services,
    record_id: str,
    version: int,
    actor: str,
    reason: CreateResult,
    errors: Sequence[FieldError],
) -> tuple[CreateResult, Claim | None]:
    """Makes it a draft again, with the errors that it has had since its review."""
    moved = {"state": State.DRAFT, "version": version + 1, "errors": dump_errors(errors), "status_message": ""}
    if queries.update_if(session, record_id, *unchanged_conditions(version), **moved):
        queries.add_event(session, record_id, services.clock(), actor, _NOT_SENT[reason])
    return reason, None


def _send(services: Services, claim: Claim) -> None:
    try:
        outcome = _attempt(services, claim)
    # whatever the error is, the claim expires and the outcome is unknown: it is never sent again
    except Exception as error:  # noqa: BLE001
        log.error(
            "create failed unexpectedly",
            extra={"autotune": claim.record_id, "error": type(error).__name__},
        )
        return
    if outcome is not None:
        write_with_retries(
            services.store, claim.record_id, lambda session: _record_or_note(session, services, claim, outcome)
        )


def _attempt(services: Services, claim: Claim) -> Outcome | None:
    deadline = Deadline(services.create_timeout)
    try:
        statsig = services.client_for(claim.project)
        if existing := _find_existing(statsig, claim, Deadline(services.create_timeout * READ_SHARE)):
            return existing
    except (StatsigError, NoSuchProject) as error:
        return _not_sent(claim, error)
    if not _renew_claim(services, claim):
        return None
    return _post(statsig, claim, deadline)


def _find_existing(statsig: StatsigClient, claim: Claim, deadline: Deadline) -> Outcome | None:
    """The outcome if Statsig already has the name, by ID or in the list."""
    sent = statsig.redacted(json.loads(claim.body))
    found = _read_if_possible(lambda: find_in_statsig(statsig, sent, deadline, whole_list=claim.sent_before))
    if found is None:
        return None
    outcome = existing_outcome(claim.record, sent, found)
    return outcome if outcome.state == State.CREATED else replace(outcome, message=f"Not sent. {outcome.message}")


def _read_if_possible(read: Callable[[], dict[str, Any] | None]) -> dict[str, Any] | None:
    """None if the key may not read (403) or the list is too long: the create may still work."""
    try:
        return read()
    except ListTooLong:
        return None
    except Unauthorized as error:
        if error.status == 403:
            return None
        raise


def _renew_claim(services: Services, claim: Claim) -> bool:
    """Whether the claim is still valid, at the last moment before the POST."""
    with services.store.write() as session:
        return queries.update_if(
            session, claim.record_id, *_claim_conditions(claim, State.SENDING), claimed_at=services.clock()
        )


def _claim_conditions(claim: Claim, *states: State) -> tuple[Any, ...]:
    return AutotuneRecord.claim == claim.token, AutotuneRecord.state.in_(states)


def _post(statsig: StatsigClient, claim: Claim, deadline: Deadline) -> Outcome:
    try:
        return created_outcome(statsig.create(claim.body, deadline), claim.project)
    except Unreachable as error:
        return _not_sent(claim, error)
    except NotCreated as refusal:
        return _after_refusal(statsig, claim, refusal, deadline)
    except OutcomeUnknown as error:
        return Outcome(State.UNKNOWN, f"Unconfirmed. {error}", status_message=str(error))


def _after_refusal(statsig: StatsigClient, claim: Claim, refusal: NotCreated, deadline: Deadline) -> Outcome:
    """Reads Statsig again: if a gateway sent the request twice, the first may have been created.

    Nothing had this name before the create, so an equal autotune that has it now is this one.
    """
    sent = statsig.redacted(json.loads(claim.body))
    taken = refusal if isinstance(refusal, Rejected) and refusal.name_taken else None
    try:
        found = find_in_statsig(statsig, sent, deadline, whole_list=taken is not None)
    except StatsigError as error:
        return _unconfirmed(taken, f"{IN_USE}. {READ_FAILED} {error}") if taken else _not_created(refusal)
    if found is not None and is_same_autotune(sent, found):
        return found_outcome(found, claim.project)
    missing = f"{IN_USE}, but the autotune was not found there."
    return _unconfirmed(taken, missing) if taken and found is None else _not_created(refusal)


def _unconfirmed(refusal: Rejected, why: str) -> Outcome:
    status_message = f"{why} {ARRIVED}"
    return Outcome(State.UNKNOWN, f"Unconfirmed. {status_message}", status_message, tuple(refusal.errors))


def _not_created(refusal: NotCreated) -> Outcome:
    if isinstance(refusal, Rejected):
        reasons = "; ".join(error.message for error in refusal.errors)
        return Outcome(State.DRAFT, f"Not created. {reasons}", errors=tuple(refusal.errors))
    message, retry_after = f"Not created. {refusal}", getattr(refusal, "countdown", None)
    return Outcome(State.READY, message, status_message=message, retry_after=retry_after)


def _not_sent(claim: Claim, error: Exception) -> Outcome:
    message = f"Not sent. {error}"
    return Outcome(State.READY, message, status_message=message, may_have_arrived=claim.sent_before)


def _record_or_note(session: Session, services: Services, claim: Claim, outcome: Outcome) -> None:
    """A response that comes after the row has changed is only added to the history."""
    now = services.clock()
    if not record_outcome(session, now, claim.record_id, claim.actor, outcome, _outcome_conditions(claim, outcome)):
        queries.add_event(session, claim.record_id, now, claim.actor, f"A response arrived too late. {outcome.message}")


def _outcome_conditions(claim: Claim, outcome: Outcome) -> tuple[Any, ...]:
    """A late outcome is accepted too; a late “created” even after the autotune has gone back to ready."""
    late = (State.UNKNOWN, State.READY) if outcome.state == State.CREATED else (State.UNKNOWN,)
    return _claim_conditions(claim, State.SENDING, *late)
