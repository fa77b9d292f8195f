"""Opening the page of an unconfirmed autotune, and the messages that it shows."""

import json
from typing import Any

from webapp.autotunes.states import CREATE_TIMEOUT, GRACE_SECONDS, RECHECK_SECONDS

from .conftest import Desk, wait_for_reads
from .faulty_statsig import Fault, respond_with

ERROR = Fault(respond_with(500))
ABSENT = "There is no autotune with this name, so you can create it again."
TAKEN = "but different content: someone else created it, or it was changed there."
NOT_LISTED = "please look there yourself before you continue."
LIST_TOO_LONG = "It was not found, but there are more autotunes than can be searched"
CLAIM_EXPIRED = "No response to this request was recorded, so we don’t know whether it arrived."
CANNOT_READ = "It cannot be looked up from here."
READ_FAILED = "It could not be looked up."
TOO_EARLY = "Not confirmed. Check its state below, and try again in a minute if it is still unconfirmed."
TWO_READS = CREATE_TIMEOUT + GRACE_SECONDS + RECHECK_SECONDS  # time enough for both reads that reconcile it
DAY = 86_400.0


def visit(desk: Desk, address: str, after: float = 0) -> str:
    """Opens the page `after` seconds; returns it once the read that it starts is complete."""
    desk.clock.forward(after)
    page = desk.new_client().get(address).text
    wait_for_reads(desk.services)
    return page


def add_to_statsig(desk: Desk, address: str, **changed: Any) -> None:
    """Puts the autotune into Statsig, as if the create had arrived, with other properties if given."""
    row = desk.row(address)
    desk.statsig.autotunes.append({"id": row.expected_id, "isStarted": False, **json.loads(row.body or ""), **changed})
