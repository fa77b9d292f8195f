"""Before every request: is it answered, and for whom."""

import logging

from flask import current_app, g, redirect, request, url_for

from ..store import StoreError
from . import origin_checks, resubmit
from .backends.base import Answer, Door
from .errors import Refused
from .permissions import Person, Right
from .route_permissions import KEPT_ON_PAGE, OPEN, TABLE

_log = logging.getLogger(__name__)


def let_in() -> Answer | None:
    door: Door = current_app.extensions["door"]
    door.check_address()
    origin_checks.want_own_origin(door.origin())
    if TABLE.get(request.endpoint or "") == OPEN:
        return _open(door)
    try:
        g.person = door.person()
    except StoreError:
        if request.method == "POST" and request.endpoint in KEPT_ON_PAGE:
            return resubmit.no_database()
        raise
    return _let_through(door) if request.endpoint else None  # no endpoint: it becomes a 404 by itself


def _open(door: Door) -> Answer | None:
    """Logging out twice is no mistake, even though the second press has no CSRF token any more."""
    if request.endpoint != "auth.logout":
        return None
    g.person = door.person()
    return None if g.person else redirect(url_for("auth.logged_out"), 303)


def _let_through(door: Door) -> Answer | None:
    needed = TABLE.get(request.endpoint or "")
    if needed is None:
        _log.error("an endpoint is not in the table of who may use it", extra={"endpoint": request.endpoint})
        raise Refused("not in the table", "This page is closed", "Tell whoever looks after this desk.")
    if g.person is None:
        return door.ask()
    if _right() < needed:
        raise _not_yours(needed)
    return None


def _not_yours(needed: Right) -> Refused:
    what = {Right.LOOK: "look at this desk", Right.WRITE: "write drafts", Right.CREATE: "create or turn down"}[needed]
    todo = "Ask whoever looks after this desk for the right."
    return Refused(f"may not {what}", f"You may not {what}", todo, way_out="list" if needed > Right.LOOK else "")


def _right() -> Right:
    if "right" not in g:
        door: Door = current_app.extensions["door"]
        g.right = door.right(g.person)
    right: Right = g.right
    return right


def may(what: str) -> bool:
    """For pages: whether who looks may `look`, `write` or `create`."""
    return visitor() is not None and _right() >= Right[what.upper()]


def visitor() -> Person | None:
    """Who makes this request; None on the pages that need nobody."""
    found: Person | None = g.get("person")
    return found


def person() -> Person:
    """Who makes this request, on pages that somebody must be known for."""
    found: Person = g.person
    return found
