"""Email addresses, and the permissions that the settings grant."""

from collections.abc import Callable
from typing import Any

import pytest

from webapp.auth.permissions import Permission, User, clean_email, may_in_project, permission_for
from webapp.config import Settings

from .test_start import OIDC


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("anna@example.com", "anna@example.com"),
        (" Anna.B+x@Example.COM ", "anna.b+x@example.com"),
        ("o'neil@example.co.uk", "o'neil@example.co.uk"),
        ("anna", ""),
        ("@example.com", ""),
        ("anna@", ""),
        ("a@b@example.com", ""),
        ("anna@example..com", ""),
        ("an na@example.com", ""),
        ("anna@example.com\nben@example.com", ""),
        ("anna@example.com,ben@example.com", ""),
        ("anna@example.com;ben@example.com", ""),
        ("<anna@example.com>", ""),
        ("anna\0@example.com", ""),
        ("änna@example.com", ""),
        ("anna@example.com\u0660", ""),
        ("a" * 65 + "@example.com", ""),
        ("a@" + "b" * 260, ""),
        (None, ""),
        (7, ""),
        (["anna@example.com"], ""),
    ],
)
def test_email_is_lower_cased_or_rejected(text: Any, email: str) -> None:
    assert clean_email(text) == email


@pytest.mark.parametrize(
    ("roles", "permission"),
    [
        ({}, Permission.START),
        ({"CREATORS": "ben@example.com"}, Permission.WRITE),
        ({"CREATORS": "anna@example.com"}, Permission.START),
        (
            {"CREATORS": "ANNA@example.com", "WRITERS": "ben@example.com", "VIEWERS": "ben@example.com"},
            Permission.START,
        ),
        ({"STARTERS": "ben@example.com"}, Permission.CREATE),
        ({"STARTERS": "anna@example.com", "CREATORS": "ben@example.com"}, Permission.WRITE),
        ({"CREATORS": "@example.org", "WRITERS": "@example.com", "VIEWERS": "@example.org"}, Permission.WRITE),
        ({"CREATORS": "group:x", "WRITERS": "group:y"}, Permission.VIEW),
        ({"CREATORS": "group:x", "WRITERS": "group:leads"}, Permission.WRITE),
        ({"CREATORS": "group:Leads", "WRITERS": "ben@example.com"}, Permission.VIEW),
        ({"CREATORS": "@ample.com", "WRITERS": "@com", "VIEWERS": "@sub.example.com"}, Permission.NONE),
        ({"CREATORS": "ben@example.com", "WRITERS": "ben@example.com", "VIEWERS": "ben@example.com"}, Permission.NONE),
        ({"ALLOWED_EMAIL_DOMAINS": "example.org"}, Permission.NONE),
        ({"ALLOWED_EMAIL_DOMAINS": "*"}, Permission.START),
        ({"ALLOWED_GROUPS": "others"}, Permission.NONE),
        ({"ALLOWED_GROUPS": "others, leads"}, Permission.START),
    ],
)
def test_permission_follows_the_role_settings(
    settings: Callable[..., Settings], roles: dict[str, str], permission: Permission
) -> None:
    anna = User("Anna", "anna@example.com", frozenset({"leads"}))
    assert permission_for(settings(**OIDC | roles), anna) == permission


OF_BEN = "Web shop: ben@example.com; Blog: group:x, ben@example.com"


@pytest.mark.parametrize(
    ("listed", "project", "create", "start"),
    [
        ({}, "Web shop", True, True),
        ({"CREATORS_BY_PROJECT": OF_BEN}, "Another", True, True),
        ({"CREATORS_BY_PROJECT": OF_BEN}, "Web shop", False, False),
        ({"CREATORS_BY_PROJECT": OF_BEN}, " web  SHOP ", False, False),
        ({"CREATORS_BY_PROJECT": "Web shop: group:leads"}, "Web shop", True, True),
        ({"CREATORS_BY_PROJECT": "Blog: @example.org; Web shop: @example.com"}, "Web shop", True, True),
        ({"STARTERS_BY_PROJECT": OF_BEN}, "Blog", True, False),
        ({"CREATORS_BY_PROJECT": OF_BEN, "STARTERS_BY_PROJECT": "Blog: ANNA@example.com"}, "Blog", False, True),
        ({"CREATORS_BY_PROJECT": OF_BEN, "STARTERS_BY_PROJECT": "Blog: *"}, "Web shop", False, False),
    ],
)
def test_projects_can_be_limited_to_some_people(
    settings: Callable[..., Settings], listed: dict[str, str], project: str, create: bool, start: bool
) -> None:
    anna, with_list = User("Anna", "anna@example.com", frozenset({"leads"})), settings(**OIDC | listed)
    may = [may_in_project(with_list, anna, permission, project) for permission in (Permission.CREATE, Permission.START)]
    assert may == [create, start]
