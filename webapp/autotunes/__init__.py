"""The use cases: keep and check what was typed, create it once, settle what is unknown."""

from .approving import LONGEST_REASON, is_own_work, turn_down
from .creating import Press, create
from .desk import SANDBOX, Desk, NoSuchProject
from .drafts import Changed, Closed, NotSaved, Typed, changes, save, stored_answers, stored_problems
from .settling import confirm_absent, look_up, settle, settling_over
from .states import EDITABLE, State

__all__ = [
    "EDITABLE",
    "LONGEST_REASON",
    "SANDBOX",
    "Changed",
    "Closed",
    "Desk",
    "NoSuchProject",
    "NotSaved",
    "Press",
    "State",
    "Typed",
    "changes",
    "confirm_absent",
    "create",
    "is_own_work",
    "look_up",
    "save",
    "settle",
    "settling_over",
    "stored_answers",
    "stored_problems",
    "turn_down",
]
