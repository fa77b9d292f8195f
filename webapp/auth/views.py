"""Logging in and out by OpenID Connect."""

from flask import Blueprint, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from . import audit
from .authorization import current_user
from .backends.login import LoginBackend
from .decorators import public, requires
from .errors import message_page
from .login_errors import LoginFailed
from .oidc import OIDCClient
from .permissions import Permission, User
from .targets import Target

blueprint = Blueprint("auth", __name__)


def _backend() -> LoginBackend:
    backend: LoginBackend = current_app.extensions["auth_backend"]
    return backend


def _oidc() -> OIDCClient:
    client: OIDCClient = current_app.extensions["oidc_client"]
    return client


@blueprint.get("/login")
@public
def login() -> ResponseReturnValue:
    backend, in_cookie = _backend(), Target(*session.pop("after", ()))
    target = backend.targets.from_state(request.args["to"]) if "to" in request.args else in_cookie
    other_account = request.args.get("account") == "other"
    if backend.authenticate() and not other_account:
        return redirect(backend.targets.url(target))
    session["after"] = target  # for the button that tries again
    return _oidc().redirect_to_issuer(backend.targets.to_state(target), other_account or "logged_out" in session)


@blueprint.get("/login/callback")
@public
def callback() -> ResponseReturnValue:
    backend = _backend()
    session["after"] = target = backend.targets.from_state(request.args.get("state", ""))
    try:
        user = _oidc().finish_login()
    except LoginFailed as error:
        if error.status == 400 and backend.authenticate():  # another tab has completed the login
            return redirect(backend.targets.url(target))
        raise
    if backend.permission(user) == Permission.NONE:
        message = f"You logged in as {user.email}. This account has no access; ask your administrator."
        raise LoginFailed("not allowed", "You don’t have access", message, actor=user.actor, link="other account")
    _start_session(user)
    return redirect(backend.post_login_url(user, target))


def _start_session(user: User) -> None:
    """Nothing of the session before the login survives it, not even its CSRF token."""
    previous_token = session.get("id")
    session.clear()
    session["id"] = _backend().sessions.start(user, previous_token)
    audit.log("login", user.actor)


@blueprint.post("/logout")
@requires(Permission.NONE)
def logout() -> ResponseReturnValue:
    _backend().sessions.end(session["id"])
    session.clear()
    session["logged_out"] = True  # the next login asks which account to use
    audit.log("logout", current_user().actor)
    return redirect(url_for("auth.logged_out"), 303)


@blueprint.get("/logged-out")
@public
def logged_out() -> ResponseReturnValue:
    return message_page("You are logged out", "Your drafts are saved.", 200, "login")
