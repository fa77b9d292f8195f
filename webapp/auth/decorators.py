"""What a view declares about itself: who can use it, and what happens to a form that it cannot accept.

A view without `requires` or `public` is closed to everybody.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, request

from .permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])


def requires(permission: Permission) -> Callable[[View], View]:
    """The view is for logged-in users with this permission."""
    return _declare(permission=permission)


def public(view: View) -> View:
    """The view is for everybody, and does not know the user."""
    return _declare(public=True)(view)


def any_host(view: View) -> View:
    """The view answers under every host name: load balancers probe by IP address."""
    return _declare(any_host=True)(view)


def unattended(view: View) -> View:
    """Pages poll this view by themselves, so a request does not count as use of the session."""
    return _declare(unattended=True)(view)


def keeps_form(on_csrf_error: Callable[..., Any], until_login: bool = False) -> Callable[[View], View]:
    """A form sent to this view is not lost, even if the session has ended or the database is down.

    `on_csrf_error`: called like the view, shows the form again. `until_login`: after the end of its session the form
    is saved for its user's next login; otherwise the response holds it, to be submitted again.
    """
    return _declare(on_csrf_error=on_csrf_error, keeps_form_until_login=until_login)


def declared(name: str) -> Any:
    """What the view of this request declares; None if it does not."""
    return getattr(current_app.view_functions.get(request.endpoint or ""), name, None)


def _declare(**attributes: Any) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        vars(view).update(attributes)
        return view

    return decorate
