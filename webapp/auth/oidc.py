"""Login by OpenID Connect: authorization code with PKCE, state and nonce. Imported only where it is configured.

LoginFailed is everything that can go wrong on the way; it carries a page, and a line for the log.
"""

from copy import copy
from typing import Any, NamedTuple

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import OAuthError
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask, redirect, request, session
from joserfc.errors import JoseError
from werkzeug.wrappers import Response

from ..config import Settings
from .people import Person, clean_email

PATIENCE = 10.0  # seconds for one answer of the issuer
MOST_TABS = 3  # logins that are on their way in one browser: their states share one cookie
_NONSENSE = (ValueError, KeyError, TypeError, AttributeError)  # what comes of answers that are none
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_FAMILIES = ("RS", "PS", "ES", "Ed")  # signatures that only the issuer can make


class LoginFailed(Exception):
    """`why` is for the log, the rest for the page."""

    def __init__(self, why: str, title: str, todo: str, status: int = 403, who: str = "") -> None:
        super().__init__(why)
        self.why, self.title, self.todo, self.status, self.who = why, title, todo, status, who


class Arrival(NamedTuple):
    """Who came back from the issuer, and where this person was going."""

    person: Person
    after: Any


class Provider:
    def __init__(self, app: Flask, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer
        self.callback = f"{settings.public_url}/login/callback"
        self.client = OAuth(app).register(
            "desk",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.reveal() if settings.oidc_client_secret else None,
            server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": settings.oidc_scopes,
                "code_challenge_method": "S256",
                "default_timeout": PATIENCE,
            },
        )
        self.client.client_cls = _Session
        self._known: dict[str, Any] = {}

    def send(self, after: Any, other_account: bool) -> Response:
        """Off to the issuer; `after` comes back with the person. Raises LoginFailed."""
        extra = {"prompt": "select_account"} if other_account else {}
        begun = self._client().create_authorization_url(self.callback, **extra)
        self._forget_old_tabs()
        kept = {name: begun[name] for name in ("state", "nonce", "code_verifier")}
        self.client.save_authorize_data(redirect_uri=self.callback, after=after, **kept)
        return redirect(begun["url"])

    def _forget_old_tabs(self) -> None:
        states = [key for key in session if key.startswith("_state_desk_")]
        for key in sorted(states, key=lambda key: float(session[key]["exp"]))[: 1 - MOST_TABS or None]:
            del session[key]

    def arrive(self) -> Arrival:
        """Who has come back. Raises LoginFailed."""
        begun = self.client.framework.get_state_data(session, request.args.get("state"))
        claims = self._claims()
        return Arrival(_person(claims), begun.get("after") if begun else None)

    def _claims(self) -> dict[str, Any]:
        client = self._client()
        wanted = {
            "iss": {"essential": True, "value": client.server_metadata["issuer"]},
            "aud": {"essential": True, "value": client.client_id},
        }
        try:
            token = client.authorize_access_token(claims_options=wanted)
            return _completed(client, dict(token["userinfo"]), token)
        except MismatchingStateError:
            raise _stale("no such state") from None
        except OAuthError as error:
            raise _denied(error) from None
        except requests.RequestException as error:
            raise _unavailable(type(error).__name__) from None
        except (AuthlibBaseError, JoseError, *_NONSENSE) as error:
            raise _unproved(type(error).__name__) from None

    def _client(self) -> Any:
        """For one request alone: Authlib keeps in it what the issuer says, and several people log in at once.

        The issuer's keys are asked for at each login.
        """
        self._known = self._known or self._metadata()
        return _client_with(self.client, self._known)

    def _metadata(self) -> dict[str, Any]:
        """What the issuer says of itself, without the signatures that prove nothing."""
        try:
            metadata: dict[str, Any] = _client_with(self.client, {}).load_server_metadata()
            if metadata["issuer"].rstrip("/") != self.issuer:
                raise ValueError("the issuer calls itself otherwise")
            if not all(isinstance(metadata[name], str) for name in _NEEDED):
                raise ValueError("the issuer names no address")
            given = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
            trusted = [each for each in given if each[:2] in _FAMILIES]
        except (requests.RequestException, *_NONSENSE) as error:
            raise _unavailable(type(error).__name__) from None
        return {**metadata, "id_token_signing_alg_values_supported": trusted}


def _client_with(client: Any, metadata: dict[str, Any]) -> Any:
    own = copy(client)
    own.server_metadata = dict(metadata)
    return own


def _completed(client: Any, claims: dict[str, Any], token: Any) -> dict[str, Any]:
    """Some issuers tell the e-mail only when they are asked for it."""
    if claims.get("email") or "userinfo_endpoint" not in client.server_metadata:
        return claims
    told = dict(client.userinfo(token=token))
    return {**told, **claims} if told.get("sub") == claims["sub"] else claims


class _Session(OAuth2Session):  # type: ignore[misc]
    """Knows neither the environment (.netrc, proxies) nor redirects: either would see the code and the secret."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.trust_env = False

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None, always."""


def _person(claims: dict[str, Any]) -> Person:
    email = clean_email(claims.get("email"))
    if not email:
        raise LoginFailed(
            "no e-mail",
            "Your e-mail address is missing",
            "The login service did not tell it. Ask whoever looks after this desk.",
        )
    if claims.get("email_verified", True) not in (True, "true"):
        raise LoginFailed(
            "e-mail not verified",
            "Your e-mail address is not verified",
            "Verify it with the login service, then log in again.",
            who=email,
        )
    return Person(str(claims.get("name") or email)[:100], email, _groups(claims.get("groups")))


def _groups(claim: Any) -> frozenset[str]:
    listed = claim.split(",") if isinstance(claim, str) else claim if isinstance(claim, list) else []
    return frozenset(each.strip() for each in listed if isinstance(each, str))


def _denied(error: OAuthError) -> LoginFailed:
    if error.error == "access_denied":
        return LoginFailed("denied", "You are not logged in", "The login was declined. Log in to use the desk.")
    return _unproved(f"the issuer says {str(error.error)[:40]}")


def _unproved(why: str) -> LoginFailed:
    return LoginFailed(why, "You are not logged in", "The login could not be confirmed. Try once more.")


def _stale(why: str) -> LoginFailed:
    return LoginFailed(why, "This login was too old", "It was begun a while ago, or in another tab. Log in again.", 400)


def _unavailable(why: str) -> LoginFailed:
    return LoginFailed(
        f"issuer not available: {why}", "The login service does not answer", "Try again in a moment.", 503
    )
