"""A form that comes when its session is over, or cannot be looked up: nothing of it is lost."""

import secrets

from flask import render_template, request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from . import audit
from .backends.base import Answer
from .errors import said
from .route_permissions import HELD, KEPT_ON_PAGE
from .sessions import Found, Sessions


def answer(found: Found | None, sessions: Sessions) -> Answer:
    """To a POST of somebody who is not logged in (any more)."""
    if found:
        audit.session_ended(found.person.actor)
    if found and _hold(found, sessions):
        return said(
            "Log in again", "Your login has ended. What you typed is kept, and you find it again.", 401, "login"
        )
    if request.endpoint in KEPT_ON_PAGE:
        return _kept_on_page("Log in again", "logged out", 401)
    return said("Log in again", "Your login has ended, so nothing was done and nothing was sent.", 401, "login")


def _hold(found: Found, sessions: Sessions) -> bool:
    """Only what came from this person's own page: the CSRF token outlives the session."""
    if request.endpoint not in HELD or not _came_from_our_page():
        return False
    token = request.form.get("token") or secrets.token_urlsafe(16)
    record_id = (request.view_args or {}).get("record_id")
    return sessions.hold(found.person, token, record_id, _typed_fields())


def _came_from_our_page() -> bool:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def no_database() -> tuple[str, int]:
    """Nobody can be looked up just now."""
    return _kept_on_page("The desk cannot reach its database", "no database", 503)


def _kept_on_page(title: str, why: str, status: int) -> tuple[str, int]:
    page = render_template("auth/resubmit.html", title=title, why=why, fields=_typed_fields(), action=request.path)
    return page, status


def not_logged_in() -> Answer:
    return said("You are not logged in", "Log in, then open this page again.", 401, "login")


def _typed_fields() -> list[tuple[str, str]]:
    """What the request's form holds, but for its CSRF token."""
    return [(name, text) for name, text in request.form.items(multi=True) if name != "csrf_token"]
