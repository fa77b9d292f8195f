"""The security log: who did what, when and from where, and never what anybody typed into a form."""

import logging
from datetime import UTC, datetime

from flask import current_app, g, request

_log = logging.getLogger("webapp.security")
_LONGEST = 254  # characters of what a stranger says of himself


def logged_in(actor: str) -> None:
    _say(logging.INFO, "login", actor)


def login_failed(why: str, actor: str = "") -> None:
    """`actor` is what was claimed, and may be nobody."""
    _say(logging.WARNING, "login failed", actor, why)


def userinfo_refused(status: int) -> None:
    _say(logging.WARNING, "login without userinfo", "", f"the userinfo endpoint answered {status}")


def logged_out(actor: str) -> None:
    _say(logging.INFO, "logout", actor)


def session_ended(actor: str) -> None:
    _say(logging.INFO, "session ended", actor)


def refused(why: str) -> None:
    person = g.get("person")
    _say(logging.WARNING, "refused", person.actor if person else "", why)


def _say(level: int, event: str, actor: str, why: str = "") -> None:
    now = current_app.extensions["services"].clock()
    extra = {
        "event": event,
        "who": _plain(actor),
        "when": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds"),
        "why": _plain(why),
        "method": request.method,
        "endpoint": request.endpoint,
        "remote": request.remote_addr,
    }
    _log.log(level, event, extra=extra)


def _plain(text: str) -> str:
    """On one line, whatever a stranger wrote."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:_LONGEST])
