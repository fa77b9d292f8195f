"""Which settings do not go together."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import SimpleNamespace as Values
from typing import Any
from urllib.parse import urlsplit

from .urls import LOOPBACK

_LOGIN = "set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or PROXY_USER_HEADER and PROXY_SECRET"
_ANYONE = f"without a login anyone could use the desk there; {_LOGIN}"


def broken_rules(values: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each. A rule that reads a setting with a bad value, which is absent here, is skipped."""
    for name, is_broken, message in _RULES:
        with suppress(AttributeError):
            if is_broken(Values(**values)):
                yield f"{name}: {message}."


def _oidc(s: Values) -> list[Any]:
    return [s.oidc_issuer, s.oidc_client_id, s.oidc_client_secret]


def _proxy(s: Values) -> list[Any]:
    return [s.proxy_user_header, s.proxy_secret]


def _has_login(s: Values) -> bool:
    return any(_oidc(s)) or any(_proxy(s))


def _names_users(attribute: str) -> Callable[[Values], bool]:
    return lambda s: not _has_login(s) and getattr(s, attribute) not in ((), ("*",))


_RULES: tuple[tuple[str, Callable[[Values], Any], str], ...] = (
    (
        "STATSIG_API_KEY_FILE",
        lambda s: s.statsig_api_key and s.statsig_api_key_file,
        "give either this or STATSIG_API_KEY, not both",
    ),
    (
        "OIDC_ISSUER",
        lambda s: any(_oidc(s)) and not all(_oidc(s)),
        "it goes together with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET; set all three, or none",
    ),
    (
        "PROXY_USER_HEADER",
        lambda s: (any(_proxy(s)) or s.proxy_groups_header) and not all(_proxy(s)),
        "it goes together with PROXY_SECRET; set both, or none",
    ),
    (
        "PROXY_USER_HEADER",
        lambda s: any(_oidc(s)) and any(_proxy(s)),
        "there can be one kind of login; set either this or OIDC_ISSUER, not both",
    ),
    (
        "ALLOWED_EMAIL_DOMAINS",
        lambda s: s.oidc_issuer and not s.allowed_email_domains and not s.allowed_groups,
        "say who may log in, such as example.com; or set ALLOWED_GROUPS; or give * for everyone with an account there",
    ),
    ("OIDC_SCOPES", lambda s: _has_login(s) and "openid" not in s.oidc_scopes.split(), "openid has to be one of them"),
    (
        "PUBLIC_URL",
        lambda s: _has_login(s) and not s.public_url and s.host not in LOOPBACK,
        "give the address that people use, such as https://desk.example.com",
    ),
    ("HOST", lambda s: not _has_login(s) and s.host not in LOOPBACK, f"{_ANYONE}; or set HOST=127.0.0.1"),
    (
        "PUBLIC_URL",
        lambda s: not _has_login(s) and s.public_url and urlsplit(s.public_url).hostname not in LOOPBACK,
        f"{_ANYONE}; or leave it out",
    ),
    (
        "REQUIRE_APPROVAL",
        lambda s: not _has_login(s) and s.require_approval,
        f"without a login the desk cannot tell one person from another; {_LOGIN}; or leave it out",
    ),
    *(
        (name.upper(), _names_users(name), f"without a login the desk knows nobody by name; {_LOGIN}; or leave it out")
        for name in ("allowed_email_domains", "allowed_groups", "viewers", "writers", "creators")
    ),
)
