"""The states of an autotune. `ready` is valid, to be reviewed and created; `unknown` is shown as unconfirmed."""

from enum import StrEnum


class State(StrEnum):
    DRAFT = "draft"
    READY = "ready"
    SENDING = "sending"
    CREATED = "created"
    UNKNOWN = "unknown"


SYSTEM = "the desk"  # the actor in the history where no user clicked
COMMAND_LINE = "the command line"

EDITABLE = (State.DRAFT, State.READY)
RESERVING = (State.SENDING, State.UNKNOWN, State.CREATED)

CREATE_TIMEOUT = 15.0  # seconds for the GET and the POST of a create together
CLAIM_SECONDS = 60.0  # seconds that a claim lasts; without an outcome by then it is unknown
GRACE_SECONDS = 60.0  # seconds after the deadline before "not there" can mean "not created"
RECHECK_SECONDS = 30.0  # seconds between the two reads that must both find nothing
