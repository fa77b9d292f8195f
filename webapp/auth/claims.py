"""From what an issuer says of somebody to the person that the desk knows."""

from collections.abc import Mapping
from typing import Any

from ..config import Settings, split_list
from .login_errors import LoginFailed
from .permissions import Person, clean_email, clean_name, email_problem, names_a_group


def needs_userinfo(settings: Settings, claims: Mapping[str, Any]) -> bool:
    """Whether the ID token leaves out what the settings ask for."""
    return not claims.get("email") or (not claims.get("groups") and names_a_group(settings))


def with_userinfo(claims: Mapping[str, Any], userinfo: Mapping[str, Any]) -> dict[str, Any]:
    """The ID token counts first. Both must be of the same person."""
    if userinfo.get("sub") != claims["sub"]:
        return dict(claims)
    known = {name: value for name, value in claims.items() if value not in (None, "", [])}
    if "email" not in known:
        known.pop("email_verified", None)  # it would vouch for an address that came from elsewhere
    return {**userinfo, **known}


def person_from(claims: Mapping[str, Any], settings: Settings) -> Person:
    """Raises LoginFailed where there is no address that can be believed."""
    email = _email(claims.get("email"))
    if claims.get("email_verified", True) not in (True, "true"):
        raise LoginFailed(
            "e-mail not verified",
            "Your e-mail address is not verified",
            "Verify it with the login service, then log in again.",
            actor=email,
        )
    groups = _groups(claims.get("groups"), settings.groups_separator)
    return Person(clean_name(claims.get("name")) or email, email, groups)


def _email(given: Any) -> str:
    if given in (None, ""):
        raise LoginFailed(
            "no e-mail",
            "Your e-mail address is missing",
            "The login service did not tell it. Ask whoever looks after this desk.",
        )
    email = clean_email(given)
    if not email:
        raise LoginFailed("unusable e-mail", "Your e-mail address cannot be used here", email_problem(given))
    return email


def _groups(claim: Any, separator: str) -> frozenset[str]:
    """A list is taken as it is: the names in it may hold the separator."""
    listed = split_list(claim, separator) if isinstance(claim, str) else claim if isinstance(claim, list) else []
    return frozenset(group.strip() for group in listed if isinstance(group, str))
