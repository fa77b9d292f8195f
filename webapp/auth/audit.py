"""The security log: who did what, when and from where. It never contains form data."""

import logging
from datetime import UTC, datetime

from flask import current_app, request

_log = logging.getLogger("webapp.security")
_MAX_LENGTH = 254  # characters of text that comes from outside


def log(event: str, actor: str, reason: str = "") -> None:
    """With a reason it is a warning. `actor` may be blank, or what the issuer claims."""
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
    _log.log(logging.WARNING if reason else logging.INFO, event, extra=extra)


def _printable(text: str) -> str:
    """On one line, so that nobody can forge a line of the log."""
    return "".join(character if character.isprintable() else " " for character in text[:_MAX_LENGTH])
