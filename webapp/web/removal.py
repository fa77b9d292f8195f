"""Discarding, archiving and restoring an autotune."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from ..auth import Permission, current_user, requires
from ..autotunes import removal
from ..autotunes.services import Services
from .listing import FILTERS
from .request_context import find, services

blueprint = Blueprint("removal", __name__)

NOT_DISCARDED = "This can’t be discarded: it was sent, or it is discarded already."
NOT_ARCHIVED = "This can’t be archived: only what was created can, once."
NOT_RESTORED = "There is nothing to restore."


@blueprint.get("/autotunes/<record_id>/discard")
@blueprint.get("/autotunes/<record_id>/archive")
@blueprint.get("/autotunes/<record_id>/restore")
@requires(Permission.VIEW)
def redirect_to_page(record_id: str) -> Response:
    return redirect(url_for("detail.show", record_id=record_id), 303)


@blueprint.post("/autotunes/<record_id>/discard", endpoint="discard")
@requires(Permission.WRITE)
def discard(record_id: str) -> Response:
    return _removed(record_id, removal.discard, "Discarded", NOT_DISCARDED)


@blueprint.post("/autotunes/<record_id>/archive", endpoint="archive")
@requires(Permission.WRITE)
def archive(record_id: str) -> Response:
    return _removed(record_id, removal.archive, "Archived", NOT_ARCHIVED)


@blueprint.post("/autotunes/<record_id>/restore", endpoint="restore")
@requires(Permission.WRITE)
def restore(record_id: str) -> Response:
    find(record_id)
    done = removal.restore(services(), record_id, current_user().actor)
    flash("Restored." if done else NOT_RESTORED)
    return redirect_to_page(record_id)


def _removed(record_id: str, remove: Callable[[Services, str, str], bool], done: str, refused: str) -> Response:
    """Returns to the list, which offers to undo it."""
    name = find(record_id).name or "the untitled draft"
    if not remove(services(), record_id, current_user().actor):
        flash(refused)
        return redirect_to_page(record_id)
    flash(f"{done} {name}.", f"undo {record_id}")
    filters: dict[str, Any] = {name: request.form.get(name) or None for name in FILTERS}
    return redirect(url_for("listing.index", **filters), 303)
