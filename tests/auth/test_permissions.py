"""Who is who, and what the settings let a person do."""

from collections.abc import Callable
from typing import Any

import pytest

from webapp.auth.permissions import Person, Right, clean_email, right_of
from webapp.config import Settings

from .test_start import OIDC


@pytest.mark.parametrize(
    ("given", "email"),
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
def test_addresses(given: Any, email: str) -> None:
    assert clean_email(given) == email


@pytest.mark.parametrize(
    ("roles", "right"),
    [
        ({}, Right.CREATE),
        ({"CREATORS": "ben@example.com"}, Right.WRITE),
        ({"CREATORS": "anna@example.com"}, Right.CREATE),
        ({"CREATORS": "ANNA@example.com", "WRITERS": "ben@example.com", "VIEWERS": "ben@example.com"}, Right.CREATE),
        ({"CREATORS": "@example.org", "WRITERS": "@example.com", "VIEWERS": "@example.org"}, Right.WRITE),
        ({"CREATORS": "group:x", "WRITERS": "group:y"}, Right.LOOK),
        ({"CREATORS": "group:x", "WRITERS": "group:leads"}, Right.WRITE),
        ({"CREATORS": "group:Leads", "WRITERS": "ben@example.com"}, Right.LOOK),
        ({"CREATORS": "@ample.com", "WRITERS": "@com", "VIEWERS": "@sub.example.com"}, Right.NONE),
        ({"CREATORS": "ben@example.com", "WRITERS": "ben@example.com", "VIEWERS": "ben@example.com"}, Right.NONE),
        ({"ALLOWED_EMAIL_DOMAINS": "example.org"}, Right.NONE),
        ({"ALLOWED_EMAIL_DOMAINS": "*"}, Right.CREATE),
        ({"ALLOWED_GROUPS": "others"}, Right.NONE),
        ({"ALLOWED_GROUPS": "others, leads"}, Right.CREATE),
    ],
)
def test_rights(settings: Callable[..., Settings], roles: dict[str, str], right: Right) -> None:
    anna = Person("Anna", "anna@example.com", frozenset({"leads"}))
    assert right_of(settings(**OIDC | roles), anna) == right
