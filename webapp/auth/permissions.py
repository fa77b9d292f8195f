"""Users, and what the settings let them do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from ..config import Settings
from ..config.parsers import project_key

# ASCII only: other letters can become these in lower case, and one user would pass for another.
_EMAIL = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)
_NOT_IN_EMAILS = set(',;<>"()[]\\:')
_MAX_EMAIL = 254  # characters
MAX_NAME = 100  # characters


class Permission(IntEnum):
    """Each includes those before it."""

    NONE = 0
    VIEW = 1
    WRITE = 2
    CREATE = 3
    START = 4


@dataclass(frozen=True)
class User:
    """`name` is for display only; `actor` identifies the user."""

    name: str
    email: str = ""
    groups: frozenset[str] = frozenset()

    @property
    def actor(self) -> str:
        """What identifies the user in the history."""
        return self.email or self.name


def clean_email(text: object) -> str:
    """The address in lower case; blank unless it is a single plain address."""
    email = text.strip() if isinstance(text, str) else ""
    if len(email) > _MAX_EMAIL or _NOT_IN_EMAILS & set(email) or not _EMAIL.fullmatch(email):
        return ""
    return email.lower()


def email_problem(address: object) -> str:
    """Tells the owner of an address why `clean_email` rejects it."""
    if not address:
        return "The login service did not send it. Ask your administrator."
    if isinstance(address, str) and not address.strip().isascii():
        return (
            "It has letters other than a to z. They are not accepted, since some of them look like others. "
            "Log in with an address in plain letters."
        )
    return "Your email address is not a single plain address. Ask your administrator."


def clean_name(name: object) -> str:
    """What can be stored and displayed: no NUL, no lone surrogate, no change of text direction."""
    text = name if isinstance(name, str) else ""
    return "".join(character for character in text if character.isprintable())[:MAX_NAME].strip()


def uses_groups(settings: Settings) -> bool:
    members = [*settings.viewers, *settings.writers, *settings.creators, *settings.starters]
    for _, of_project in (*settings.creators_by_project, *settings.starters_by_project):
        members += of_project
    return bool(settings.allowed_groups) or any(member.startswith("group:") for member in members)


def permission_for(settings: Settings, user: User) -> Permission:
    """The highest that any setting grants; only people who can create can start."""
    if not _is_allowed(settings, user):
        return Permission.NONE
    if _is_member(user, settings.creators) and _is_member(user, settings.starters):
        return Permission.START
    grants = (
        (Permission.CREATE, settings.creators),
        (Permission.WRITE, settings.writers),
        (Permission.VIEW, settings.viewers),
    )
    return next((permission for permission, members in grants if _is_member(user, members)), Permission.NONE)


def may_in_project(settings: Settings, user: User, permission: Permission, project: str) -> bool:
    """Whether a user who may create, or start, may do so in this Statsig project.

    Who cannot create in a project cannot start there either, unless they are listed for that.
    """
    starters = settings.starters_by_project if permission == Permission.START else ()
    for name, members in (*starters, *settings.creators_by_project):
        if project_key(name) == project_key(project):
            return _is_member(user, members)
    return True


def _is_allowed(settings: Settings, user: User) -> bool:
    """By domain and group; if both are set, both must match."""
    domains, groups = settings.allowed_email_domains, settings.allowed_groups
    if domains and "*" not in domains and user.email.rpartition("@")[2] not in domains:
        return False
    return not groups or not user.groups.isdisjoint(groups)


def _is_member(user: User, members: Iterable[str]) -> bool:
    names = {"*", user.email, f"@{user.email.rpartition('@')[2]}", *(f"group:{group}" for group in user.groups)}
    return not names.isdisjoint(members)
