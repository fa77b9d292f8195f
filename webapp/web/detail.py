"""An autotune's page: read back before it is sent, confirmed afterwards, looked up in between."""

import json
import threading
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..auth import person
from ..autotunes.approval import LONGEST_REASON, is_own_work, turn_down
from ..autotunes.create import Press, create
from ..autotunes.name_check import check_name
from ..autotunes.reconcile import TAKEN_BY_ANOTHER, confirm_absent, needs_a_person, settle
from ..autotunes.states import HOLDING
from ..store import Record, queries
from .assumptions import guesses_in, starting_guesses
from .form_views import Page
from .forms import whole_number
from .request_context import desk, find
from .review import read_back, request_text
from .wait_budget import patience

blueprint = Blueprint("pages", __name__)

SAID = {
    Press.STALE: "This autotune changed after you opened its page, so this click sent nothing. Review it again.",
    Press.TAKEN: "Not sent: the name has been taken since it was checked.",
    Press.OWN: "Not sent: somebody else has to read this and create it, since you changed it last.",
}
NO_REASON = "Say why, so that its author knows what to change"
LONG_REASON = f"Say it in up to {LONGEST_REASON} characters"
STALE_REASON = "This autotune changed after you opened its page, so it was not turned down. Read it once more"
EXPIRED_REASON = "This page had expired, so it was not turned down. Press again"


@blueprint.get("/autotunes/<record_id>")
def show(record_id: str) -> str:
    _wait(settle(desk(), record_id) or check_name(desk(), record_id))
    return _page(record_id)


def _page(record_id: str, reason: str = "", problem: str = "") -> str:
    """`reason` and `problem` are of turning it down, when that did not work."""
    record, history = _found(record_id)
    return render_template(
        "autotunes/detail.html",
        record=record,
        history=history,
        own_work=is_own_work(desk(), record, person().who),
        guesses=starting_guesses() | guesses_in(request.args),
        reason=reason,
        reason_problem=problem,
        needs_a_person=needs_a_person(record, desk().clock()),
        taken_by_another=record.notice == TAKEN_BY_ANOTHER,
        **read_back(desk(), record),
    )


@blueprint.get("/autotunes/<record_id>.json")
def as_json(record_id: str) -> Response:
    settle(desk(), record_id)
    record, history = _found(record_id)
    text = request_text(record)
    answer = {
        "id": record.id,
        "state": record.state,
        "request": json.loads(text) if text else None,
        "statsig": json.loads(record.statsig) if record.statsig else None,
        "history": [{"at": event.at, "who": event.who, "what": event.what} for event in history],
    }
    return jsonify(answer)


@blueprint.get("/autotunes/<record_id>/create")
@blueprint.get("/autotunes/<record_id>/absent")
@blueprint.get("/autotunes/<record_id>/turn-down")
def back(record_id: str) -> Response:
    return _to_page(record_id)


@blueprint.post("/autotunes/<record_id>/create")
def press(record_id: str) -> Response:
    _found(record_id)
    outcome, over = create(desk(), record_id, whole_number(request.form.get("version")), person().who)
    _wait(over)
    if outcome in SAID and not _is_on_its_way(record_id):
        flash(SAID[outcome])
    return _to_page(record_id)


@blueprint.post("/autotunes/<record_id>/absent")
def absent(record_id: str) -> Response:
    """Somebody has looked in Statsig, and it is not there."""
    _found(record_id)
    with patience() as seconds:
        confirmed = confirm_absent(desk(), record_id, whole_number(request.form.get("version")), person().who, seconds)
    if not confirmed:
        flash("This has been settled meanwhile, it could not be looked up once more, or it is too early to say.")
    return _to_page(record_id)


@blueprint.post("/autotunes/<record_id>/turn-down", endpoint="turn_down")
def refuse(record_id: str) -> Page:
    """Somebody has read it, and it should not be created like this."""
    _found(record_id)
    reason = _reason()
    if not reason or len(reason) > LONGEST_REASON:
        return _page(record_id, reason, LONG_REASON if reason else NO_REASON), 422
    if not turn_down(desk(), record_id, whole_number(request.form.get("version")), person().who, reason):
        return _page(record_id, reason, STALE_REASON), 409
    flash("Turned down. Its author reads your reason on this page, and on the form.")
    return _to_page(record_id)


def turn_down_expired(record_id: str) -> Page:
    """The reason came with no valid CSRF token: here it is again."""
    return _page(record_id, _reason(), EXPIRED_REASON), 400


def _reason() -> str:
    return request.form.get("reason", "").replace("\r\n", "\n").replace("\0", "").strip()


def _is_on_its_way(record_id: str) -> bool:
    """A second press of the same button finds the first one's work: nothing to say."""
    return _found(record_id)[0].state in HOLDING


def _to_page(record_id: str) -> Response:
    return redirect(url_for("pages.show", record_id=record_id), 303)


def _found(record_id: str) -> tuple[Record, Any]:
    record = find(record_id)
    with desk().store.read() as session:
        return record, queries.history(session, record_id)


def _wait(over: threading.Event | None) -> None:
    if over is not None:
        with patience() as seconds:
            over.wait(seconds)
