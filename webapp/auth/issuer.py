"""The metadata of the OpenID Connect issuer, checked before anybody is sent there."""

from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session

from ..config import Settings
from ..statsig import Deadline, DeadlineTransport
from .login_errors import ERRORS, IssuerUnusable, LoginFailed, login_failed

LOGIN_TIMEOUT = 10.0  # seconds for all requests of one step of a login together
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "prompt_values_supported")
# Only the issuer can make these signatures. Every reader can make HS256, and anybody can write "none".
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "Ed448"),
)
MAX_QUOTED = 200  # characters of the issuer's own name


class IssuerSession(OAuth2Session):  # type: ignore[misc]
    """Ends every request at the deadline. Neither the environment nor a redirect may see the code and the secret."""

    def __init__(self, deadline: Deadline, **arguments: Any) -> None:
        super().__init__(trust_env=False, **arguments)
        self.deadline = deadline
        transport = DeadlineTransport(deadline)
        self.mount("https://", transport)
        self.mount("http://", transport)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        timeout = self.deadline.left or 0.001
        response: requests.Response = super().send(request, **{**options, "timeout": timeout, "allow_redirects": False})
        return response


def issuer_problem(settings: Settings) -> str:
    """One sentence on why nobody can log in with this issuer; blank if its metadata is fine."""
    deadline = Deadline(LOGIN_TIMEOUT)
    try:
        read_metadata(settings.oidc_issuer, deadline)
    except IssuerUnusable as error:
        return error.reason
    except LoginFailed as error:
        return f"OIDC_ISSUER: {settings.oidc_issuer} does not respond ({error.reason})."
    return ""


def read_metadata(issuer: str, deadline: Deadline) -> dict[str, Any]:
    """Endpoints and signing algorithms, as Authlib takes them. Raises LoginFailed."""
    try:
        with IssuerSession(deadline) as session:
            response = session.get(f"{issuer}/.well-known/openid-configuration", withhold_token=True)
        response.raise_for_status()
        metadata = response.json()
    except ERRORS as error:
        raise login_failed(error, deadline) from None
    if problem := _metadata_problem(issuer, metadata):
        raise IssuerUnusable(f"OIDC_ISSUER: the login service at {issuer} {problem}")
    known = {name: metadata[name] for name in ("issuer", *ENDPOINTS, *OPTIONAL) if name in metadata}
    return {**known, "id_token_signing_alg_values_supported": _usable_algorithms(metadata)}


def _metadata_problem(issuer: str, metadata: Any) -> str:
    if not isinstance(metadata, dict) or not isinstance(metadata.get("issuer"), str):
        return "does not say which issuer it is."
    if metadata["issuer"].rstrip("/") != issuer:
        return _wrong_name(metadata["issuer"])
    if missing := [name for name in ENDPOINTS if not isinstance(metadata.get(name), str)]:
        return f"does not name its {' and '.join(missing)}."
    if not _usable_algorithms(metadata):  # Authlib takes an empty list for its own choice, HS256 included
        return "offers no signature that only it can make. Turn on RS256 for ID tokens there."
    return ""


def _wrong_name(name: str) -> str:
    quoted = "".join(character if character.isprintable() else " " for character in name[:MAX_QUOTED])
    fix = (
        "Give the address of your own tenant, with its id in place of the braces."
        if "{" in name
        else "Give exactly the address that it calls itself by."
    )
    return f"calls itself “{quoted}”. {fix}"


def _usable_algorithms(metadata: dict[str, Any]) -> list[str]:
    supported = metadata.get("id_token_signing_alg_values_supported")
    if supported is None:
        supported = ["RS256"]  # which every issuer must support
    return [name for name in ALGORITHMS if isinstance(supported, list) and name in supported]
