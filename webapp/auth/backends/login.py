"""Login by OpenID Connect: users are those with an active session."""

from flask import g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from ...autotunes.services import Services
from .. import audit, pending_forms
from ..decorators import view_rules
from ..errors import message_page
from ..permissions import Permission, User
from ..sessions import Sessions, StoredSession
from ..targets import MAX_QUERY, LoginTargets, Target
from .base import AuthBackend


class LoginBackend(AuthBackend):
    can_log_out = True

    def __init__(self, services: Services) -> None:
        super().__init__(services.settings)
        self.services, self.sessions, self.targets = services, Sessions(services), LoginTargets(services)

    def authenticate(self) -> User | None:
        stored = self._stored_session()
        return stored.user if stored and stored.active else None

    def _stored_session(self) -> StoredSession | None:
        """Looked up once per request."""
        if "stored_session" not in g:
            g.stored_session = self.sessions.find(session.get("id"), counts_as_use=not view_rules().polled)
        stored: StoredSession | None = g.stored_session
        return stored

    def challenge(self) -> ResponseReturnValue:
        """Redirects to the login, which leads back to this page; a submitted form is saved."""
        if request.endpoint == "auth.logout":  # logging out twice is not an error
            return redirect(url_for("auth.logged_out"), 303)
        if _is_from_script():
            return message_page("You are not logged in", "Log in, then open this page again.", 401, "login")
        if request.method == "POST":
            return self._keep_form()
        if len(request.query_string) > MAX_QUERY:
            title = "This link is too long to keep during login"
            return message_page(title, "Log in, then open it again.", 401, "login")
        target = self.targets.create(str(request.endpoint), request.view_args or {}, request.query_string)
        session["after"] = target
        # In the address too: tabs that a browser opens together share one cookie.
        return redirect(url_for("auth.login", to=None if target == Target() else self.targets.to_state(target)))

    def _keep_form(self) -> ResponseReturnValue:
        # A GET of the same address leads to the form's page.
        session["after"] = self.targets.create(str(request.endpoint), request.view_args or {})
        stored = self._stored_session()
        if stored:
            audit.log("session ended", stored.user.actor)
        return pending_forms.session_ended_page(self.services, stored.user if stored else None)

    def post_login_url(self, user: User, target: Target) -> str:
        """The user's pending form, or else the requested page."""
        can_write = self.permission(user) >= Permission.WRITE
        if can_write and pending_forms.forms_for(self.services, user):
            return url_for("restore.restore")
        return self.targets.url(target)


def _is_from_script() -> bool:
    """A script cannot follow a redirect to the login; the page then submits its form without the script."""
    return request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate" or request.path.endswith(".json")
