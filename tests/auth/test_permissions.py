"""Email addresses, and the permissions that the settings grant."""

from collections.abc import Callable
from typing import Any

import pytest

from webapp.auth.permissions import Permission, User, clean_email, permission_for
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
        ({}, Permission.CREATE),
        ({"CREATORS": "ben@example.com"}, Permission.WRITE),
        ({"CREATORS": "anna@example.com"}, Permission.CREATE),
        (
            {"CREATORS": "ANNA@example.com", "WRITERS": "ben@example.com", "VIEWERS": "ben@example.com"},
            Permission.CREATE,
        ),
        ({"CREATORS": "@example.org", "WRITERS": "@example.com", "VIEWERS": "@example.org"}, Permission.WRITE),
        ({"CREATORS": "group:x", "WRITERS": "group:y"}, Permission.VIEW),
        ({"CREATORS": "group:x", "WRITERS": "group:leads"}, Permission.WRITE),
        ({"CREATORS": "group:Leads", "WRITERS": "ben@example.com"}, Permission.VIEW),
        ({"CREATORS": "@ample.com", "WRITERS": "@com", "VIEWERS": "@sub.example.com"}, Permission.NONE),
        ({"CREATORS": "ben@example.com", "WRITERS": "ben@example.com", "VIEWERS": "ben@example.com"}, Permission.NONE),
        ({"ALLOWED_EMAIL_DOMAINS": "example.org"}, Permission.NONE),
        ({"ALLOWED_EMAIL_DOMAINS": "*"}, Permission.CREATE),
        ({"ALLOWED_GROUPS": "others"}, Permission.NONE),
        ({"ALLOWED_GROUPS": "others, leads"}, Permission.CREATE),
    ],
)
def test_permission_follows_the_role_settings(
    settings: Callable[..., Settings], roles: dict[str, str], permission: Permission
) -> None:
    anna = User("Anna", "anna@example.com", frozenset({"leads"}))
    assert permission_for(settings(**OIDC | roles), anna) == permission
