"""The door of a desk that people log in to: whoever holds a living session is let in."""

from typing import Any

from flask import g, redirect, request, session, url_for

from ..config import Settings
from . import address, ended
from .access import UNATTENDED
from .doors import Answer
from .people import Person, Right, right_of
from .sessions import Found, Sessions

LONGEST_QUERY = 500  # characters that are kept during a login: they travel in the cookie


class LoginDoor:
    footer = ""
    can_log_out = True

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        self.settings, self.sessions = settings, sessions

    def check_address(self) -> None:
        address.want_host(self.settings.public_url)

    def origin(self) -> str:
        return self.settings.public_url

    def found(self) -> Found | None:
        """The session of this request, dead or alive, looked up once."""
        if "found" not in g:
            g.found = self.sessions.find(session.get("id"), request.endpoint not in UNATTENDED)
        known: Found | None = g.found
        return known

    def person(self) -> Person | None:
        found = self.found()
        return found.person if found and found.alive else None

    def right(self, person: Person) -> Right:
        return right_of(self.settings, person)

    def ask(self) -> Answer:
        """Off to the login, and back here afterwards; what was typed is kept meanwhile."""
        if _is_by_script():
            return ended.not_logged_in()
        session["after"] = _where_to()
        if request.method not in address.SAFE:
            return ended.answer(self.found(), self.sessions)
        return redirect(url_for("auth.login"))


def _is_by_script() -> bool:
    """A script cannot follow to a login, and tries the same as a plain form when it fails."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or request.path.endswith(".json")


def _where_to() -> list[Any]:
    """An endpoint, what its address holds, and its query: never an address that somebody else may have written."""
    if request.method in address.SAFE:
        query = request.query_string.decode("ascii", "ignore")
        return [request.endpoint, request.view_args, query if len(query) <= LONGEST_QUERY else ""]
    if "record_id" in (request.view_args or {}):
        return ["pages.show", request.view_args, ""]
    return ["listing.index", {}, ""]


def way_back(door: LoginDoor, person: Person, after: Any) -> str:
    """Where a person goes who has logged in: to what was typed, else on to where this person was going."""
    if door.right(person) >= Right.WRITE and door.sessions.holds_for(person):
        return url_for("held.bring_back")
    endpoint, values, query = after or ("listing.index", {}, "")
    return url_for(endpoint, **values) + (f"?{query}" if query else "")
