"""The OpenID Connect issuer: requests to it, and its metadata."""

from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session

from ..config import Settings
from ..statsig import Deadline, DeadlineTransport
from .login_errors import IssuerUnusable, LoginFailed, login_errors
from .permissions import clean_name

LOGIN_TIMEOUT = 10.0  # seconds for all requests of one step of a login together
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "prompt_values_supported")
# Only the issuer can make these signatures. Every reader can make HS256, and anybody can write "none".
ALGORITHMS = {
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "Ed448"),
}


class IssuerSession(OAuth2Session):  # type: ignore[misc]
    """Ends every request at the deadline. Neither the environment nor a redirect may see the code and the secret."""

    def __init__(self, deadline: Deadline, **kwargs: Any) -> None:
        super().__init__(trust_env=False, **kwargs)
        self.deadline = deadline
        for scheme in ("https://", "http://"):
            self.mount(scheme, DeadlineTransport(deadline))

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        kwargs |= {"timeout": self.deadline.left or 0.001, "allow_redirects": False}
        response: requests.Response = super().send(request, **kwargs)
        return response


def issuer_problem(settings: Settings) -> str:
    """Why nobody can log in with this issuer; blank if its metadata is fine."""
    deadline = Deadline(LOGIN_TIMEOUT)
    try:
        with login_errors(deadline):
            read_metadata(settings.oidc_issuer, deadline)
    except LoginFailed as error:
        return error.reason
    return ""


def read_metadata(issuer: str, deadline: Deadline) -> dict[str, Any]:
    """What Authlib needs of it, with asymmetric algorithms only. Raises IssuerUnusable, or as in `login_errors`."""
    with IssuerSession(deadline) as session:
        response = session.get(f"{issuer}/.well-known/openid-configuration", withhold_token=True)
    response.raise_for_status()
    metadata = response.json()
    # Authlib takes an empty list of algorithms for its own choice, HS256 included.
    algorithms = ALGORITHMS.intersection(metadata.get("id_token_signing_alg_values_supported") or ["RS256"])
    if problem := _metadata_problem(issuer, metadata, algorithms):
        raise IssuerUnusable(f"OIDC_ISSUER: the login service at {issuer} {problem}")
    known = {name: metadata[name] for name in ("issuer", *ENDPOINTS, *OPTIONAL) if name in metadata}
    return {**known, "id_token_signing_alg_values_supported": list(algorithms)}


def _metadata_problem(issuer: str, metadata: dict[str, Any], algorithms: set[str]) -> str:
    if str(metadata.get("issuer")).rstrip("/") != issuer:
        name = clean_name(metadata.get("issuer"))
        return f"calls itself “{name}”. Set exactly that address, with the ID of your tenant in place of any braces."
    if missing := [endpoint for endpoint in ENDPOINTS if not metadata.get(endpoint)]:
        return f"does not name its {' and '.join(missing)}."
    if not algorithms:
        return "offers no signature that only it can make. Turn on RS256 for ID tokens there."
    return ""
