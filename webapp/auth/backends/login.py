"""The door of a desk that people log in to: whoever holds a living session is let in."""

from flask import g, redirect, request, session, url_for

from ...config import Settings
from .. import origin_checks, resubmit
from ..errors import said
from ..permissions import Person, Right, right_of
from ..route_permissions import UNATTENDED
from ..sessions import Found, Sessions
from ..targets import LinkTooLong, Target, Targets
from .base import Answer

TOO_LONG = "This link is too long to keep during login"


class LoginDoor:
    footer = ""
    can_log_out = True

    def __init__(self, settings: Settings, sessions: Sessions, targets: Targets) -> None:
        self.settings, self.sessions, self.targets = settings, sessions, targets

    def check_address(self) -> None:
        origin_checks.want_host(self.settings.public_url)

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
            return resubmit.not_logged_in()
        if request.method not in origin_checks.SAFE:
            session["after"] = self._page_of_form()
            return resubmit.answer(self.found(), self.sessions)
        try:
            target = self.targets.keep(str(request.endpoint), request.view_args or {}, request.query_string)
        except LinkTooLong:
            return said(TOO_LONG, "Log in, then open it again.", 401, "login")
        session["after"] = target
        # The address says it too: tabs that a browser opens together share one cookie.
        return redirect(url_for("auth.login", to=None if target == Target() else self.targets.as_state(target)))

    def _page_of_form(self) -> Target:
        values = request.view_args or {}
        return self.targets.keep("detail.show", values) if "record_id" in values else Target()

    def where_to(self, person: Person, target: Target) -> str:
        """For who has logged in: to what was typed, else on to where this person was going."""
        if self.right(person) >= Right.WRITE and self.sessions.holds_for(person):
            return url_for("restore.restore")
        return self.targets.url(target)


def _is_by_script() -> bool:
    """A script cannot follow to a login, and tries the same as a plain form when it fails."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or request.path.endswith(".json")
