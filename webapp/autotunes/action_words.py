"""What pages and the history say about a start or a decision. `place` is Statsig or the sandbox."""

from typing import NamedTuple

from ..store import ActionRecord
from .states import ActionKind, ActionState


class _Words(NamedTuple):
    button: str
    noun: str
    participle: str
    not_shown: str
    again: str


_WORDS = {
    ActionKind.START: _Words(
        "Start", "start", "started", "it is not started yet", "It was not started. You can try again."
    ),
    ActionKind.DECIDE: _Words(
        "Decide", "decision", "decided", "it does not show this winner yet", "It was not decided. You can try again."
    ),
}


def _words(action: ActionRecord) -> _Words:
    return _WORDS[ActionKind(action.kind)]


def noun(action: ActionRecord) -> str:
    return _words(action).noun


def participle(action: ActionRecord) -> str:
    return _words(action).participle


def again(action: ActionRecord) -> str:
    return _words(action).again


def open_action(action: ActionRecord) -> str:
    """Of one that is not done yet, in the list."""
    states = {
        ActionState.REQUESTED: f"{noun(action)} to confirm",
        ActionState.SENDING: f"sending the {noun(action)}",
        ActionState.UNKNOWN: f"{noun(action)} unconfirmed",
    }
    return states[ActionState(action.state)].capitalize()


def wish(action: ActionRecord) -> str:
    """After "asked to"."""
    return f"make {action.variant_name} the winner" if action.variant_name else "start this"


def asked(action: ActionRecord) -> str:
    return _with_reason(action, f"Asked to {wish(action)}")


def clicked(action: ActionRecord, place: str) -> str:
    return _with_reason(action, f"Clicked “{_words(action).button} in {place}”{_winner(action)}")


def done(action: ActionRecord, place: str) -> str:
    return f"{participle(action).capitalize()} in {place}{_winner(action)}"


def found(action: ActionRecord, place: str) -> str:
    return f"Found {participle(action)} in {place}{_winner(action)}."


def done_before(action: ActionRecord) -> str:
    return f"It was {participle(action)} already, so nothing was sent{_winner(action)}."


def not_done(action: ActionRecord, why: str) -> str:
    return f"Not {participle(action)}. {why}"


def not_sent(action: ActionRecord, why: str) -> str:
    return not_done(action, f"Nothing was sent. {why}")


def confirmed_not_done(action: ActionRecord, place: str) -> str:
    return f"Confirmed that it is not {participle(action)} in {place}"


def accepted(action: ActionRecord, place: str) -> str:
    return f"{place[:1].upper()}{place[1:]} accepted the {noun(action)}."


def accepted_not_done(action: ActionRecord, place: str) -> str:
    return f"{accepted(action, place)[:-1]}, but {_words(action).not_shown}. It may wait for a review in {place}."


def _winner(action: ActionRecord) -> str:
    return f". Winner: {action.variant_name}" if action.variant_name else ""


def _with_reason(action: ActionRecord, text: str) -> str:
    return f"{text}. Reason: {action.reason}" if action.reason else text
