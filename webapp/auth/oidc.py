"""Login by OpenID Connect: authorization code with PKCE, state and nonce. Imported only where it is configured."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

import requests
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Flask, session
from werkzeug.wrappers import Response

from ..config import Settings
from ..statsig import Deadline
from . import audit
from .claims import needs_userinfo, person_from, with_userinfo
from .issuer import LOGIN_TIMEOUT, IssuerSession, read_metadata
from .login_errors import ERRORS, LoginFailed, is_temporary, login_failed
from .permissions import Person

CLOCK_LEEWAY = 120  # seconds that the issuer's clock may differ; Authlib's own default
MAX_TABS = 3  # logins under way in one browser: their states share one cookie
SHARE = 4  # one thread in so many may wait for the issuer


class OIDCApp(FlaskOAuth2App):  # type: ignore[misc]
    client_cls = IssuerSession


class Provider:
    def __init__(self, app: Flask, settings: Settings) -> None:
        self.app, self.settings = app, settings
        self.callback = f"{settings.public_url}/login/callback"
        self.timeout = LOGIN_TIMEOUT
        self._slots = BoundedSemaphore(max(1, settings.threads // SHARE))
        self._metadata: dict[str, Any] = {}

    def redirect_to_login(self, state: str, other_account: bool) -> Response:
        """To the issuer, which sends the person back with `state`. Raises LoginFailed."""
        with self._client() as client:
            forget_old_tabs()
            extra = {"prompt": self._account_prompt()} if other_account else {}
            response: Response = client.authorize_redirect(self.callback, state=state, **extra)
            return response

    def _account_prompt(self) -> str:
        offered = self._metadata.get("prompt_values_supported") or ["select_account"]
        return "select_account" if "select_account" in offered else "login"

    def finish_login(self) -> Person:
        """Who has come back. Raises LoginFailed."""
        with self._client() as client:
            token = client.authorize_access_token(claims_options=self._claims_options(), leeway=CLOCK_LEEWAY)
            claims = dict(token["userinfo"])
            if needs_userinfo(self.settings, claims) and "userinfo_endpoint" in self._metadata:
                claims = with_userinfo(claims, self._userinfo(client, token))
        return person_from(claims, self.settings)

    def _claims_options(self) -> dict[str, Any]:
        return {
            "iss": {"essential": True, "value": self._metadata["issuer"]},
            "aud": {"essential": True, "value": self.settings.oidc_client_id},
        }

    def _userinfo(self, client: Any, token: Any) -> dict[str, Any]:
        """Empty where the issuer refuses: the ID token alone may still give some right."""
        try:
            return dict(client.userinfo(token=token))
        except requests.HTTPError as error:
            if is_temporary(error.response.status_code):
                raise
            audit.userinfo_refused(error.response.status_code)
            return {}

    @contextmanager
    def _client(self) -> Iterator[Any]:
        """A client of its own for each request: Authlib keeps in it what the issuer says, its keys included."""
        if not self._slots.acquire(blocking=False):
            raise LoginFailed(
                "too many logins at once", "Many people are logging in just now", "Try again in a moment.", 503
            )
        deadline = Deadline(self.timeout)
        try:
            self._metadata = self._metadata or read_metadata(self.settings.oidc_issuer, deadline)
            yield self._register(deadline)
        except ERRORS as error:
            raise login_failed(error, deadline) from None
        finally:
            self._slots.release()

    def _register(self, deadline: Deadline) -> Any:
        secret = self.settings.oidc_client_secret
        return OAuth(self.app).register(
            "desk",
            client_cls=OIDCApp,
            client_id=self.settings.oidc_client_id,
            client_secret=secret.reveal() if secret else None,
            client_kwargs={
                "scope": self.settings.oidc_scopes,
                "code_challenge_method": "S256",
                "deadline": deadline,
            },
            **self._metadata,
        )


def forget_old_tabs() -> None:
    states = [key for key in session if key.startswith("_state_desk_")]
    for key in sorted(states, key=lambda key: float(session[key]["exp"]))[: 1 - MAX_TABS or None]:
        del session[key]
