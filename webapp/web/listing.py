"""The list of all autotunes, and whether the desk is well."""

from flask import Blueprint, abort, render_template, request
from sqlalchemy import text

from ..autotunes import State
from ..store import records
from .display import desk

blueprint = Blueprint("listing", __name__)


@blueprint.get("/")
def index() -> str:
    search, state, page = request.args.get("q", "").strip(), request.args.get("state", ""), _page()
    if state not in list(State):
        state = ""
    with desk().store.read() as session:
        found, total = records.listing(session, search, state, page)
    return render_template(
        "autotunes/list.html",
        found=found,
        total=total,
        search=search,
        state=state,
        page=page,
        size=records.PAGE,
    )


def _page() -> int:
    page = request.args.get("page", "1")
    if not page.isascii() or not page.isdigit() or not 1 <= int(page[:6]) <= 99_999:
        abort(404)
    return int(page[:6])


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    """Says nothing but whether the database answers."""
    with desk().store.read() as session:
        session.execute(text("SELECT 1"))
    return {"status": "ok"}
