"""The states of an autotune and of its starts and decisions, and how long things take."""

from enum import StrEnum


class State(StrEnum):
    """`ready` is valid, to be reviewed and created; `unknown` is shown as unconfirmed."""

    DRAFT = "draft"
    READY = "ready"
    SENDING = "sending"
    CREATED = "created"
    UNKNOWN = "unknown"


class ActionKind(StrEnum):
    START = "start"
    DECIDE = "decide"


class ActionState(StrEnum):
    """`requested` waits for another person, `unknown` is shown as unconfirmed. The last two are closed."""

    REQUESTED = "requested"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    FAILED = "failed"


SYSTEM = "the desk"  # the actor in the history where no user clicked
COMMAND_LINE = "the command line"

EDITABLE = (State.DRAFT, State.READY)
RESERVING = (State.SENDING, State.UNKNOWN, State.CREATED)

CREATE_TIMEOUT = 15.0  # seconds for the GET and the POST of a create together
CLAIM_SECONDS = 60.0  # seconds that a claim lasts; without an outcome by then it is unknown
GRACE_SECONDS = 60.0  # seconds after the deadline before "not there" can mean "not created"
RECHECK_SECONDS = 30.0  # seconds between the two reads that must both find nothing, or a start not done
