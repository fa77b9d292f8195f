"""Checks whether a name is free in Statsig: when an autotune is reviewed, and right before it is created."""

import json
import threading
from typing import Any

from ..contract.errors import FieldError
from ..statsig import Deadline, StatsigError
from ..store import AutotuneRecord, queries
from .approval import unchanged_conditions
from .drafts import TAKEN_AFTER_REVIEW
from .outcomes import Outcome, found_outcome, record_outcome
from .projects import NoSuchProject, destination
from .reconcile import find_in_statsig, is_same_autotune
from .services import Services
from .states import SYSTEM, State

NAME_CHECK_TIMEOUT = 2.0  # seconds; a user is waiting for the page


def existing_outcome(record: AutotuneRecord, sent: dict[str, Any], found: dict[str, Any]) -> Outcome:
    """The outcome if Statsig already has the name: it is this autotune if that was sent before, else another."""
    sent_before = record.claim is not None
    if sent_before and is_same_autotune(sent, found):
        return found_outcome(found, record.project)
    where = destination(record.project)
    since, taken = f"{TAKEN_AFTER_REVIEW}{where} has an autotune with this name", f"This name is taken in {where}"
    error = FieldError("name", f"{since if record.first_not_found_at else taken}. Enter another name")
    return Outcome(State.DRAFT, f"The name is taken in {where}", errors=(error,), may_have_arrived=sent_before)


def check_name(services: Services, record: AutotuneRecord) -> threading.Event | None:
    """Looks the name of a ready autotune up in a thread; None if there is nothing to check, or no free thread.

    Errors are ignored, since the create checks the name again. An autotune with a status message is skipped: its
    create has just checked the name.
    """
    if record.state != State.READY or record.status_message or not services.reads.acquire():
        return None
    return services.reads.run(lambda: _check(services, record))


def _check(services: Services, record: AutotuneRecord) -> None:
    try:
        statsig = services.client_for(record.project)
        sent = statsig.redacted(json.loads(record.body or "{}"))
        found = find_in_statsig(statsig, sent, Deadline(NAME_CHECK_TIMEOUT))
    except (StatsigError, NoSuchProject):
        return
    if found is not None:
        outcome = existing_outcome(record, sent, found)
        with services.store.write() as session:
            record_outcome(session, services.clock(), record.id, SYSTEM, outcome, unchanged_conditions(record.version))
    elif record.first_not_found_at is None:
        with services.store.write() as session:
            queries.update_if(
                session, record.id, *unchanged_conditions(record.version), first_not_found_at=services.clock()
            )
