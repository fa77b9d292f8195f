"""The security log: who did what, when and from where, and never what anybody typed into a form."""

import logging
from datetime import UTC, datetime

from flask import current_app, g, request

_log = logging.getLogger("webapp.security")
_LONGEST = 254  # characters of what a stranger says of himself


def logged_in(who: str) -> None:
    _say(logging.INFO, "login", who)


def login_failed(why: str, who: str = "") -> None:
    """`who` is what was claimed, and may be nobody."""
    _say(logging.WARNING, "login failed", who, why)


def userinfo_refused(status: int) -> None:
    _say(logging.WARNING, "login without userinfo", "", f"the userinfo endpoint answered {status}")


def logged_out(who: str) -> None:
    _say(logging.INFO, "logout", who)


def session_ended(who: str) -> None:
    _say(logging.INFO, "session ended", who)


def refused(why: str) -> None:
    person = g.get("person")
    _say(logging.WARNING, "refused", person.who if person else "", why)


def _say(level: int, event: str, who: str, why: str = "") -> None:
    now = current_app.extensions["desk"].clock()
    extra = {
        "event": event,
        "who": _plain(who),
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
