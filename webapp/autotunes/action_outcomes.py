"""The outcome of a start or a decision, which its thread or a later read records in the row."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from ..store import ActionRecord, action_queries, queries
from . import action_words
from .action_finding import GONE
from .live import record_answer
from .services import Services
from .states import ActionState

CLOSED = (ActionState.DONE, ActionState.FAILED)


@dataclass(frozen=True)
class ActionOutcome:
    """`message` is for the history. `is_read`: Statsig was read, `found` is what it returned, if it has it. `is_sent`:
    it was read not to be done right before the request was sent. `is_gone`: Statsig does not have it any more."""

    state: ActionState
    message: str
    status_message: str = ""
    is_accepted: bool = False
    is_read: bool = False
    is_sent: bool = True
    is_gone: bool = False
    found: dict[str, Any] | None = None


def failed(action: ActionRecord, why: str, found: dict[str, Any] | None = None) -> ActionOutcome:
    message, is_read = action_words.not_done(action, why), found is not None
    return ActionOutcome(ActionState.FAILED, message, message, is_read=is_read, is_gone=why == GONE, found=found)


def unknown(why: str, is_accepted: bool = False, found: dict[str, Any] | None = None) -> ActionOutcome:
    return ActionOutcome(
        ActionState.UNKNOWN, f"Unconfirmed. {why}", why, is_accepted, is_read=found is not None, found=found
    )


def record_action(
    session: Session, services: Services, action: ActionRecord, actor: str, outcome: ActionOutcome, *conditions: Any
) -> bool:
    """Records an outcome if the row still meets the conditions. Returns whether it did."""
    now = services.clock()
    values: dict[str, Any] = {
        "state": outcome.state,
        "status_message": outcome.status_message,
        "is_accepted": outcome.is_accepted,
        "changed_at": now,
    }
    if outcome.state in CLOSED:
        values |= {"open_autotune_id": None, "read_problem": ""}
    if outcome.is_read:
        values["read_at"] = now
    recorded = action_queries.update_if(session, action, *conditions, **values)
    if recorded:
        if outcome.found or outcome.is_gone:
            not_done_at = _not_done_at(session, action, outcome)
            record_answer(session, services, action.autotune_id, outcome.found, not_done_at)
        queries.add_event(session, action.autotune_id, now, actor, outcome.message)
    return recorded


def _not_done_at(session: Session, action: ActionRecord, outcome: ActionOutcome) -> float | None:
    """When it was read not to be done, right before the request that did it was sent."""
    sent = action_queries.get(session, action.autotune_id, action.number)
    return sent.claimed_at if sent and outcome.state == ActionState.DONE and outcome.is_sent else None
