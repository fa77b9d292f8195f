"""What must hold beyond a good start before other people come in: `autotune-desk doctor --deploy`."""

from collections.abc import Callable, Iterator
from ipaddress import ip_address
from socket import AI_NUMERICHOST, gaierror, getaddrinfo
from urllib.parse import urlsplit

from ..config import Secret, Settings
from ..config.values import OFFICIAL_API
from .file_permissions import open_files

LONGEST_IDLE, LONGEST_SESSION = 8 * 60, 24  # minutes, hours
FEWEST_SIGNS = 8  # different ones in 32: chance alone gives fewer once in ten million hexadecimal secrets


def _has_login(known: Settings) -> bool:
    return bool(known.oidc_issuer or known.proxy_user_header)


def _lets_everybody_in(known: Settings) -> bool:
    named = known.allowed_email_domains and "*" not in known.allowed_email_domains
    return _has_login(known) and not named and not known.allowed_groups


def _is_every_address(known: Settings) -> bool:
    """However it is written: "0" is 0.0.0.0 as well. Looks no name up."""
    if known.host == "*":
        return True
    try:
        found = getaddrinfo(known.host.strip("[]"), None, flags=AI_NUMERICHOST)
    except gaierror:
        return False
    return any(ip_address(address[0]).is_unspecified for *_, address in found)


def _is_guessed(*secrets: Secret | None) -> bool:
    return any(secret and len(set(secret.reveal())) < FEWEST_SIGNS for secret in secrets)


# Whether a setting is bad for a desk that other people use, and what to do.
_Check = tuple[Callable[[Settings], bool], str]
_CHECKS: tuple[_Check, ...] = (
    (
        lambda known: not _has_login(known),
        "Nobody has to log in. Set OIDC_ISSUER with its client, or PROXY_USER_HEADER with PROXY_SECRET.",
    ),
    (lambda known: not known.on_tls, "PUBLIC_URL: people do not come by https. Put TLS in front and give its address."),
    (
        _is_every_address,
        "HOST: every network of this machine reaches the desk past TLS. "
        "Give 127.0.0.1, or the one address that only what is in front can reach.",
    ),
    (
        lambda known: urlsplit(known.oidc_issuer).scheme == "http",
        "OIDC_ISSUER: logins travel in the open. Give an https address.",
    ),
    (
        _lets_everybody_in,
        "ALLOWED_EMAIL_DOMAINS: everybody whom the issuer or the proxy knows may come in. "
        "Name your domains, or ALLOWED_GROUPS.",
    ),
    (
        lambda known: _is_guessed(known.secret_key),
        "SECRET_KEY: it can be guessed, as it has few different signs. Leave it out, and one is made and kept.",
    ),
    (
        lambda known: _is_guessed(*known.secret_key_fallbacks),
        "SECRET_KEY_FALLBACKS: one can be guessed, as it has few different characters. Take it out.",
    ),
    (
        lambda known: _is_guessed(*known.encryption_keys),
        "ENCRYPTION_KEYS: one can be guessed, as it has few different signs. Make a new one, then `keys rotate`.",
    ),
    (
        lambda known: _is_guessed(known.proxy_secret),
        "PROXY_SECRET: it can be guessed, as it has few different signs. Make one: openssl rand -hex 32.",
    ),
    (
        lambda known: known.statsig_api_url != OFFICIAL_API,
        f"STATSIG_API_URL: this is not Statsig's own address, {OFFICIAL_API}. Leave it out.",
    ),
    (
        lambda known: known.respect_review_settings != "true",
        "RESPECT_REVIEW_SETTINGS: creates don't carry the header x-respect-review-settings: true. Statsig doesn't "
        "document what it does with it; set it to true, in case it matters for the project's reviews.",
    ),
    (
        lambda known: known.session_idle_minutes > LONGEST_IDLE,
        f"SESSION_IDLE_MINUTES: a forgotten browser stays open for long. Give at most {LONGEST_IDLE}.",
    ),
    (
        lambda known: known.session_hours > LONGEST_SESSION,
        f"SESSION_HOURS: somebody who has left stays logged in for long. Give at most {LONGEST_SESSION}.",
    ),
)


def deploy_problems(settings: Settings) -> Iterator[str]:
    """One sentence for each thing that must be mended first."""
    yield from (words for is_bad, words in _CHECKS if is_bad(settings))
    yield from open_files(settings)
