"""Starting an autotune and deciding it: the addresses of the confirmations and of their buttons."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from ..auth import Permission, current_user, keeps_form, require_in_project, requires
from ..autotunes.action_finding import variants_in
from ..autotunes.action_settling import confirm_not_done
from ..autotunes.actions import ActionClick, ActionResult, decline, submit, withdraw
from ..autotunes.approval import MAX_REASON
from ..autotunes.states import ActionKind, ActionState
from ..store import ActionRecord, AutotuneRecord, action_queries
from .action_pages import Typed, confirmation_page, known_answer, offered_action, shown_digest, typed_before
from .page_form import parse_int
from .request_context import find, find_with_action, services, submitted_text
from .wait_budget import wait_for, wait_timeout

blueprint = Blueprint("actions", __name__)

PROBLEMS = {
    ActionResult.BUSY: "Not sent: too many requests to Statsig are under way. Try again in a moment.",
    ActionResult.STALE: "Somebody clicked before you, or its state has changed, so this click did nothing. The page of "
    "the autotune shows what happened.",
    ActionResult.OWN_REQUEST: "Not sent: someone else must confirm this, since you asked for it.",
}
CHANGED = "It was changed in Statsig since you opened this, so nothing was sent. Check it, then try again."
EXPIRED = "This page expired, so nothing was sent. Try again"
NO_VARIANT = "Choose the variant that everybody gets"
NO_REASON = "Enter a reason"
NO_REASON_TO_DECLINE = "Enter a reason, so that others know why"
LONG_REASON = f"Shorten this to {MAX_REASON:,} characters"
NOT_OPEN = "This request is no longer open."
NOT_CONFIRMED = "Not confirmed. Check its state below, and try again in a minute if it is still unconfirmed."


def _last(record: AutotuneRecord) -> ActionRecord | None:
    with services().store.read() as session:
        return action_queries.last(session, record.id)


@blueprint.get("/autotunes/<record_id>/start")
@requires(Permission.START)
def start(record_id: str) -> ResponseReturnValue:
    return _confirmation(record_id, ActionKind.START)


@blueprint.get("/autotunes/<record_id>/decide")
@requires(Permission.START)
def decide(record_id: str) -> ResponseReturnValue:
    return _confirmation(record_id, ActionKind.DECIDE)


def _confirmation(record_id: str, kind: ActionKind) -> ResponseReturnValue:
    """In words, before anything is sent; the page of the autotune if there is nothing to confirm."""
    record, action = _find_permitted(record_id)
    requested = action is not None and action.state == ActionState.REQUESTED and action.kind == kind
    if requested or offered_action(record, action, known_answer(record)) == kind:
        return confirmation_page(record, action, kind, typed_before(action, kind))
    return _to_page(record)


def _expired(kind: ActionKind) -> Callable[[str], ResponseReturnValue]:
    def show_again(record_id: str) -> ResponseReturnValue:
        (record, action), typed = _find_permitted(record_id), _typed()
        return confirmation_page(record, action, kind, Typed(typed.variant_id, typed.reason, {"": EXPIRED}), 400)

    return show_again


@blueprint.post("/autotunes/<record_id>/start", endpoint="submit_start")
@requires(Permission.START)
@keeps_form(on_csrf_error=_expired(ActionKind.START))
def submit_start(record_id: str) -> ResponseReturnValue:
    record, action = _find_permitted(record_id)
    click = ActionClick(record.id, ActionKind.START, _number(), current_user().actor)
    return _submit(record, action, click, Typed())


@blueprint.post("/autotunes/<record_id>/decide", endpoint="submit_decision")
@requires(Permission.START)
@keeps_form(on_csrf_error=_expired(ActionKind.DECIDE))
def submit_decision(record_id: str) -> ResponseReturnValue:
    """A confirmation of what another person asked for has neither variant nor reason."""
    record, action = _find_permitted(record_id)
    typed, names = _typed(), dict(variants_in(known_answer(record)))
    is_requested = action is not None and action.state == ActionState.REQUESTED and action.number == _number()
    errors = {} if is_requested else _decision_errors(typed, names)
    if errors:
        return confirmation_page(record, action, ActionKind.DECIDE, Typed(typed.variant_id, typed.reason, errors), 422)
    name = names.get(typed.variant_id, "")
    actor = current_user().actor
    click = ActionClick(record.id, ActionKind.DECIDE, _number(), actor, typed.variant_id, name, typed.reason)
    return _submit(record, action, click, typed)


def _decision_errors(typed: Typed, names: dict[str, str]) -> dict[str, str]:
    errors = {} if typed.variant_id in names else {"variant": NO_VARIANT}
    return errors | _reason_errors(typed.reason, NO_REASON)


def _reason_errors(reason: str, missing: str) -> dict[str, str]:
    if reason and len(reason) <= MAX_REASON:
        return {}
    return {"reason": LONG_REASON if reason else missing}


def _submit(
    record: AutotuneRecord, action: ActionRecord | None, click: ActionClick, typed: Typed
) -> ResponseReturnValue:
    """What the click is about must be what its page has shown, and still to be done."""
    problem = _problem_before(record, action, click)
    if not problem:
        result, done = submit(services(), click)
        wait_for(done)
        problem = PROBLEMS.get(result, "")
    if not problem or _was_done(record, click):
        return _to_page(record)
    if typed.reason or problem == CHANGED:
        page = Typed(typed.variant_id, typed.reason, {"": problem})
        return confirmation_page(record, _last(record), click.kind, page, 409)
    flash(problem)
    return _to_page(record)


def _problem_before(record: AutotuneRecord, action: ActionRecord | None, click: ActionClick) -> str:
    answer = known_answer(record)
    is_new = action is None or action.number != click.number
    if is_new and offered_action(record, action, answer) != click.kind:
        return PROBLEMS[ActionResult.STALE]
    shown = shown_digest(record, answer)
    return "" if request.form.get("shown", shown) == shown else CHANGED


def _was_done(record: AutotuneRecord, click: ActionClick) -> bool:
    """The second of two clicks on the same button finds the first one's work: there is nothing to report."""
    with services().store.read() as session:
        action = action_queries.get(session, record.id, click.number)
    if action is None or click.actor not in (action.requested_by, action.sent_by):
        return False
    same = (action.kind, action.variant_id, action.reason) == (click.kind, click.variant_id, click.reason)
    is_confirmation = action.sent_by == click.actor and not click.reason
    return is_confirmation or (same and (action.sent_by == click.actor or action.state == ActionState.REQUESTED))


@blueprint.get("/autotunes/<record_id>/decline")
@blueprint.get("/autotunes/<record_id>/withdraw")
@blueprint.get("/autotunes/<record_id>/not-done")
@requires(Permission.VIEW)
def redirect_to_page(record_id: str) -> Response:
    return _to_page(find(record_id))


def decline_expired(record_id: str) -> ResponseReturnValue:
    return _decline_page(*_find_permitted(record_id), EXPIRED, 400)


@blueprint.post("/autotunes/<record_id>/decline", endpoint="decline")
@requires(Permission.START)
@keeps_form(on_csrf_error=decline_expired)
def submit_decline(record_id: str) -> ResponseReturnValue:
    (record, action), reason = _find_permitted(record_id), _typed().reason
    if errors := _reason_errors(reason, NO_REASON_TO_DECLINE):
        return _decline_page(record, action, errors["reason"], 422)
    if not decline(services(), record.id, _number(), current_user().actor, reason):
        return _decline_page(record, action, NOT_OPEN, 409)
    return _to_page(record)


def _decline_page(record: AutotuneRecord, action: ActionRecord | None, error: str, status: int) -> ResponseReturnValue:
    """The confirmation with the reason that was typed."""
    kind = ActionKind(action.kind) if action else ActionKind.START
    return confirmation_page(record, action, kind, Typed("", _typed().reason, {"decline": error}), status)


@blueprint.post("/autotunes/<record_id>/withdraw", endpoint="withdraw")
@requires(Permission.START)
def submit_withdrawal(record_id: str) -> Response:
    record, _ = _find_permitted(record_id)
    if not withdraw(services(), record.id, _number(), current_user().actor):
        flash(NOT_OPEN)
    return _to_page(record)


@blueprint.post("/autotunes/<record_id>/not-done", endpoint="not_done")
@requires(Permission.START)
def submit_not_done(record_id: str) -> Response:
    """A person has checked in Statsig that it was not started, or not decided."""
    record, action = _find_permitted(record_id)
    is_shown = action is not None and action.number == _number()
    with wait_timeout() as seconds:
        confirmed = action and is_shown and confirm_not_done(services(), action, current_user().actor, seconds)
    if not confirmed:
        flash(NOT_CONFIRMED)
    return _to_page(record)


def _find_permitted(record_id: str) -> tuple[AutotuneRecord, ActionRecord | None]:
    record, action = find_with_action(record_id)
    require_in_project(Permission.START, record.project)
    return record, action


def _number() -> int:
    return parse_int(request.form.get("number"))


def _typed() -> Typed:
    return Typed(request.form.get("variant", ""), submitted_text("reason"))


def _to_page(record: AutotuneRecord) -> Response:
    return redirect(url_for("detail.show", record_id=record.id), 303)
