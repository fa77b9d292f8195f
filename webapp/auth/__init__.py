"""Authentication and authorization.

A request is denied unless its view declares who can use it (see `decorators`) and its user has that permission. The
settings choose one backend: `local` (no login, this machine only), `login` (OpenID Connect, sessions in the database)
or `proxy` (a header that a proxy sets).
"""

from flask import Flask

from ..config import Settings
from .authorization import authorize_request, can, current_user, require_in_project
from .backends.base import AuthBackend
from .backends.local import LocalBackend
from .backends.login import LoginBackend
from .backends.proxy import ProxyBackend
from .decorators import any_host, keeps_form, polled, public, requires
from .errors import AccessDenied, access_denied
from .permissions import Permission
from .session_cookie import SessionInterface
from .sessions import end_sessions

__all__ = [
    "Permission",
    "any_host",
    "can",
    "current_user",
    "end_sessions",
    "init_app",
    "keeps_form",
    "polled",
    "public",
    "require_in_project",
    "requires",
]


def init_app(app: Flask, settings: Settings) -> None:
    """Call this first: its `before_request` hook has to run before all others."""
    app.session_interface = SessionInterface()
    app.config.update(  # without TLS, browsers reject the `__Host-` prefix and Secure
        SESSION_COOKIE_NAME="__Host-desk" if settings.on_tls else "desk",
        SESSION_COOKIE_SECURE=settings.on_tls,
        SESSION_COOKIE_SAMESITE="Lax",
    )
    app.extensions["auth_backend"] = _backend(app, settings)
    app.before_request(authorize_request)
    app.register_error_handler(AccessDenied, access_denied)
    app.jinja_env.globals.update(can=can, auth_backend=app.extensions["auth_backend"])
    public(app.view_functions["static"])


def _backend(app: Flask, settings: Settings) -> AuthBackend:
    if settings.proxy_user_header:
        return ProxyBackend(settings)
    if not settings.oidc_issuer:
        return LocalBackend(settings)
    # Authlib is slow to import, and only this backend needs it.
    from .oidc import OIDCClient  # noqa: PLC0415
    from .views import blueprint  # noqa: PLC0415

    app.extensions["oidc_client"] = OIDCClient(app, settings)
    app.register_blueprint(blueprint)
    return LoginBackend(app.extensions["services"])
