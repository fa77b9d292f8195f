"""The list of all autotunes, and whether the desk is well."""

from dataclasses import replace

from flask import Blueprint, abort, render_template, request
from sqlalchemy.orm import Session

from ..autotunes import State
from ..contract import visible
from ..store import fold, listing
from .binding import whole_number
from .current import desk

blueprint = Blueprint("listing", __name__)

MAX_SEARCH = 200  # characters
MAX_PAGES = 99_999


@blueprint.get("/")
def index() -> str:
    search = visible(request.args.get("q", "").strip()[:MAX_SEARCH])
    state = request.args.get("state", "")
    state = state if state in list(State) else ""
    with desk().store.read() as session:
        page = listing.page(session, _wanted(session, fold(search), state))
    filters = {"q": search or None, "state": state or None}
    return render_template("autotunes/list.html", page=page, search=search, state=state, filters=filters)


def _wanted(session: Session, search: str, state: str) -> listing.Wanted:
    older, newer = (listing.cursor_of(request.args.get(side, "")) for side in ("older", "newer"))
    wanted = listing.Wanted(search, state, older, newer)
    number = whole_number(request.args.get("page", "1"))
    if not 1 <= number <= MAX_PAGES:
        abort(404)
    return wanted if number == 1 else replace(wanted, older=listing.end_of_page(session, wanted, number - 1))


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """Says nothing but whether the database answers and is the desk's."""
    desk().store.check()
    return {"status": "ok"}
