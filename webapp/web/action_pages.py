"""What an autotune's page shows of its start or decision, and the page that confirms one in words."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from ..auth import can, current_user
from ..autotunes import action_words
from ..autotunes.action_finding import variants_in
from ..autotunes.action_outcomes import CLOSED
from ..autotunes.action_settling import needs_confirmation
from ..autotunes.actions import next_number
from ..autotunes.live import known_data
from ..autotunes.states import ActionKind, ActionState, State
from ..contract.diff import Difference, as_returned, differences
from ..contract.request_body import form_from_body
from ..contract.sentence import Piece, describe
from ..store import ActionRecord, AutotuneRecord
from .request_context import services


@dataclass(frozen=True)
class Typed:
    """What somebody typed, and what is wrong with it, by field; a blank field is about the page."""

    variant_id: str = ""
    reason: str = ""
    errors: dict[str, str] | None = None


def action_context(record: AutotuneRecord, action: ActionRecord | None, answer: dict[str, Any]) -> dict[str, Any]:
    """What the templates of an autotune's page need; `offered` is what can be done next.

    `answer` is what Statsig has, as far as it is known.
    """
    return {
        "action": action,
        "action_words": action_words,
        "offered": offered_action(record, action, answer),
        "is_action_open": action is not None and action.state not in CLOSED,
        "may_start": can("start", record.project),
        "action_needs_confirmation": needs_confirmation(action),
    }


def action_json(action: ActionRecord | None) -> dict[str, str] | None:
    if action is None:
        return None
    return {"kind": action.kind, "state": action.state, "message": action.status_message}


def offered_action(record: AutotuneRecord, action: ActionRecord | None, answer: dict[str, Any]) -> ActionKind | None:
    if record.state != State.CREATED or record.archived_at or (action is not None and action.state not in CLOSED):
        return None
    if answer.get("isStarted") is False:
        return ActionKind.START
    can_decide = answer.get("isStarted") is True and not answer.get("winner") and variants_in(answer)
    return ActionKind.DECIDE if can_decide else None


def known_answer(record: AutotuneRecord) -> dict[str, Any]:
    with services().store.read() as session:
        return known_data(session, record)


def typed_before(action: ActionRecord | None, kind: ActionKind) -> Typed:
    """What the same person has typed for one that was not done."""
    if action is None or (action.kind, action.state, action.requested_by) != (
        kind,
        ActionState.FAILED,
        current_user().actor,
    ):
        return Typed()
    return Typed(action.variant_id, action.reason)


def confirmation_page(
    record: AutotuneRecord, action: ActionRecord | None, kind: ActionKind, typed: Typed, status: int = 200
) -> ResponseReturnValue:
    requested = action if action is not None and action.state == ActionState.REQUESTED else None
    answer = known_answer(record)
    page = render_template(
        f"autotunes/{kind}.html",
        record=record,
        kind=kind,
        requested=requested,
        is_own=requested is not None and requested.requested_by == current_user().actor,
        number=requested.number if requested else next_number(action),
        sentence=_sentence(record, answer),
        differences=_differences(record, answer),
        shown=shown_digest(record, answer),
        variants=variants_in(answer),
        typed=typed,
        errors=typed.errors or {},
    )
    return page, status


def _sentence(record: AutotuneRecord, answer: dict[str, Any]) -> list[Piece]:
    """As Statsig returned it."""
    return describe(form_from_body(as_returned(json.loads(record.body or "{}"), answer)))


def shown_digest(record: AutotuneRecord, answer: dict[str, Any]) -> str:
    """Of what a confirmation says of the autotune."""
    shown = [_differences(record, answer), variants_in(answer)]
    return sha256(json.dumps(shown).encode()).hexdigest()[:12]


def _differences(record: AutotuneRecord, answer: dict[str, Any]) -> list[Difference]:
    return differences(json.loads(record.body or "{}"), answer) if answer else []
