"""Starts an autotune and decides it, at most once per click, as `create` creates it.

A click makes a row, of which one is open per autotune. One conditional UPDATE moves it to `sending` and stores a claim.
With REQUIRE_APPROVAL the row waits in between for another person to confirm it, or to decline it with a reason.
"""

import secrets
import threading
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ..store import ActionRecord, action_queries, queries
from . import action_words
from .action_outcomes import ActionOutcome, record_action
from .action_sending import ActionClaim, send
from .live import known_data
from .projects import destination
from .services import Services
from .states import ActionKind, ActionState, State


class ActionResult(Enum):
    """The result of a click."""

    SENT = "sent"
    REQUESTED = "requested"
    BUSY = "busy"
    STALE = "stale"
    OWN_REQUEST = "own request"


@dataclass(frozen=True)
class ActionClick:
    """`number` is that of the action which this page shows as requested, or the next one. A decision has the rest."""

    record_id: str
    kind: ActionKind
    number: int
    actor: str
    variant_id: str = ""
    variant_name: str = ""
    reason: str = ""


def submit(services: Services, click: ActionClick) -> tuple[ActionResult, threading.Event | None]:
    """Sends it in a thread, or asks for approval; the event is set when the outcome is recorded."""
    if not services.creates.acquire():
        return ActionResult.BUSY, None
    result, claim = ActionResult.STALE, None
    try:
        result, claim = _submit(services, click)
    finally:
        if claim is None:
            services.creates.release()
    return result, None if claim is None else services.creates.run(lambda: send(services, claim))


def _submit(services: Services, click: ActionClick) -> tuple[ActionResult, ActionClaim | None]:
    try:
        with services.store.write() as session:
            return _submit_in(session, services, click)
    except IntegrityError:  # the same click twice, or somebody else's at the same time
        return ActionResult.STALE, None


def _submit_in(session: Session, services: Services, click: ActionClick) -> tuple[ActionResult, ActionClaim | None]:
    action = action_queries.get(session, click.record_id, click.number)
    if action is not None:
        return _claim(session, services, click, action)
    action = _add(session, services, click)
    if action is None:
        return ActionResult.STALE, None
    if services.settings.require_approval:
        queries.add_event(session, click.record_id, services.clock(), click.actor, action_words.asked(action))
        return ActionResult.REQUESTED, None
    return _claim(session, services, click, action)


def _add(session: Session, services: Services, click: ActionClick) -> ActionRecord | None:
    record, last = queries.get(session, click.record_id), action_queries.last(session, click.record_id)
    if record is None or record.state != State.CREATED or click.number != next_number(last):
        return None
    action = ActionRecord(
        autotune_id=click.record_id,
        number=click.number,
        open_autotune_id=click.record_id,
        kind=click.kind,
        state=ActionState.REQUESTED,
        variant_id=click.variant_id,
        variant_name=click.variant_name,
        reason=click.reason,
        requested_by=click.actor,
        requested_at=services.clock(),
        changed_at=services.clock(),
    )
    session.add(action)
    session.flush()
    return action


def next_number(last: ActionRecord | None) -> int:
    return 1 if last is None else last.number + 1


def _claim(
    session: Session, services: Services, click: ActionClick, action: ActionRecord
) -> tuple[ActionResult, ActionClaim | None]:
    record = queries.get(session, click.record_id)
    if record is None or action.kind != click.kind or action.state != ActionState.REQUESTED:
        return ActionResult.STALE, None
    now, token = services.clock(), secrets.token_urlsafe(16)
    claimed = action_queries.update_if(
        session,
        action,
        ActionRecord.state == ActionState.REQUESTED,
        ActionRecord.requested_by != click.actor if services.settings.require_approval else true(),
        state=ActionState.SENDING,
        claim=token,
        claimed_at=now,
        deadline_at=now + services.create_timeout,
        sent_by=click.actor,
        changed_at=now,
    )
    if not claimed:
        return ActionResult.OWN_REQUEST if action.requested_by == click.actor else ActionResult.STALE, None
    clicked = action_words.clicked(action, destination(record.project))
    queries.add_event(session, click.record_id, now, click.actor, clicked)
    return ActionResult.SENT, ActionClaim(action, record, known_data(session, record), token, click.actor)


def decline(services: Services, record_id: str, number: int, actor: str, reason: str) -> bool:
    """Another person says no. Returns False if it is no longer requested."""
    is_other = ActionRecord.requested_by != actor
    return _close(
        services, record_id, number, actor, f"{actor} declined this: {reason}", f"Declined: {reason}", is_other
    )


def withdraw(services: Services, record_id: str, number: int, actor: str) -> bool:
    """Returns False if it is no longer requested."""
    is_own = ActionRecord.requested_by == actor
    return _close(services, record_id, number, actor, f"{actor} withdrew the request.", "Withdrew the request", is_own)


def _close(services: Services, record_id: str, number: int, actor: str, why: str, event: str, condition: Any) -> bool:
    with services.store.write() as session:
        action = action_queries.get(session, record_id, number)
        if action is None:
            return False
        outcome = ActionOutcome(ActionState.FAILED, event, action_words.not_done(action, why))
        is_open = ActionRecord.state == ActionState.REQUESTED
        return record_action(session, services, action, actor, outcome, is_open, condition)
