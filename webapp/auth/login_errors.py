"""What can go wrong in a login, each with a page and a line for the log."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import OAuthError
from authlib.integrations.base_client.errors import MismatchingStateError
from joserfc.errors import JoseError

from ..statsig import Deadline
from .errors import AccessDenied

INVALID_RESPONSE = (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
SETUP_ERRORS = ("invalid_client", "unauthorized_client", "invalid_scope", "unsupported_response_type")


class LoginFailed(AccessDenied):
    event, link = "login failed", "login"


class IssuerUnusable(LoginFailed):
    """A setting is wrong, here or at the issuer, so trying again does not help."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem, "Login is not set up correctly", f"{problem} Contact your administrator.", 503)


@contextmanager
def login_errors(deadline: Deadline) -> Iterator[None]:
    """Around requests to the issuer: turns their errors into LoginFailed."""
    try:
        yield
    except (requests.RequestException, *INVALID_RESPONSE) as error:
        raise _login_failed(error, deadline) from None


def _login_failed(error: Exception, deadline: Deadline) -> LoginFailed:
    if isinstance(error, MismatchingStateError):
        message = "It started a while ago, or in another tab. Log in again."
        return LoginFailed("no such state", "This login has expired", message, 400)
    if isinstance(error, OAuthError):
        return _rejected_by_issuer(str(error.error)[:40])
    if deadline.left and (problem := _setup_problem(error)):
        return IssuerUnusable(problem)
    if isinstance(error, requests.RequestException) or not deadline.left:
        reason = f"The login service does not respond: {error}"
        return LoginFailed(reason, "The login service does not respond", "Try again in a moment.", 503)
    return _not_confirmed(f"{type(error).__name__}: {error}")  # such as the wrong claim


def _setup_problem(error: Exception) -> str:
    """Blank if trying again may help."""
    if isinstance(error, requests.HTTPError):
        status, address = error.response.status_code, error.response.url.partition("?")[0]
        return "" if status >= 500 or status == 429 else f"The login service answers {status} at {address}."
    if isinstance(error, requests.JSONDecodeError):
        return "The login service answers with something that is not JSON."
    if isinstance(error, requests.exceptions.SSLError) or _is_unknown_host(error):
        return f"OIDC_ISSUER: the host is unknown, or its TLS certificate is not trusted ({error})."
    return ""


def _is_unknown_host(error: BaseException | None) -> bool:
    """requests chains the resolver's error; a temporary one is EAI_AGAIN."""
    while error and not isinstance(error, socket.gaierror):
        error = error.__cause__ or error.__context__
    return isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME


def _rejected_by_issuer(code: str) -> LoginFailed:
    if code == "access_denied":
        return LoginFailed("denied", "You are not logged in", "The login was declined. Log in to continue.")
    if code in SETUP_ERRORS:
        settings = "OIDC_CLIENT_ID, OIDC_CLIENT_SECRET or OIDC_SCOPES"
        return IssuerUnusable(f"The login service rejects this client ({code}): {settings} is wrong.")
    return _not_confirmed(f"the issuer says {code}")


def _not_confirmed(reason: str) -> LoginFailed:
    return LoginFailed(reason, "You are not logged in", "The login could not be confirmed. Try again.")
