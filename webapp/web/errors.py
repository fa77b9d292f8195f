"""Error pages: what happened, and what to do."""

import logging

from flask import Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from ..auth.decorators import view_rules
from ..auth.pending_forms import database_unavailable_page
from ..store import NotStorable, StoreError
from .form_page import UNREADABLE

NOT_STORABLE = "It contains a character that the database cannot store. Go back, remove it, and try again."

log = logging.getLogger(__name__)

MESSAGES = {
    400: ("This request could not be read", "Go back and try again."),
    403: ("You don’t have permission to do this", "Ask your administrator for permission."),
    404: ("Page not found", "Check the address, or look for the autotune in the list."),
    405: ("This URL doesn’t support that request", "Go back and use the buttons of the page."),
    411: ("This request has no length", "Send it with a Content-Length."),
    413: ("The request is too large", "A form can have up to two megabytes. Go back and shorten the longest JSON."),
    500: ("Something went wrong", "The error was logged. Try again, or tell your administrator."),
    # It does not say "nothing was sent": a create that is under way may well succeed.
    503: ("The autotune desk cannot reach its database", "Try again in a moment. Running creates will finish."),
}


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StoreError, _store_error)
    app.register_error_handler(Exception, _unexpected_error)


def _csrf_error(_: CSRFError) -> ResponseReturnValue:
    try:
        return _show_again()
    except HTTPException as error:  # there is no such autotune
        return _http_error(error)
    except StoreError as error:
        return _store_error(error)


def _show_again() -> ResponseReturnValue:
    """The form as it was typed, or the page of the button."""
    if not request.form and request.content_length:
        return _page(400, UNREADABLE)
    values = request.view_args or {}
    if on_csrf_error := view_rules().on_csrf_error:
        page: ResponseReturnValue = on_csrf_error(**values)
        return page
    if "record_id" not in values:
        return _page(400)
    flash("This page expired, so nothing was sent. Review it, then try again.")
    return redirect(url_for("detail.show", record_id=values["record_id"]), 303)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.code is None or error.code < 400:
        return error
    return _page(error.code, error.description if error.code == 400 else None)


def _store_error(error: Exception) -> ResponseReturnValue:
    if isinstance(error, NotStorable):
        return _page(400, NOT_STORABLE)
    log.error("the database failed", extra={"error": type(error).__name__, "path": request.path})
    g.projects = []  # the frame of the page must not query the database again
    return database_unavailable_page() if request.method == "POST" and view_rules().on_csrf_error else _page(503)


def _unexpected_error(error: Exception) -> ResponseReturnValue:
    log.exception("unhandled exception", extra={"error": type(error).__name__, "path": request.path})
    return _page(500)


def _page(status: int, message: str | None = None) -> ResponseReturnValue:
    title, default_message = MESSAGES.get(status, ("This did not work", "Go back and try again."))
    return render_template("errors/error.html", title=title, message=message or default_message), status
