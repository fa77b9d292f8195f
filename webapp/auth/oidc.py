"""Login by OpenID Connect: authorization code with PKCE, state and nonce. Imported only where it is configured."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Flask, session
from werkzeug.wrappers import Response

from ..config import Settings
from ..statsig import Deadline
from .claims import needs_userinfo, user_from, with_userinfo
from .issuer import LOGIN_TIMEOUT, IssuerSession, read_metadata
from .login_errors import LoginFailed, login_errors
from .permissions import User

MAX_TABS = 3  # logins under way in one browser: their states share one cookie
THREADS_PER_LOGIN = 4  # a quarter of the threads may wait for the issuer


class OIDCApp(FlaskOAuth2App):  # type: ignore[misc]
    """Made for each request: Authlib would keep the issuer's keys in it forever."""

    client_cls = IssuerSession


class OIDCClient:
    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self.callback = f"{settings.public_url}/login/callback"
        self.timeout = LOGIN_TIMEOUT
        self._slots = BoundedSemaphore(max(1, settings.threads // THREADS_PER_LOGIN))
        self._metadata: dict[str, Any] = {}

    def redirect_to_issuer(self, state: str, other_account: bool) -> Response:
        """The issuer sends the user back with `state`. Raises LoginFailed."""
        with self._client() as client:
            _forget_oldest_tabs()
            prompts = self._metadata.get("prompt_values_supported") or ["select_account"]
            prompt = "select_account" if "select_account" in prompts else "login"
            extra = {"prompt": prompt} if other_account else {}
            response: Response = client.authorize_redirect(self.callback, state=state, **extra)
            return response

    def finish_login(self) -> User:
        """The user who comes back from the issuer. Raises LoginFailed."""
        with self._client() as client:
            issuer, client_id = self._metadata["issuer"], self.settings.oidc_client_id
            # By default Authlib does not check `aud`.
            required = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client_id}}
            token = client.authorize_access_token(claims_options=required)
            claims = dict(token["userinfo"])
            if needs_userinfo(self.settings, claims) and "userinfo_endpoint" in self._metadata:
                claims = with_userinfo(claims, client.userinfo(token=token))
        return user_from(claims, self.settings)

    @contextmanager
    def _client(self) -> Iterator[Any]:
        if not self._slots.acquire(blocking=False):
            message = "Try again in a moment."
            raise LoginFailed("too many logins at once", "Too many users are logging in", message, 503)
        deadline = Deadline(self.timeout)
        try:
            with login_errors(deadline):
                self._metadata = self._metadata or read_metadata(self.settings.oidc_issuer, deadline)
                yield self._register(deadline)
        finally:
            self._slots.release()

    def _register(self, deadline: Deadline) -> Any:
        secret = self.settings.oidc_client_secret
        kwargs = {"scope": self.settings.oidc_scopes, "code_challenge_method": "S256", "deadline": deadline}
        return OAuth(self.app).register(
            "desk",
            client_cls=OIDCApp,
            client_id=self.settings.oidc_client_id,
            client_secret=secret.reveal() if secret else None,
            client_kwargs=kwargs,
            **self._metadata,
        )


def _forget_oldest_tabs() -> None:
    states = sorted((key for key in session if key.startswith("_state_desk_")), key=lambda key: session[key]["exp"])
    for key in states[: 1 - MAX_TABS]:
        del session[key]
