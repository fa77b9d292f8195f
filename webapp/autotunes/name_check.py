"""Whether a name is free in Statsig: asked when an autotune is reviewed, and once more right before the create."""

import json
import threading
from typing import Any

from ..contract.errors import FieldError
from ..statsig import Deadline, StatsigError
from ..store import AutotuneRecord, queries
from .approval import as_read
from .drafts import SINCE
from .outcomes import Outcome, found_there, report
from .reconcile import SYSTEM, find_sent, is_the_same
from .services import NoSuchProject, Services, place
from .states import State

NAME_CHECK = 2.0  # seconds that Statsig has to answer while somebody waits for a page


def found_before(record: AutotuneRecord, sent: dict[str, Any], found: dict[str, Any]) -> Outcome:
    """What is ready when Statsig has its name: itself, where it had been taken for absent; another otherwise."""
    sent_before = record.claim is not None
    if sent_before and is_the_same(sent, found):
        return found_there(found, record.project)
    where = place(record.project)
    since, taken = f"{SINCE}{where} has an autotune of this name", f"This name is taken in {where}"
    error = FieldError("name", f"{since if record.first_not_found_at else taken}. Enter another")
    return Outcome(State.DRAFT, f"The name is taken in {where}", errors=(error,), sent=sent_before)


def check_name(services: Services, record: AutotuneRecord) -> threading.Event | None:
    """Asks Statsig for the name of what is ready, in a thread of its own; None without a slot or anything to ask.

    What Statsig does not answer is no obstacle: it is asked again before the create. A notice says what a press came
    to, which has asked already.
    """
    if record.state != State.READY or record.status_message or not services.reads.take():
        return None
    return services.reads.run(lambda: _check(services, record))


def _check(services: Services, record: AutotuneRecord) -> None:
    try:
        statsig = services.statsig(services.project(record.project))
        sent = statsig.redacted(json.loads(record.body or "{}"))
        found = find_sent(statsig, sent, Deadline(NAME_CHECK))
    except (StatsigError, NoSuchProject):
        return
    if found is not None:
        outcome = found_before(record, sent, found)
        with services.store.write() as session:
            report(session, services.clock(), record.id, SYSTEM, outcome, as_read(record.version))
    elif record.first_not_found_at is None:
        with services.store.write() as session:
            queries.update_if(session, record.id, *as_read(record.version), first_not_found_at=services.clock())
