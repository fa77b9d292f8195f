"""The use cases: keep and check what was typed, create it once, settle what is unknown."""

from .approving import LONGEST_REASON, is_own_work, turn_down
from .creating import Press, create
from .desk import SANDBOX, Desk, NoSuchProject, place
from .drafts import Changed, Closed, NotSaved, Typed, free_name, name_holder, save, stored_answers, stored_problems
from .name_check import check_name
from .settling import TAKEN_BY_ANOTHER, confirm_absent, look_up, needs_a_person, settle
from .states import EDITABLE, HOLDING, State

__all__ = [
    "EDITABLE",
    "HOLDING",
    "LONGEST_REASON",
    "SANDBOX",
    "TAKEN_BY_ANOTHER",
    "Changed",
    "Closed",
    "Desk",
    "NoSuchProject",
    "NotSaved",
    "Press",
    "State",
    "Typed",
    "check_name",
    "confirm_absent",
    "create",
    "free_name",
    "is_own_work",
    "look_up",
    "name_holder",
    "needs_a_person",
    "place",
    "save",
    "settle",
    "stored_answers",
    "stored_problems",
    "turn_down",
]
