"""What a view declares about itself: who can use it, and what happens to a form that it cannot accept.

A view without `requires` or `public` is closed to everybody.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, request

from .permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])


@dataclass
class ViewRules:
    permission: Permission | None = None
    public: bool = False
    any_host: bool = False
    unattended: bool = False
    on_csrf_error: Callable[..., Any] | None = None
    saves_pending_form: bool = False


def rules_of(view: Callable[..., Any]) -> ViewRules:
    rules: ViewRules = vars(view).setdefault("auth_rules", ViewRules())
    return rules


def view_rules() -> ViewRules:
    """The rules of this request's view; without a view, the default."""
    view = current_app.view_functions.get(request.endpoint or "")
    return rules_of(view) if view else ViewRules()


def requires(permission: Permission) -> Callable[[View], View]:
    """For logged-in users with this permission."""

    def decorate(view: View) -> View:
        rules_of(view).permission = permission
        return view

    return decorate


def public(view: View) -> View:
    """For everybody. The view does not know the user."""
    rules_of(view).public = True
    return view


def any_host(view: View) -> View:
    """Answers under every host name: load balancers probe by IP address."""
    rules_of(view).any_host = True
    return view


def unattended(view: View) -> View:
    """Pages poll this view by themselves, so a request does not count as use of the session."""
    rules_of(view).unattended = True
    return view


def keeps_form(on_csrf_error: Callable[..., Any], until_login: bool = False) -> Callable[[View], View]:
    """A form sent to this view is not lost, even if the session has ended or the database is down.

    `on_csrf_error`: called like the view, shows the form again. `until_login`: after the end of its session the form
    is saved for its user's next login; otherwise the response holds it, to be submitted again.
    """

    def decorate(view: View) -> View:
        rules_of(view).on_csrf_error = on_csrf_error
        rules_of(view).saves_pending_form = until_login
        return view

    return decorate
