"""The list of all autotunes, and the health check."""

from typing import Any

from flask import Blueprint, render_template, request

from ..auth import Permission, any_host, public, requires
from ..autotunes.states import State
from ..contract.characters import visible
from ..store import listing
from .request_context import services

blueprint = Blueprint("listing", __name__)

MAX_SEARCH = 200  # characters


@blueprint.get("/")
@requires(Permission.VIEW)
def index() -> str:
    search = visible(request.args.get("q", "").strip()[:MAX_SEARCH])
    state = request.args.get("state", "")
    state = state if state in list(State) else ""
    filters: dict[str, Any] = {"q": search or None, "state": state or None}
    older, newer = (listing.parse_cursor(request.args.get(side, "")) for side in ("older", "newer"))
    with services().store.read() as session:
        page = listing.page(session, listing.ListQuery(search, state, older, newer))
    return render_template("autotunes/list.html", page=page, search=search, state=state, filters=filters)


@blueprint.get("/healthz")
@public
@any_host
def healthz() -> dict[str, str]:
    """Whether the database answers and has the tables of this app."""
    services().store.check()
    return {"status": "ok"}
