"""An autotune's page: review and create, its outcome, and confirming that it was not created."""

import json
import re
from math import ceil
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response

from ..auth import Permission, current_user, keeps_form, polled, require_in_project, requires
from ..autotunes.action_settling import settle
from ..autotunes.approval import MAX_REASON, needs_other_creator, reject
from ..autotunes.create import CreateResult, create
from ..autotunes.drafts import is_editable, request_text, stored_form_data
from ..autotunes.live import check_when_due, load_changes
from ..autotunes.name_check import check_name
from ..autotunes.reconcile import TAKEN_BY_ANOTHER, confirm_not_created, needs_confirmation, reconcile
from ..autotunes.states import EDITABLE, RESERVING, State
from ..contract.changes import Change
from ..store import AutotuneRecord, LiveState, action_queries, queries
from .action_pages import action_context, action_json
from .assumptions import assumptions_in, read_inputs
from .autosave import find_own_copy
from .history import version_changes
from .kept_forecast import keep_headline
from .kept_summary import kept_json, panel_inputs, summarize_kept
from .live import Live
from .page_form import parse_int
from .request_context import find, find_with_action, load_projects, services, submitted_text
from .review import detail_context, find_namesakes
from .suggestions import Known, chosen_project, load_known
from .wait_budget import wait_for, wait_timeout

blueprint = Blueprint("detail", __name__)

RESULT_MESSAGES = {
    CreateResult.STALE: "This autotune changed after you opened its page, so this click did nothing. Review it again.",
    CreateResult.TAKEN: "Not sent: the name was taken after your review.",
    CreateResult.AGAINST_POLICY: "Not sent: your company’s rules have changed since your review.",
    CreateResult.LAST_EDITOR: "Not created: someone else must review and create this, since you changed it last.",
}
NO_REASON = "Enter a reason, so that its author knows what to change"
LONG_REASON = f"Shorten this to {MAX_REASON} characters"
STALE_REASON = "This autotune changed after you opened its page, so it was not rejected. Review it again"
EXPIRED_REASON = "This page expired, so it was not rejected. Try again"


@blueprint.get("/autotunes/<record_id>")
@requires(Permission.VIEW)
def show(record_id: str) -> str:
    record, action = find_with_action(record_id)
    done = reconcile(services(), record) or check_name(services(), record) or settle(services(), action)
    wait_for(done, "view_timeout")
    if assumptions := assumptions_in(request.args):
        keep_headline(read_inputs(record, assumptions))
    return _render_page(record_id, is_being_read=done is not None and not done.is_set())


def _render_page(record_id: str, reason: str = "", error: str = "", is_being_read: bool = False) -> str:
    """`reason` and `error` are those of a rejection that failed."""
    with services().store.read() as session:
        record = queries.get(session, record_id) or abort(404)
        history = queries.history(session, record_id)
        changed = _changed_since_review(session, record)
        kept = queries.forecast(session, record_id)
        action = action_queries.last(session, record_id)
        unsaved = find_own_copy(session, record_id) if record.state in EDITABLE else None
        same_name = find_namesakes(session, record)
        load_projects(session)
        known = _known(session, record) if is_editable(record) else None
        live_row = session.get(LiveState, record_id)
        changes_there = load_changes(services(), session, record, live_row)
    live = Live(record, live_row, check_when_due(services(), record, live_row))
    retry_in = _retry_in(record)
    return render_template(
        "autotunes/detail.html",
        record=record,
        history=history,
        changes_since_review=changed,
        changes_there=changes_there,
        unsaved=unsaved,
        needs_other_creator=needs_other_creator(services(), record, current_user().actor),
        kept=summarize_kept(record, kept),
        assumptions_query=urlencode(assumptions_in(request.args)) or None,
        forecast_inputs=panel_inputs(record, assumptions_in(request.args), kept) if is_editable(record) else None,
        is_being_read=is_being_read,
        reason=reason,
        reason_error=error,
        retry_in=retry_in,
        status_message=_counted_down(record.status_message, retry_in),
        needs_confirmation=needs_confirmation(record, services().clock()),
        taken_by_another=record.status_message == TAKEN_BY_ANOTHER,
        **action_context(record, action, {} if live.deleted_at else live.data),
        **detail_context(services(), record, same_name, known, live),
    )


def _known(session: Session, record: AutotuneRecord) -> Known:
    return load_known(session, chosen_project(record.project), stored_form_data(record))


def _retry_in(record: AutotuneRecord) -> int | None:
    """The seconds until a busy Statsig may be asked again; 0 if that is now, None if it was not busy."""
    return None if record.retry_at is None else max(ceil(record.retry_at - services().clock()), 0)


def _counted_down(message: str, retry_in: int | None) -> str:
    """The message with the seconds that are left. Its script does the same."""
    left = "in 1 second" if retry_in == 1 else f"in {retry_in} seconds"
    return re.sub(r"in \d+ seconds?", left, message) if retry_in else message


def _changed_since_review(session: Session, record: AutotuneRecord) -> list[Change]:
    if record.state != State.READY:
        return []
    current = queries.saved_version(session, record.id, record.version)
    reviewed = queries.version_before(session, record.id, current.version, is_ready=True) if current else None
    return version_changes(reviewed, current)


@blueprint.get("/autotunes/<record_id>.json")
@requires(Permission.VIEW)
@polled
def show_json(record_id: str) -> Response:
    record, action = find_with_action(record_id)
    reconcile(services(), record)
    settle(services(), action)
    with services().store.read() as session:
        action = action_queries.last(session, record_id)
        record = queries.get(session, record_id) or abort(404)
        history = queries.history(session, record_id)
        kept = queries.forecast(session, record_id)
        live_row = session.get(LiveState, record_id)
    live = Live(record, live_row, check_when_due(services(), record, live_row))
    text = request_text(services(), record)
    content = {
        "id": record.id,
        "state": record.state,
        "discarded_at": record.discarded_at,
        "archived_at": record.archived_at,
        "action": action_json(action),
        "request": json.loads(text) if text else None,
        "statsig": live.data or None,
        "live": live.as_json() if record.state == State.CREATED else None,
        "forecast": kept_json(kept),
        "history": [{"at": event.created_at, "who": event.actor, "what": event.message} for event in history],
    }
    return jsonify(content)


@blueprint.get("/autotunes/<record_id>/request.json")
@requires(Permission.VIEW)
def download_request(record_id: str) -> Response:
    """The body that is or would be sent, byte for byte."""
    record = find(record_id)
    response = Response(request_text(services(), record) or abort(404), mimetype="application/json")
    name = secure_filename(record.statsig_id or record.expected_id) or record.id
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.json")
    return response


@blueprint.get("/autotunes/<record_id>/create")
@blueprint.get("/autotunes/<record_id>/not-created")
@blueprint.get("/autotunes/<record_id>/reject")
@blueprint.get("/autotunes/<record_id>/discard")
@blueprint.get("/autotunes/<record_id>/archive")
@blueprint.get("/autotunes/<record_id>/restore")
@requires(Permission.VIEW)
def redirect_to_page(record_id: str) -> Response:
    return redirect_to_detail(record_id)


@blueprint.post("/autotunes/<record_id>/create", endpoint="create")
@requires(Permission.CREATE)
def submit_create(record_id: str) -> Response:
    require_in_project(Permission.CREATE, find(record_id).project)
    result, done = create(services(), record_id, parse_int(request.form.get("version")), current_user().actor)
    wait_for(done)
    if result in RESULT_MESSAGES and not _was_sent(record_id):
        flash(RESULT_MESSAGES[result])
    return redirect_to_detail(record_id)


@blueprint.post("/autotunes/<record_id>/not-created")
@requires(Permission.CREATE)
def not_created(record_id: str) -> Response:
    """A user has checked that it is not in Statsig."""
    record, version = find(record_id), parse_int(request.form.get("version"))
    require_in_project(Permission.CREATE, record.project)
    with wait_timeout() as seconds:
        confirmed = confirm_not_created(services(), record, version, current_user().actor, seconds)
    if not confirmed:
        flash("Not confirmed. Check its state below, and try again in a minute if it is still unconfirmed.")
    return redirect_to_detail(record_id)


def reject_expired(record_id: str) -> ResponseReturnValue:
    """The page with the reason that came without a valid CSRF token."""
    return _render_page(record_id, submitted_text("reason"), EXPIRED_REASON), 400


@blueprint.post("/autotunes/<record_id>/reject", endpoint="reject")
@requires(Permission.CREATE)
@keeps_form(on_csrf_error=reject_expired)
def submit_rejection(record_id: str) -> ResponseReturnValue:
    """A reviewer sends it back to its author."""
    require_in_project(Permission.CREATE, find(record_id).project)
    reason = submitted_text("reason")
    if not reason or len(reason) > MAX_REASON:
        return _render_page(record_id, reason, LONG_REASON if reason else NO_REASON), 422
    if not reject(services(), record_id, parse_int(request.form.get("version")), current_user().actor, reason):
        return _render_page(record_id, reason, STALE_REASON), 409
    flash("Rejected. Its author sees your reason on this page and in the form.")
    return redirect_to_detail(record_id)


def _was_sent(record_id: str) -> bool:
    """The second of two clicks on the same button finds the first one's work: there is nothing to report."""
    return find(record_id).state in RESERVING


def redirect_to_detail(record_id: str) -> Response:
    return redirect(url_for("detail.show", record_id=record_id), 303)
