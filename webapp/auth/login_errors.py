"""Everything that can go wrong in a login, each with a page and a line for the log."""

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
    """`why` is for the log, the rest for the page."""

    def __init__(self, why: str, title: str, todo: str, status: int = 403, actor: str = "") -> None:
        super().__init__(why)
        self.why, self.title, self.todo, self.status, self.actor = why, title, todo, status, actor


class IssuerUnusable(LoginFailed):
    """Trying again does not help: somebody has to change a setting, here or at the issuer. `problem` says which."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            problem, "Login is not set up correctly", f"{problem} Tell the person who runs this desk.", 503
        )
        self.problem = problem


def is_temporary(status: int) -> bool:
    """Whether the same request may succeed later."""
    return status >= 500 or status == 429


def unavailable(error: Exception) -> LoginFailed:
    why = f"issuer not available: {type(error).__name__}"
    return LoginFailed(why, "The login service does not answer", "Try again in a moment.", 503)


def login_failed(error: Exception, deadline: Deadline) -> LoginFailed:
    """For one of ERRORS, raised while a login was talking to the issuer."""
    if isinstance(error, MismatchingStateError):
        todo = "It was begun a while ago, or in another tab. Log in again."
        return LoginFailed("no such state", "This login was too old", todo, 400)
    if isinstance(error, OAuthError):
        return _refused_by_issuer(str(error.error)[:40])
    if isinstance(error, requests.HTTPError) and not is_temporary(error.response.status_code):
        address = error.response.url.partition("?")[0]
        return IssuerUnusable(f"The login service answers {error.response.status_code} at {address}.")
    if isinstance(error, requests.JSONDecodeError) and deadline.left:
        return IssuerUnusable("The login service answers with something that is not JSON.")
    if isinstance(error, requests.RequestException) or not deadline.left:
        return unavailable(error)
    says = f" {error}" if isinstance(error, (JoseError, AuthlibBaseError)) else ""  # such as which claim is wrong
    return _unconfirmed(f"{type(error).__name__}{says}")


def _refused_by_issuer(code: str) -> LoginFailed:
    if code == "access_denied":
        return LoginFailed("denied", "You are not logged in", "The login was declined. Log in to use the desk.")
    if code in SETUP_ERRORS:
        return IssuerUnusable(
            f"The login service refuses this desk ({code}): OIDC_CLIENT_ID, OIDC_CLIENT_SECRET or OIDC_SCOPES is wrong."
        )
    return _unconfirmed(f"the issuer says {code}")


def _unconfirmed(why: str) -> LoginFailed:
    return LoginFailed(why, "You are not logged in", "The login could not be confirmed. Try once more.")
