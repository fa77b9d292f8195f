"""Saying no: one kind of error, one page, one line in the log."""

from flask import render_template

from . import audit


class Refused(Exception):
    """A page with a title and a sentence on what to do; `what` is for the log."""

    def __init__(self, what: str, title: str, todo: str, status: int = 403, way_out: str = "") -> None:
        super().__init__(what)
        self.what, self.title, self.todo, self.status, self.way_out = what, title, todo, status, way_out


def refusal(error: Refused) -> tuple[str, int]:
    audit.refused(error.what)
    return said(error.title, error.todo, error.status, error.way_out)


def said(title: str, todo: str, status: int = 200, way_out: str = "") -> tuple[str, int]:
    """`way_out` names the link on the page: "login", "other account", "list"; blank for none."""
    return render_template("auth/message.html", title=title, todo=todo, way_out=way_out), status
