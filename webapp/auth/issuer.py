"""What the OpenID Connect issuer says of itself, checked before anybody is sent there."""

import socket
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session

from ..config import Settings
from ..statsig import Deadline, DeadlineTransport
from ..statsig.deadline import CONNECT_TIMEOUT
from .login_errors import IssuerUnusable, LoginFailed, is_temporary, unavailable

LOGIN_TIMEOUT = 10.0  # seconds for all requests of one step of a login together
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
OPTIONAL = ("userinfo_endpoint", "prompt_values_supported")
# Signatures that only the issuer can make: with HS256 its readers can, and anybody can write "none".
ALGORITHMS = (
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    *("ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "Ed448"),
)
MAX_QUOTED = 200  # characters of what the issuer says


class IssuerSession(OAuth2Session):  # type: ignore[misc]
    """Ends every request at the deadline. Neither the environment nor a redirect may see the code and the secret."""

    def __init__(self, deadline: Deadline, **arguments: Any) -> None:
        super().__init__(trust_env=False, **arguments)
        self.deadline = deadline
        transport = DeadlineTransport(deadline)
        self.mount("https://", transport)
        self.mount("http://", transport)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        left = self.deadline.left or 0.001
        timeouts = {"timeout": (min(CONNECT_TIMEOUT, left), left)}
        response: requests.Response = super().send(request, **{**options, **timeouts, "allow_redirects": False})
        return response


def issuer_problem(settings: Settings) -> str:
    """One sentence on why nobody can log in with this issuer; blank where its metadata is fine."""
    try:
        read_metadata(settings.oidc_issuer, Deadline(LOGIN_TIMEOUT))
    except IssuerUnusable as error:
        return error.problem
    except LoginFailed as error:
        return f"OIDC_ISSUER: {settings.oidc_issuer} does not answer ({error.why})."
    return ""


def read_metadata(issuer: str, deadline: Deadline) -> dict[str, Any]:
    """Endpoints and signing algorithms, as Authlib takes them. Raises LoginFailed."""
    found = _fetch(issuer, deadline)
    _check_name(issuer, found.get("issuer"))
    if missing := [name for name in ENDPOINTS if not isinstance(found.get(name), str)]:
        raise IssuerUnusable(f"OIDC_ISSUER: the login service at {issuer} does not name its {' and '.join(missing)}.")
    kept = {name: found[name] for name in ("issuer", *ENDPOINTS, *OPTIONAL) if name in found}
    return {**kept, "id_token_signing_alg_values_supported": _usable_algorithms(issuer, found)}


def _fetch(issuer: str, deadline: Deadline) -> dict[str, Any]:
    address = f"{issuer}/.well-known/openid-configuration"
    try:
        with IssuerSession(deadline) as session:
            response = session.get(address, withhold_token=True)
    except requests.RequestException as error:
        if isinstance(error, requests.exceptions.SSLError) and deadline.left:
            raise IssuerUnusable(
                f"OIDC_ISSUER: a trusted TLS connection to {issuer} is not possible; check its port and certificate."
            ) from None
        if _is_unknown_host(error):
            host = urlsplit(issuer).hostname
            raise IssuerUnusable(f"OIDC_ISSUER: the host {host} cannot be found. Check its spelling.") from None
        raise unavailable(error) from None
    if is_temporary(response.status_code) or not deadline.left:
        raise unavailable(requests.HTTPError())
    found = _as_json(response) if response.status_code == 200 else None
    if not isinstance(found, dict):
        raise IssuerUnusable(
            f"OIDC_ISSUER: there is no OpenID Connect service at {issuer}; "
            f"its /.well-known/openid-configuration answers {response.status_code}{'' if found else ' without JSON'}."
        )
    return found


def _is_unknown_host(error: BaseException | None) -> bool:
    """requests keeps the resolver's error as the cause of causes; one that may pass is EAI_AGAIN."""
    while error and not isinstance(error, socket.gaierror):
        error = error.__cause__ or error.__context__
    return isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME


def _as_json(response: requests.Response) -> Any:
    try:
        return response.json()
    except (ValueError, RecursionError):
        return None


def _check_name(issuer: str, named: Any) -> None:
    if isinstance(named, str) and named.rstrip("/") == issuer:
        return
    if not isinstance(named, str):
        raise IssuerUnusable(f"OIDC_ISSUER: the login service at {issuer} does not say which issuer it is.")
    fix = (
        "Give the address of your own tenant, with its id in place of the braces."
        if "{" in named
        else "Give exactly the address that it calls itself by."
    )
    quoted = "".join(character if character.isprintable() else " " for character in named[:MAX_QUOTED])
    raise IssuerUnusable(f"OIDC_ISSUER: the login service at {issuer} calls itself “{quoted}”. {fix}")


def _usable_algorithms(issuer: str, found: dict[str, Any]) -> list[str]:
    """Never empty: an empty list would allow Authlib's own choice, HS256 included."""
    listed = found.get("id_token_signing_alg_values_supported")
    if listed is None:
        listed = ["RS256"]  # which each issuer has to offer
    usable = [name for name in ALGORITHMS if isinstance(listed, list) and name in listed]
    if not usable:
        raise IssuerUnusable(
            f"OIDC_ISSUER: the login service at {issuer} offers no signature that only it can make. "
            "Turn on RS256 for ID tokens there."
        )
    return usable
