"""Logging in and out, where that is done by OpenID Connect."""

from flask import Blueprint, current_app, g, redirect, request, session, url_for

from . import audit
from .backends.base import Answer
from .backends.login import LoginDoor
from .errors import said
from .login_errors import LoginFailed
from .oidc import Provider
from .permissions import Person, Right
from .targets import Target

blueprint = Blueprint("auth", __name__)


def _door() -> LoginDoor:
    door: LoginDoor = current_app.extensions["door"]
    return door


def _provider() -> Provider:
    provider: Provider = current_app.extensions["provider"]
    return provider


@blueprint.get("/login")
def login() -> Answer:
    kept = Target(*session.pop("after", ()))
    target = _door().targets.from_state(request.args["to"]) if "to" in request.args else kept
    other = request.args.get("account") == "other"
    if _door().person() and not other:
        return redirect(_door().targets.url(target))
    try:
        return _provider().redirect_to_login(_door().targets.as_state(target), other or "logged_out" in session)
    except LoginFailed as error:
        return _failed(error, target)


@blueprint.get("/login/callback")
def callback() -> Answer:
    target = _door().targets.from_state(request.args.get("state", ""))
    try:
        person = _provider().finish_login()
    except LoginFailed as error:
        if error.status == 400 and _door().person():  # another tab was first
            return redirect(_door().targets.url(target))
        return _failed(error, target)
    if _door().right(person) == Right.NONE:
        session["after"] = target  # for the button that leads to another account
        return _not_for(person)
    _let_in(person)
    return redirect(_door().where_to(person, target))


def _let_in(person: Person) -> None:
    """Nothing of the session before outlives a login, its CSRF token included."""
    before = session.get("id")
    session.clear()
    session["id"] = _door().sessions.begin(person, before)
    audit.logged_in(person.actor)


def _failed(error: LoginFailed, target: Target) -> Answer:
    session["after"] = target  # for the button that tries again
    audit.login_failed(error.why, error.actor)
    return said(error.title, error.todo, error.status, "login")


def _not_for(person: Person) -> Answer:
    audit.login_failed("not allowed", person.actor)
    todo = f"You logged in as {person.email}, and this desk is not for that account. Ask whoever looks after it."
    return said("You may not use this desk", todo, 403, "other account")


@blueprint.post("/logout")
def logout() -> Answer:
    """Of somebody who is logged in: whoever is not has been sent on before."""
    _door().sessions.end(session["id"])
    session.clear()
    session["logged_out"] = True  # the next login asks which account
    audit.logged_out(g.person.actor)
    return redirect(url_for("auth.logged_out"), 303)


@blueprint.get("/logged-out")
def logged_out() -> Answer:
    return said("You are logged out", "What you kept is still here when you come back.", 200, "login")
