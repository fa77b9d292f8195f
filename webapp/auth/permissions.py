"""People, and what the settings let them do."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from ..config import Settings

# Plain ASCII: other letters may turn into these when made small, and one person would pass for another.
_EMAIL = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*", re.ASCII)
_UNWANTED = set(',;<>"()[]\\:')
_LONGEST = 254  # characters
MAX_NAME = 100  # characters


class Right(IntEnum):
    """Each includes those before it."""

    NONE = 0
    LOOK = 1
    WRITE = 2
    CREATE = 3


@dataclass(frozen=True)
class Person:
    """`name` is for show; who somebody is, `actor` tells."""

    name: str
    email: str = ""
    groups: frozenset[str] = frozenset()

    @property
    def actor(self) -> str:
        """What the history says, and what tells one person from another."""
        return self.email or self.name


def clean_email(text: object) -> str:
    """The address in small letters; blank for what is no single plain address."""
    email = text.strip() if isinstance(text, str) else ""
    if len(email) > _LONGEST or _UNWANTED & set(email) or not _EMAIL.fullmatch(email):
        return ""
    return email.lower()


def email_problem(given: object) -> str:
    """What to tell the owner of an address that `clean_email` refuses."""
    if isinstance(given, str) and not given.strip().isascii():
        return (
            "It has letters other than a to z. The desk does not accept them, since some look like others. "
            "Log in with an address in plain letters."
        )
    return "What was given as your e-mail address is not one plain address. Ask whoever looks after this desk."


def clean_name(given: object) -> str:
    """What can be shown and stored of a name: no NUL, no lone surrogate, nothing that turns the line around."""
    name = given if isinstance(given, str) else ""
    return "".join(character for character in name if character.isprintable())[:MAX_NAME].strip()


def names_a_group(settings: Settings) -> bool:
    members = (*settings.viewers, *settings.writers, *settings.creators)
    return bool(settings.allowed_groups) or any(member.startswith("group:") for member in members)


def may_come_in(settings: Settings, person: Person) -> bool:
    """Domains and groups; where both are set, both must be met."""
    domains, groups = settings.allowed_email_domains, settings.allowed_groups
    if domains and "*" not in domains and person.email.rpartition("@")[2] not in domains:
        return False
    return not groups or not person.groups.isdisjoint(groups)


def right_of(settings: Settings, person: Person) -> Right:
    """The highest that a setting gives; none for whom the desk is not for."""
    if not may_come_in(settings, person):
        return Right.NONE
    given = ((Right.CREATE, settings.creators), (Right.WRITE, settings.writers), (Right.LOOK, settings.viewers))
    return next((right for right, members in given if _is_one_of(person, members)), Right.NONE)


def _is_one_of(person: Person, members: Iterable[str]) -> bool:
    names = {"*", person.email, f"@{person.email.rpartition('@')[2]}", *(f"group:{group}" for group in person.groups)}
    return not names.isdisjoint(members)
