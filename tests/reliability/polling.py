"""Visits to an autotune's page, and the messages that it shows."""

import json
from typing import Any

from webapp.autotunes.states import CREATE_TIMEOUT, GRACE_SECONDS, RECHECK_SECONDS

from .conftest import Scene, finish_reading
from .fake_statsig import Fault, answer

ERROR = Fault(answer(500))
ABSENT = "There is no autotune with this name, so you can create it again."
TAKEN = "but different content: someone else created it, or it was changed there."
NOT_LISTED = "please look there yourself before you continue."
LIST_TOO_LONG = "It was not found, but there are more autotunes than can be searched"
CLAIM_EXPIRED = "No response to this request was recorded, so we don’t know whether it arrived."
CANNOT_READ = "It cannot be looked up from here."
READ_FAILED = "It could not be looked up."
TOO_EARLY = "Not confirmed. Check its state below, and try again in a minute if it is still unconfirmed."
UMLAUTS = "Größe & Co"
TWO_READS = CREATE_TIMEOUT + GRACE_SECONDS + RECHECK_SECONDS
DAY = 86_400.0


def visit(scene: Scene, address: str, after: float = 0) -> str:
    """Somebody opens the page, so many seconds later."""
    scene.clock.forward(after)
    page = scene.person().get(address).text
    finish_reading(scene.services)
    return page


def exists(scene: Scene, address: str, **changed: Any) -> None:
    """Statsig did create it, or something like it."""
    row = scene.row(address)
    scene.faulty.kept.append({"id": row.expected_id, "isStarted": False, **json.loads(row.body or ""), **changed})
