"""The list of all autotunes, and whether the desk is well."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..autotunes import State
from ..store import records
from .binding import whole_number
from .current import desk

blueprint = Blueprint("listing", __name__)

MOST_PAGES = 99_999


@blueprint.get("/")
def index() -> str | Response:
    search = request.args.get("q", "").replace("\0", "").strip()
    state = request.args.get("state", "")
    state = state if state in list(State) else ""
    page = whole_number(request.args.get("page", "1"))
    if not 1 <= page <= MOST_PAGES:
        abort(404)
    with desk().store.read() as session:
        found, total = records.listing(session, search, state, page)
    if total and not found:
        last = (total - 1) // records.PAGE + 1
        return redirect(url_for("listing.index", q=search or None, state=state or None, page=last), 303)
    return render_template(
        "autotunes/list.html",
        found=found,
        total=total,
        search=search,
        state=state,
        page=page,
        size=records.PAGE,
    )


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """Says nothing but whether the database answers."""
    desk().store.ping()
    return {"status": "ok"}
