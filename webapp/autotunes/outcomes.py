"""What a send came to, and how it is written into the row: by the sender, or by whoever looks it up."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from ..contract.errors import Problem
from ..store import Record, queries
from .drafts import dump_problems, stored_problems
from .services import place
from .states import State


@dataclass(frozen=True)
class Outcome:
    """What a send came to, as the new state and what is kept with it. `sent`: Statsig may have received it,
    now or at an earlier press."""

    state: State
    what: str
    notice: str = ""
    problems: tuple[Problem, ...] = ()
    data: dict[str, Any] | None = None
    sent: bool = True


def created(data: dict[str, Any], project: str) -> Outcome:
    return Outcome(State.CREATED, f"Created in {place(project)} as {data['id']}", data=data)


def found_there(data: dict[str, Any], project: str) -> Outcome:
    """Created, as a read shows rather than the answer to the create."""
    return Outcome(State.CREATED, f"Found in {place(project)} as {data['id']}, as it was sent", data=data)


def not_there(record: Record, what: str, notice: str = "") -> Outcome:
    """Ready again; a draft where Statsig had refused the name as taken, by whatever it was."""
    problems = tuple(stored_problems(record))
    if problems:
        return Outcome(State.DRAFT, what, problems=problems)
    return Outcome(State.READY, what, notice=notice)


def report(
    session: Session, now: float, record_id: str, who: str, outcome: Outcome, conditions: tuple[Any, ...]
) -> bool:
    """Writes an outcome into the row, if it still meets the conditions; whether it did."""
    values: dict[str, Any] = {
        "state": outcome.state,
        "notice": outcome.notice,
        "problems": dump_problems(list(outcome.problems)),
        "statsig_read_at": now if outcome.data is not None or outcome.problems else None,
    }
    if outcome.data is not None:
        values |= {"statsig": json.dumps(outcome.data), "statsig_id": outcome.data["id"]}
    if outcome.state in (State.DRAFT, State.READY):
        values |= {"held_id": None, "absent_at": None}
    if not outcome.sent:
        values["claim"] = None
    reported = queries.change(session, record_id, *conditions, **values)
    if reported:
        queries.say(session, record_id, now, who, outcome.what)
    return reported
