"""How a plan stands, for whoever asked for it."""

from dataclasses import dataclass
from enum import StrEnum

from .results import Answer


class Stage(StrEnum):
    WAITING = "waiting"  # others are before it
    RUNNING = "running"
    PLANNED = "planned"  # the plan is there, the table of the other choices is not yet
    DONE = "done"
    FAILED = "failed"

    @property
    def open(self) -> bool:
        return self not in (Stage.DONE, Stage.FAILED)


@dataclass(frozen=True)
class Standing:
    """`ahead` counts those before it in the line; `done` is the part of its stage; `trouble` says why it failed."""

    stage: Stage
    ahead: int = 0
    done: float = 0.0
    answer: Answer | None = None
    trouble: str = ""


def failed(trouble: str) -> Standing:
    return Standing(Stage.FAILED, trouble=trouble)


BUSY = "Too many plans are being made at the moment. Try again in a minute."
CRASHED = "The planner broke off while it worked on this. Try again; other plans are not affected."
LATE = "This took too long, so it was called off. Ask for fewer days."
CLOSING = "The desk is closing. Try again in a moment."
NO_WORKER = "The planner cannot be started on this machine. Tell whoever looks after this desk."
