"""Combinations of settings that are not allowed."""

from collections.abc import Iterator
from types import SimpleNamespace
from urllib.parse import urlsplit

from .urls import LOOPBACK

_LOGIN = "set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or PROXY_USER_HEADER and PROXY_SECRET"
_ANYONE = f"without a login anyone could use the desk there; {_LOGIN}"
_BY_PROJECT = ("creators_by_project", "starters_by_project")
_WITH_GROUPS = ("allowed_groups", "viewers", "writers", "creators", "starters", *_BY_PROJECT)
_NEEDS_USERS = ("allowed_email_domains", *_WITH_GROUPS)


def conflicts(s: SimpleNamespace) -> Iterator[str]:
    """A sentence for each. `s` has the settings by attribute, as they were set."""
    if s.statsig_api_key and s.statsig_api_key_file:
        yield "STATSIG_API_KEY_FILE: set either this or STATSIG_API_KEY, not both."
    oidc = (s.oidc_issuer, s.oidc_client_id, s.oidc_client_secret)
    proxy = (s.proxy_user_header, s.proxy_secret)
    if any(oidc) and not all(oidc):
        yield "OIDC_ISSUER: set all of OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or none."
    if (any(proxy) or s.proxy_groups_header) and not all(proxy):
        yield "PROXY_USER_HEADER: set both PROXY_USER_HEADER and PROXY_SECRET, or none."
    if any(oidc) and any(proxy):
        yield "PROXY_USER_HEADER: only one kind of login is possible; set either this or OIDC_ISSUER, not both."
    for name in _WITH_GROUPS:
        if s.groups_separator == "," and any("=" in member for member in _members(s, name)):
            # Everyone in its domain would match a part of it, such as dc=example.
            yield (
                f"{name.upper()}: this looks like a distinguished name cut at its commas; set GROUPS_SEPARATOR to "
                "another character, such as |, and use it between the groups."
            )
    if s.name_pattern_hint and not s.name_pattern:
        yield "NAME_PATTERN_HINT: set NAME_PATTERN too, or leave this out."
    yield from _with_login(s) if any(oidc) or any(proxy) else _without_login(s)


def _members(s: SimpleNamespace, name: str) -> list[str]:
    value = getattr(s, name)
    return [member for _, members in value for member in members] if name in _BY_PROJECT else [*value]


def _with_login(s: SimpleNamespace) -> Iterator[str]:
    if s.oidc_issuer and not s.allowed_email_domains and not s.allowed_groups:
        yield (
            "ALLOWED_EMAIL_DOMAINS: list who may log in, such as example.com; or set ALLOWED_GROUPS; "
            "or use * for everyone with an account there."
        )
    if "openid" not in s.oidc_scopes.split():
        yield "OIDC_SCOPES: openid must be one of them."
    if not s.public_url and s.host not in LOOPBACK:
        yield "PUBLIC_URL: set the address that people use, such as https://desk.example.com."
    elif s.requested_by and not s.public_url:
        yield "REQUESTED_BY: set PUBLIC_URL to the address that people use, for the link in the description."


def _without_login(s: SimpleNamespace) -> Iterator[str]:
    if s.host not in LOOPBACK:
        yield f"HOST: {_ANYONE}; or set HOST=127.0.0.1."
    if s.public_url and urlsplit(s.public_url).hostname not in LOOPBACK:
        yield f"PUBLIC_URL: {_ANYONE}; or leave it out."
    if s.require_approval:
        yield f"REQUIRE_APPROVAL: without a login the desk cannot tell its users apart; {_LOGIN}; or leave it out."
    for name in _NEEDS_USERS:
        if getattr(s, name) not in ((), ("*",)):
            yield f"{name.upper()}: without a login the desk does not know its users; {_LOGIN}; or leave it out."
