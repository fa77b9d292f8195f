"""Discarding, archiving and restoring an autotune."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ..auth import Permission, current_user, requires
from ..autotunes import removal
from ..autotunes.services import Services
from ..store import AutotuneRecord
from .detail import redirect_to_detail
from .listing import LIST_ARGS
from .request_context import find, services
from .template_context import shown_state, state_label

blueprint = Blueprint("removal", __name__)

NOT_RESTORED = "There is nothing to restore."


@blueprint.post("/autotunes/<record_id>/discard", endpoint="discard")
@requires(Permission.WRITE)
def discard(record_id: str) -> Response:
    return _removed(record_id, removal.discard, "discarded")


@blueprint.post("/autotunes/<record_id>/archive", endpoint="archive")
@requires(Permission.WRITE)
def archive(record_id: str) -> Response:
    return _removed(record_id, removal.archive, "archived")


@blueprint.post("/autotunes/<record_id>/restore", endpoint="restore")
@requires(Permission.WRITE)
def restore(record_id: str) -> Response:
    """Returns to the page that it was clicked on."""
    title = _title(find(record_id))
    done = removal.restore(services(), record_id, current_user().actor)
    flash(f"{title} was restored." if done else NOT_RESTORED)
    return _redirect_to_list() if "list" in request.form else redirect_to_detail(record_id)


def _removed(record_id: str, remove: Callable[[Services, str, str], bool], done: str) -> Response:
    """Returns to the list, which offers to undo it."""
    record = find(record_id)
    undo = f"undo {url_for('removal.restore', record_id=record_id)}"
    if remove(services(), record_id, current_user().actor):
        flash(f"{_title(record)} was {done}.", undo)
    elif record.discarded_at or record.archived_at:
        flash(f"{_title(record)} was {shown_state(record)} already.", undo)
    else:
        flash(f"{_title(record)} is {state_label(record.state).lower()}, so it can’t be {done}.", "warning")
    return _redirect_to_list()


def _title(record: AutotuneRecord) -> str:
    return record.name or "The untitled draft"


def _redirect_to_list() -> Response:
    """Where the list was, if it was clicked there."""
    values: dict[str, Any] = {name: request.form.get(name) or None for name in LIST_ARGS}
    return redirect(url_for("listing.index", **values), 303)
