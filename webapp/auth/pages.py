"""Logging in and out, where that is done by OpenID Connect."""

from flask import Blueprint, current_app, g, redirect, request, session, url_for

from . import log
from .doors import Answer
from .login import LoginDoor, way_back
from .oidc import LoginFailed, Provider
from .people import Person, Right
from .refusals import said

blueprint = Blueprint("auth", __name__)


def _door() -> LoginDoor:
    door: LoginDoor = current_app.extensions["door"]
    return door


def _provider() -> Provider:
    provider: Provider = current_app.extensions["provider"]
    return provider


@blueprint.get("/login")
def login() -> Answer:
    other = request.args.get("account") == "other"
    if _door().person() and not other:
        return redirect(url_for("listing.index"))
    try:
        return _provider().send(session.pop("after", None), other)
    except LoginFailed as error:
        return _failed(error)


@blueprint.get("/login/callback")
def callback() -> Answer:
    try:
        person, after = _provider().arrive()
    except LoginFailed as error:
        return redirect(url_for("listing.index")) if error.status == 400 and _door().person() else _failed(error)
    if _door().right(person) == Right.NONE:
        return _not_for(person)
    _let_in(person)
    return redirect(way_back(_door(), person, after))


def _let_in(person: Person) -> None:
    """Nothing of the session before outlives a login, its CSRF token included."""
    before = session.get("id")
    session.clear()
    session["id"] = _door().sessions.begin(person, before)
    log.logged_in(person.who)


def _failed(error: LoginFailed) -> Answer:
    log.login_failed(error.why, error.who)
    return said(error.title, error.todo, error.status, "login")


def _not_for(person: Person) -> Answer:
    log.login_failed("not allowed", person.who)
    todo = f"You logged in as {person.email}, and this desk is not for that account. Ask whoever looks after it."
    return said("You may not use this desk", todo, 403, "other account")


@blueprint.post("/logout")
def logout() -> Answer:
    """Of somebody who is logged in: whoever is not has been sent on before."""
    _door().sessions.end(session["id"])
    session.clear()
    log.logged_out(g.person.who)
    return redirect(url_for("auth.logged_out"), 303)


@blueprint.get("/logged-out")
def logged_out() -> Answer:
    return said("You are logged out", "What you kept is still here when you come back.", 200, "login")
