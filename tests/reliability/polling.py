"""How a look at an autotune's page goes, and what such pages say."""

import json
from typing import Any

from webapp.autotunes.states import DEADLINE_SECONDS, GRACE_SECONDS, RECHECK_SECONDS

from .conftest import Scene, finish_reading
from .fake_statsig import Fault, answer

ERROR = Fault(answer(500))
ABSENT = "There is no autotune of this name, so you can create it again."
TAKEN = "but with other content: it was created by somebody else, or has been changed there."
NOT_LISTED = "please look there yourself before you go on."
LIST_TOO_LONG = "It was not found, but there are more autotunes than this desk can look through"
CLAIM_EXPIRED = "No answer to this request was recorded, so it is not known whether it arrived."
CANNOT_READ = "This desk cannot look it up."
READ_FAILED = "Looking it up did not work."
TOO_EARLY = "This has been settled meanwhile, it could not be looked up once more, or it is too early to say."
GROESSE = "Größe & Co"
TWO_READS = DEADLINE_SECONDS + GRACE_SECONDS + RECHECK_SECONDS
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
