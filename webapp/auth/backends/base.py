"""What the three ways to authenticate share."""

from urllib.parse import urlsplit

from flask import current_app, request
from flask.typing import ResponseReturnValue

from ...config import Settings
from ...config.urls import host_and_port
from ..decorators import view_rules
from ..errors import AccessDenied
from ..permissions import Permission, User, may_in_project, permission_for


class AuthBackend:
    """Answers at PUBLIC_URL only, to the users that the settings name."""

    footer = ""  # shown at the foot of each page instead of the user's name, if not blank
    can_log_out = False

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def check_request(self) -> None:
        """Raises AccessDenied for a request that must not be answered, from any user."""
        # Flask's TRUSTED_HOSTS would apply to /healthz too, knows no IPv6, and leaves an error page without `url_for`.
        url = urlsplit(self.settings.public_url)
        if host_and_port(url.scheme, request.host) != url.netloc and not view_rules().any_host:
            raise wrong_address("foreign host", 400)

    def authenticate(self) -> User | None:
        """Who makes this request; may raise AccessDenied."""
        raise NotImplementedError

    def permission(self, user: User) -> Permission:
        return permission_for(self.settings, user)

    def may_in_project(self, user: User, permission: Permission, project: str) -> bool:
        """`project` is what records call it. That of the key in the settings can also be listed by its title."""
        own = current_app.extensions["services"].projects.from_settings()
        title = self.settings.statsig_project_name if project in [known.name for known in own] else ""
        return all(may_in_project(self.settings, user, permission, name) for name in (project, title) if name)

    def challenge(self) -> ResponseReturnValue:
        """Answers a request without a user."""
        raise NotImplementedError


def wrong_address(reason: str, status: int) -> AccessDenied:
    message = "Use the address that your administrator gave you."
    return AccessDenied(reason, "This is not the address of the autotune desk", message, status)
