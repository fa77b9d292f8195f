"""From the claims of an issuer to a user."""

from collections.abc import Mapping
from typing import Any

from ..config import Settings, split_list
from .login_errors import LoginFailed
from .permissions import User, clean_email, clean_name, email_problem, uses_groups


def needs_userinfo(settings: Settings, claims: Mapping[str, Any]) -> bool:
    """Whether the ID token lacks what the settings need."""
    return not claims.get("email") or (not claims.get("groups") and uses_groups(settings))


def with_userinfo(claims: Mapping[str, Any], userinfo: Mapping[str, Any]) -> dict[str, Any]:
    """The ID token takes precedence. Both must have the same subject (OpenID Connect Core, 5.3.2)."""
    if userinfo.get("sub") != claims["sub"]:
        return dict(claims)
    known = {name: value for name, value in claims.items() if value not in (None, "", [])}
    if "email" not in known:
        known.pop("email_verified", None)  # it would vouch for an address from elsewhere
    return {**userinfo, **known}


def user_from(claims: Mapping[str, Any], settings: Settings) -> User:
    """Raises LoginFailed without a trustworthy address."""
    email = clean_email(claims.get("email"))
    if not email:
        message = email_problem(claims.get("email"))
        raise LoginFailed("missing or unusable email", "Your email address cannot be used here", message)
    if claims.get("email_verified", True) not in (True, "true"):
        message = "Verify it with the login service, then log in again."
        raise LoginFailed("email not verified", "Your email address is not verified", message, actor=email)
    groups = _groups(claims.get("groups"), settings.groups_separator)
    return User(clean_name(claims.get("name")) or email, email, groups)


def _groups(claim: Any, separator: str) -> frozenset[str]:
    """A list is not split: the names in it may contain the separator."""
    groups = split_list(claim, separator) if isinstance(claim, str) else claim if isinstance(claim, list) else []
    return frozenset(group.strip() for group in groups if isinstance(group, str))
