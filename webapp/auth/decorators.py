"""What a view declares about itself: who can use it, and what happens to a form that it cannot accept.

A view without `requires` or `public` is closed to everybody.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import current_app, request

from .permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])


@dataclass
class ViewRules:
    permission: Permission | None = None
    public: bool = False
    any_host: bool = False
    polled: bool = False
    on_csrf_error: Callable[..., Any] | None = None
    saves_pending_form: bool = False
    clean: Mapping[str, Callable[[str], str]] = field(default_factory=dict)


def get_rules(view: Callable[..., Any]) -> ViewRules:
    rules: ViewRules = vars(view).setdefault("auth_rules", ViewRules())
    return rules


def view_rules() -> ViewRules:
    """The rules of this request's view; without a view, the default."""
    view = current_app.view_functions.get(request.endpoint or "")
    return get_rules(view) if view else ViewRules()


def _declare(**rules: Any) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        vars(get_rules(view)).update(rules)
        return view

    return decorate


def requires(permission: Permission) -> Callable[[View], View]:
    """For logged-in users with this permission."""
    return _declare(permission=permission)


def keeps_form(
    on_csrf_error: Callable[..., Any], until_login: bool = False, **clean: Callable[[str], str]
) -> Callable[[View], View]:
    """A form sent to this view is not lost, even if the session has ended or the database is down.

    `on_csrf_error`: called like the view, shows the form again. `until_login`: after the end of its session the form
    is saved for its user's next login; otherwise the response holds it, to be submitted again. `clean`: what is left
    of the text of a field then.
    """
    return _declare(on_csrf_error=on_csrf_error, saves_pending_form=until_login, clean=clean)


# For everybody. The view does not know the user.
public = _declare(public=True)
# Answers under every host name: load balancers probe by IP address.
any_host = _declare(any_host=True)
# Pages poll this view by themselves, so a request does not count as use of the session.
polled = _declare(polled=True)
