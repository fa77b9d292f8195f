"""The security log: who did what, when and from where. It never contains form data."""

import logging
from datetime import UTC, datetime

from flask import current_app, g, request

_log = logging.getLogger("webapp.security")
_MAX_LENGTH = 254  # characters of text that comes from outside


def login(actor: str) -> None:
    _write(logging.INFO, "login", actor)


def login_failed(reason: str, actor: str = "") -> None:
    """`actor` is what the issuer claims; it may be blank."""
    _write(logging.WARNING, "login failed", actor, reason)


def logout(actor: str) -> None:
    _write(logging.INFO, "logout", actor)


def session_ended(actor: str) -> None:
    _write(logging.INFO, "session ended", actor)


def access_denied(reason: str) -> None:
    user = g.get("user")
    _write(logging.WARNING, "refused", user.actor if user else "", reason)


def _write(level: int, event: str, actor: str, reason: str = "") -> None:
    now = current_app.extensions["services"].clock()
    extra = {
        "event": event,
        "who": _printable(actor),
        "when": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
        "why": _printable(reason),
        "method": request.method,
        "endpoint": request.endpoint,
        "remote": request.remote_addr,
    }
    _log.log(level, event, extra=extra)


def _printable(text: str) -> str:
    """On one line, so that nobody can forge a line of the log."""
    return "".join(character if character.isprintable() else " " for character in text[:_MAX_LENGTH])
