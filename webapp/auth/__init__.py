"""Who may come in.

A request is refused unless it came to the desk's own address, from the desk's own pages, to an endpoint that
`access` lists, by a person whom the settings give the right for it. There is one door, by the settings: `local`
(no login, this machine only), `login` (OpenID Connect, sessions on the server) or `proxy` (a header).
"""

from flask import Flask

from ..autotunes.services import Services
from ..config import Settings
from .authorization import let_in, may, person, visitor
from .backends.base import Door
from .backends.local import LOCAL, LocalDoor
from .backends.login import LoginDoor
from .backends.proxy import ProxyDoor
from .errors import Refused, refusal
from .permissions import Person, Right
from .session_cookie import SessionInterface, cookie
from .sessions import Sessions, end_sessions
from .targets import Targets

__all__ = ["LOCAL", "Person", "Right", "cookie", "end_sessions", "init_app", "may", "person", "visitor"]


def init_app(app: Flask, settings: Settings) -> None:
    """Before everything else that looks at a request."""
    app.session_interface = SessionInterface()
    app.extensions["door"] = _door(app, settings)
    app.before_request(let_in)
    app.register_error_handler(Refused, refusal)
    app.jinja_env.globals.update(visitor=visitor, may=may, door=app.extensions["door"])


def _door(app: Flask, settings: Settings) -> Door:
    if settings.proxy_user_header:
        return ProxyDoor(settings)
    return _login(app, settings) if settings.oidc_issuer else LocalDoor()


def _login(app: Flask, settings: Settings) -> Door:
    # Authlib takes a while to import, and a desk without a login never needs it.
    from .oidc import Provider  # noqa: PLC0415
    from .views import blueprint  # noqa: PLC0415

    services: Services = app.extensions["services"]
    app.extensions["provider"] = Provider(app, settings)
    app.register_blueprint(blueprint)
    return LoginDoor(settings, Sessions(services), Targets(services))
