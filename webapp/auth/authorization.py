"""Identifies the user of each request and checks their permission, before its view runs."""

from flask import current_app, g, request
from flask.typing import ResponseReturnValue

from .backends.base import AuthBackend
from .decorators import view_rules
from .errors import AccessDenied
from .permissions import Permission, User

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def authorize_request() -> ResponseReturnValue | None:
    """Sets `g.user` and `g.permission`, except on public views."""
    g.user, g.permission = None, Permission.NONE
    backend: AuthBackend = current_app.extensions["auth_backend"]
    backend.check_request()
    _require_same_origin()
    if view_rules().public:
        return None
    g.user = backend.authenticate()
    if g.user:
        g.permission = backend.permission(g.user)
    return _authorize(backend) if request.endpoint else None  # without an endpoint it becomes a 404 by itself


def _authorize(backend: AuthBackend) -> ResponseReturnValue | None:
    required = view_rules().permission
    if required is None:
        raise AccessDenied("view without permission", "You can’t open this page", "Contact your administrator.")
    if g.user is None:
        return backend.challenge()
    if g.permission < required:
        raise _forbidden(required)
    return None


def _require_same_origin() -> None:
    """Against other sites. Browsers from before 2023 send no Fetch Metadata; there the CSRF token protects."""
    if request.method in SAFE_METHODS:
        return
    # "none": not sent by a page, but by the user
    if request.headers.get("Sec-Fetch-Site", "none").lower() not in ("same-origin", "none"):
        raise AccessDenied(
            "from another site by Sec-Fetch-Site",
            "This request came from another site",
            "Nothing was done. Open the autotune desk itself and use its buttons.",
            link="list",
        )


def _forbidden(required: Permission, in_project: bool = False) -> AccessDenied:
    action = {
        Permission.VIEW: "view autotunes",
        Permission.WRITE: "write drafts",
        Permission.CREATE: "create or reject autotunes",
        Permission.START: "start or decide autotunes",
    }[required]
    place = " in this Statsig project" if in_project else ""
    message = "Ask your administrator for permission."
    link = "list" if required > Permission.VIEW else ""
    return AccessDenied(f"cannot {action}{place}", f"You don’t have permission to {action}{place}", message, link=link)


def require_in_project(permission: Permission, project: str) -> None:
    """For views that require this permission. Raises AccessDenied for users who lack it in this Statsig project."""
    if not can(permission.name, project):
        raise _forbidden(permission, in_project=True)


def can(action: str, project: str = "") -> bool:
    """Whether the user of this request can "view", "write", "create" or "start"; with `project`, in it."""
    permission, required = g.permission, Permission[action.upper()]
    if permission < required or not project:
        return bool(permission >= required)
    backend: AuthBackend = current_app.extensions["auth_backend"]
    return backend.may_in_project(g.user, required, project)


def current_user() -> User:
    """The user of this request, in views that are not public; templates read `g.user`, which may be None."""
    user: User = g.user
    return user
