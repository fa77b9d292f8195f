"""The desk does not start with settings that would let anyone in, and says what to set."""

import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from webapp.config import ConfigError, Settings

from .fixtures import PROXY_SECRET

OIDC = {
    "OIDC_ISSUER": "https://login.example.com",
    "OIDC_CLIENT_ID": "desk",
    "OIDC_CLIENT_SECRET": "s",
    "ALLOWED_EMAIL_DOMAINS": "example.com",
    "PUBLIC_URL": "https://desk.example.com",
}
PROXY = {"PROXY_USER_HEADER": "X-Auth-Email", "PROXY_SECRET": PROXY_SECRET, "PUBLIC_URL": "https://desk.example.com"}
ALL_INTERFACES = {"HOST": "0.0.0.0"}


def _without(settings: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in settings.items() if name not in names}


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        (ALL_INTERFACES, "HOST: without a login anyone could use the desk"),
        ({"HOST": "::"}, "HOST: without a login anyone could use the desk"),
        ({"HOST": "10.0.0.7"}, "set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or PROXY_USER_HEADER"),
        ({"REQUIRE_APPROVAL": "1"}, "REQUIRE_APPROVAL: without a login"),
        ({"CREATORS": "anna@example.com"}, "CREATORS: without a login"),
        ({"STARTERS_BY_PROJECT": "Web shop: *"}, "STARTERS_BY_PROJECT: without a login"),
        ({"ALLOWED_GROUPS": "desk"}, "ALLOWED_GROUPS: without a login"),
        ({"PUBLIC_URL": "https://desk.example.com"}, "PUBLIC_URL: without a login anyone could use the desk"),
        (ALL_INTERFACES | _without(OIDC, "PUBLIC_URL"), "PUBLIC_URL: set the address that people use"),
        (ALL_INTERFACES | _without(PROXY, "PUBLIC_URL"), "PUBLIC_URL: set the address that people use"),
        (ALL_INTERFACES | OIDC | {"PUBLIC_URL": "http://desk.example.com"}, "PUBLIC_URL: use https"),
        (ALL_INTERFACES | OIDC | {"PUBLIC_URL": "https://desk.example.com/desk"}, "PUBLIC_URL: leave out the path"),
        (ALL_INTERFACES | OIDC | {"PUBLIC_URL": "desk.example.com"}, "PUBLIC_URL: use an address such as"),
        (ALL_INTERFACES | OIDC | {"OIDC_ISSUER": "http://login.example.com"}, "OIDC_ISSUER: use https"),
        (_without(OIDC, "OIDC_CLIENT_SECRET"), "OIDC_ISSUER: set all of"),
        (_without(OIDC, "OIDC_ISSUER"), "OIDC_ISSUER: set all of"),
        (_without(OIDC, "ALLOWED_EMAIL_DOMAINS"), "ALLOWED_EMAIL_DOMAINS: list who may log in"),
        (OIDC | {"OIDC_SCOPES": "email"}, "OIDC_SCOPES: openid"),
        (OIDC | {"ALLOWED_EMAIL_DOMAINS": "anna@example.com"}, "ALLOWED_EMAIL_DOMAINS: list domains"),
        (OIDC | PROXY, "PROXY_USER_HEADER: only one kind of login is possible"),
        (_without(PROXY, "PROXY_SECRET"), "PROXY_USER_HEADER: set both"),
        (_without(PROXY, "PROXY_USER_HEADER"), "PROXY_USER_HEADER: set both"),
        ({"PROXY_GROUPS_HEADER": "X-Groups"}, "PROXY_USER_HEADER: set both"),
        (PROXY | {"PROXY_SECRET": "short"}, "PROXY_SECRET: use at least 32"),
        (PROXY | {"PROXY_USER_HEADER": "X Auth"}, "PROXY_USER_HEADER: use the name of a header"),
        (OIDC | {"ALLOWED_GROUPS": ","}, "ALLOWED_GROUPS: list at least one, or leave it out"),
        (PROXY | {"ALLOWED_EMAIL_DOMAINS": " , "}, "ALLOWED_EMAIL_DOMAINS: list at least one"),
        (OIDC | {"ALLOWED_GROUPS": "; ;", "GROUPS_SEPARATOR": ";"}, "ALLOWED_GROUPS: list at least one"),
        (OIDC | {"GROUPS_SEPARATOR": "and"}, "GROUPS_SEPARATOR: use one character"),
        (OIDC | {"CREATORS": "anna"}, "CREATORS: each item must be an email"),
        (OIDC | {"CREATORS": "group:"}, "CREATORS: each item must be"),
        (OIDC | {"STARTERS": "anna"}, "STARTERS: each item must be"),
        *(
            (OIDC | {"CREATORS_BY_PROJECT": text}, f"CREATORS_BY_PROJECT: {message}")
            for text, message in (
                ("group:growth", "each item must be an email"),
                ("Web shop", "write the name of a project, a colon and its members"),
                ("Web shop:", "write the name of a project, a colon and its members"),
                (": anna@example.com", "write the name of a project, a colon and its members"),
                ("Web shop: anna", "each item must be an email"),
                ("Web shop: @a.test; web  shop: @b.test", "list each project once"),
                (" ; ", "list at least one project"),
            )
        ),
        (
            OIDC | {"CREATORS_BY_PROJECT": "Web shop: *", "GROUPS_SEPARATOR": ";"},
            "CREATORS_BY_PROJECT: projects are separated by ;",
        ),
        (OIDC | {"REQUIRE_APPROVAL": "maybe"}, "REQUIRE_APPROVAL: use 1 or 0"),
        (OIDC | {"SESSION_IDLE_MINUTES": "0"}, "SESSION_IDLE_MINUTES: use a whole number"),
        (OIDC | {"SESSION_HOURS": "1000"}, "SESSION_HOURS: use a whole number"),
    ],
)
def test_invalid_settings_do_not_start(
    settings: Callable[..., Settings], environ: dict[str, str], message: str
) -> None:
    with pytest.raises(ConfigError) as error:
        settings(**environ)
    assert message in str(error.value)
    assert PROXY_SECRET not in str(error.value)


@pytest.mark.parametrize(
    ("environ", "public_url"),
    [
        ({}, ""),
        ({"HOST": "::1"}, ""),
        ({"HOST": "localhost", "PUBLIC_URL": "http://localhost:8000"}, "http://localhost:8000"),
        (ALL_INTERFACES | OIDC | {"PUBLIC_URL": "https://Desk.Example.com:443/"}, "https://desk.example.com"),
        (ALL_INTERFACES | PROXY, "https://desk.example.com"),
        (_without(OIDC, "PUBLIC_URL"), "http://127.0.0.1:8000"),
        (_without(PROXY, "PUBLIC_URL") | {"HOST": "::1", "PORT": "80"}, "http://[::1]"),
        (
            OIDC | {"REQUIRE_APPROVAL": "1", "CREATORS": "Anna@Example.com, @b.test, group:Leads, *"},
            "https://desk.example.com",
        ),
        (_without(OIDC, "ALLOWED_EMAIL_DOMAINS") | {"ALLOWED_GROUPS": "desk users"}, "https://desk.example.com"),
    ],
)
def test_valid_settings_start(settings: Callable[..., Settings], environ: dict[str, str], public_url: str) -> None:
    assert settings(**environ).public_url == public_url


def test_login_secrets_are_not_printed(settings: Callable[..., Any]) -> None:
    printed = repr(settings(**ALL_INTERFACES, **OIDC | {"OIDC_CLIENT_SECRET": "very-secret-value"})) + repr(
        settings(**PROXY)
    )
    assert "very-secret-value" not in printed
    assert PROXY_SECRET not in printed


def test_start_without_login_does_not_import_authlib(tmp_path: Any) -> None:
    code = "import sys; from webapp import create_app; create_app(); print('authlib' in sys.modules)"
    environ = {"DATA_DIR": str(tmp_path / "desk"), "PATH": ""}
    result = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"
