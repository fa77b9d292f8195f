"""The outcome of a create, which its thread or a later check records in the row."""

import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from ..contract.errors import FieldError
from ..store import AutotuneRecord, Store, StoreError, queries
from .drafts import dump_errors, stored_errors
from .projects import destination
from .states import State

log = logging.getLogger(__name__)

_PAUSES = (0, 0, 1)  # seconds before each attempt to record an outcome: the database may not answer


@dataclass(frozen=True)
class Outcome:
    """The new state and what is stored with it. `may_have_arrived`: Statsig may have received the
    request, now or after an earlier click."""

    state: State
    message: str
    status_message: str = ""
    errors: tuple[FieldError, ...] = ()
    data: dict[str, Any] | None = None
    may_have_arrived: bool = True
    retry_after: float | None = None  # seconds


def created_outcome(data: dict[str, Any], project: str) -> Outcome:
    return Outcome(State.CREATED, f"Created in {destination(project)} as {data['id']}", data=data)


def found_outcome(data: dict[str, Any], project: str) -> Outcome:
    """Created, according to a read rather than to the response of the create."""
    return Outcome(State.CREATED, f"Found in {destination(project)} as {data['id']}, as it was sent", data=data)


def not_created_outcome(record: AutotuneRecord, message: str, status_message: str = "") -> Outcome:
    """Ready again; a draft if Statsig had rejected the name as taken."""
    errors = tuple(stored_errors(record))
    if errors:
        return Outcome(State.DRAFT, message, errors=errors)
    return Outcome(State.READY, message, status_message=status_message)


def record_outcome(
    session: Session, now: float, record_id: str, actor: str, outcome: Outcome, conditions: tuple[Any, ...]
) -> bool:
    """Records an outcome if the row still meets the conditions. Returns whether it did."""
    values: dict[str, Any] = {
        "state": outcome.state,
        "status_message": outcome.status_message,
        "retry_at": None if outcome.retry_after is None else now + outcome.retry_after,
        "errors": dump_errors(list(outcome.errors)),
        "statsig_read_at": now if outcome.data is not None or outcome.errors else None,
    }
    if outcome.data is not None:
        values |= {"statsig": json.dumps(outcome.data), "statsig_id": outcome.data["id"]}
    if outcome.state == State.CREATED:
        values["discarded_at"] = None  # late, and its draft was discarded in the meantime
    if outcome.state in (State.DRAFT, State.READY):
        values |= {"reserved_id": None, "first_not_found_at": None}
    if not outcome.may_have_arrived:
        values["claim"] = None
    recorded = queries.update_if(session, record_id, *conditions, **values)
    if recorded:
        queries.add_event(session, record_id, now, actor, outcome.message)
    return recorded


def write_with_retries(store: Store, record_id: str, write: Callable[[Session], object]) -> None:
    """Records an outcome. If even this fails, the claim expires and the outcome is looked up in Statsig."""
    for pause in _PAUSES:
        time.sleep(pause)
        try:
            with store.write() as session:
                write(session)
            return
        except StoreError as error:
            log.error("outcome not written", extra={"autotune": record_id, "error": type(error).__name__})
