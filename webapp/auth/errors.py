"""Denied requests and failed logins: one exception, one page, one line in the security log."""

from flask import g, render_template

from . import audit


class AccessDenied(Exception):
    """`reason` and `actor` are for the log; the rest is for the page (see `message_page`)."""

    event, link = "refused", ""

    def __init__(
        self, reason: str, title: str, message: str, status: int = 403, *, link: str = "", actor: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason, self.actor = reason, actor
        self.title, self.message, self.status, self.link = title, message, status, link or self.link


def access_denied(error: AccessDenied) -> tuple[str, int]:
    user = g.get("user")
    audit.log(error.event, user.actor if user else error.actor, error.reason)
    return message_page(error.title, error.message, error.status, error.link)


def message_page(title: str, message: str, status: int = 200, link: str = "") -> tuple[str, int]:
    """`link` names the button on the page: "login", "other account", "list", or blank for none."""
    return render_template("auth/message.html", title=title, message=message, link=link), status
