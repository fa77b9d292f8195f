"""What can go wrong in a login, each with a page and a line for the log."""

import socket
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import OAuthError
from authlib.integrations.base_client.errors import MismatchingStateError
from joserfc.errors import JoseError

from ..statsig import Deadline

INVALID_RESPONSE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
ERRORS = (AuthlibBaseError, JoseError, requests.RequestException, *INVALID_RESPONSE)
SETUP_ERRORS = ("invalid_client", "unauthorized_client", "invalid_scope", "unsupported_response_type")


class LoginFailed(Exception):
    """`reason` is for the log; the rest is for the page."""

    def __init__(self, reason: str, title: str, message: str, status: int = 403, actor: str = "") -> None:
        super().__init__(reason)
        self.reason, self.title, self.message, self.status, self.actor = reason, title, message, status, actor


class IssuerUnusable(LoginFailed):
    """A setting is wrong, here or at the issuer, so trying again does not help."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, "Login is not set up correctly", f"{problem} Tell your administrator.", 503)


def is_temporary(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status >= 500 or status == 429


def login_failed(error: Exception, deadline: Deadline) -> LoginFailed:
    """From one of ERRORS, raised while a login talked to the issuer."""
    if isinstance(error, MismatchingStateError):
        message = "It started a while ago, or in another tab. Log in again."
        return LoginFailed("no such state", "This login has expired", message, 400)
    if isinstance(error, OAuthError):
        return _rejected_by_issuer(str(error.error)[:40])
    if isinstance(error, requests.RequestException):
        problem = _setup_problem(error) if deadline.left else ""
        return IssuerUnusable(problem) if problem else _unavailable(error)
    if not deadline.left:
        return _unavailable(error)
    details = f" {error}" if isinstance(error, (JoseError, AuthlibBaseError)) else ""  # such as the wrong claim
    return _not_confirmed(f"{type(error).__name__}{details}")


def _setup_problem(error: requests.RequestException) -> str:
    """Blank where trying again may help."""
    if isinstance(error, requests.HTTPError) and not is_temporary(error.response.status_code):
        address = error.response.url.partition("?")[0]
        return f"The login service answers {error.response.status_code} at {address}."
    if isinstance(error, requests.JSONDecodeError):
        return "The login service answers with something that is not JSON."
    host = urlsplit(str(error.request.url)).netloc if error.request else ""
    if isinstance(error, requests.exceptions.SSLError):
        return f"OIDC_ISSUER: no trusted TLS connection to {host} is possible; check its port and certificate."
    if _is_unknown_host(error):
        return f"OIDC_ISSUER: the host {host} cannot be found. Check its spelling."
    return ""


def _is_unknown_host(error: BaseException | None) -> bool:
    """requests chains the resolver's error; a temporary one is EAI_AGAIN."""
    while error and not isinstance(error, socket.gaierror):
        error = error.__cause__ or error.__context__
    return isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME


def _unavailable(error: Exception) -> LoginFailed:
    reason = f"issuer not available: {type(error).__name__}"
    return LoginFailed(reason, "The login service does not respond", "Try again in a moment.", 503)


def _rejected_by_issuer(code: str) -> LoginFailed:
    if code == "access_denied":
        return LoginFailed("denied", "You are not logged in", "The login was declined. Log in to continue.")
    if code in SETUP_ERRORS:
        return IssuerUnusable(
            f"The login service rejects this client ({code}): OIDC_CLIENT_ID, OIDC_CLIENT_SECRET or OIDC_SCOPES is "
            "wrong."
        )
    return _not_confirmed(f"the issuer says {code}")


def _not_confirmed(reason: str) -> LoginFailed:
    return LoginFailed(reason, "You are not logged in", "The login could not be confirmed. Try again.")
