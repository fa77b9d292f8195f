"""Pages for what went wrong: a sentence on what happened, and one on what to do."""

import logging

from flask import Flask, flash, g, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ..auth.resubmit import no_database
from ..auth.route_permissions import HELD, KEPT_ON_PAGE
from ..store import NotStorable, StoreError
from .detail import reject_expired
from .form_views import UNREADABLE, Page, expired

NOT_STORABLE = "It holds a character that the database cannot store. Go back, remove it, and try again."

log = logging.getLogger(__name__)

SAID = {
    400: ("This request could not be read", "Go back and try again."),
    403: ("You may not do this", "Ask whoever looks after this desk for the right."),
    404: ("There is no such page", "Check the address, or look for the autotune in the list."),
    405: ("This page cannot be used like that", "Go back and use the buttons of the page."),
    411: ("This request has no length", "Send it with a Content-Length."),
    413: ("This is too much", "A form may hold two megabytes. Go back and shorten the longest JSON."),
    500: (
        "Something broke",
        "It has been noted. Try again, or tell whoever looks after this desk.",
    ),
    # It says nothing of what was sent: a create that is on its way may well have arrived.
    503: ("The desk cannot reach its database", "Try again in a moment. What was under way goes on meanwhile."),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StoreError, _store)
    app.register_error_handler(Exception, _unforeseen)


def _expired(_: CSRFError) -> Page | HTTPException:
    try:
        return _again()
    except HTTPException as error:  # there is no such autotune
        return _http(error)
    except StoreError as error:
        return _store(error)


def _again() -> Page:
    """The form as it was typed, or the page that the button stood on."""
    if not request.form and request.content_length:
        return _page(400, UNREADABLE)
    if request.endpoint in HELD:
        return expired()
    record_id = (request.view_args or {}).get("record_id")
    if record_id and request.endpoint == "detail.reject":
        return reject_expired(record_id)
    if not record_id:
        return _page(400)
    flash("This page had expired, so this click sent nothing. Review it, then try again.")
    return redirect(url_for("detail.show", record_id=record_id), 303)


def _http(error: HTTPException) -> Page | HTTPException:
    if error.code is None or error.code < 400:
        return error
    return _page(error.code, error.description if error.code == 400 else None)


def _store(error: Exception) -> Page:
    if isinstance(error, NotStorable):
        return _page(400, NOT_STORABLE)
    log.error("the database failed", extra={"error": type(error).__name__, "path": request.path})
    g.projects = []  # the frame of the page must not ask the database again
    return no_database() if request.method == "POST" and request.endpoint in KEPT_ON_PAGE else _page(503)


def _unforeseen(error: Exception) -> Page:
    log.exception("unforeseen", extra={"error": type(error).__name__, "path": request.path})
    return _page(500)


def _page(status: int, what_to_do: str | None = None) -> Page:
    title, todo = SAID.get(status, ("This did not work", "Go back and try again."))
    return render_template("errors/error.html", title=title, todo=what_to_do or todo, status=status), status
