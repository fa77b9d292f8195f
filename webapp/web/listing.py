"""The list of all autotunes, and whether the desk is well."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..auth import Permission, any_host, public, requires
from ..autotunes.states import State
from ..contract.characters import visible
from ..store import listing
from .forms import parse_int
from .request_context import services

blueprint = Blueprint("listing", __name__)

MAX_SEARCH = 200  # characters
MAX_PAGES = 99_999


@blueprint.get("/")
@requires(Permission.VIEW)
def index() -> str | Response:
    search = visible(request.args.get("q", "").strip()[:MAX_SEARCH])
    state = request.args.get("state", "")
    state = state if state in list(State) else ""
    filters: dict[str, Any] = {"q": search or None, "state": state or None}
    number = parse_int(request.args.get("page", "1"))
    if not 1 <= number <= MAX_PAGES:
        abort(404)
    older, newer = (listing.cursor_of(request.args.get(side, "")) for side in ("older", "newer"))
    wanted = listing.Wanted(search, state, older, newer)
    with services().store.read() as session:
        if number > 1:  # links of earlier versions number the pages
            wanted = replace(wanted, older=listing.end_of_page(session, wanted, number - 1))
        page = listing.page(session, wanted)
    if number > 1 and not wanted.older and page.found:
        last = 1 if page.more else (page.total - 1) // listing.PAGE + 1
        return redirect(url_for("listing.index", **filters, page=last), 303)
    return render_template("autotunes/list.html", page=page, search=search, state=state, filters=filters)


@blueprint.get("/healthz")
@public
@any_host
def healthz() -> dict[str, str]:
    """Says nothing but whether the database answers and is the desk's."""
    services().store.check()
    return {"status": "ok"}
