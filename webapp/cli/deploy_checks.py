"""`autotune-desk doctor --deploy`: what is unsafe once other people use the desk."""

import stat
from collections.abc import Callable, Iterator
from shlex import quote
from urllib.parse import urlsplit

from ..config import Settings
from ..config.parsers import OFFICIAL_API
from ..config.urls import sqlite_file

MAX_IDLE, MAX_SESSION = 8 * 60, 24  # minutes, hours
ALL_NETWORKS = ("*", "0", "0.0.0.0", "::", "[::]")  # noqa: S104  # nosec B104

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def deploy_problems(settings: Settings) -> Iterator[str]:
    """One sentence per problem."""
    yield from (message for is_wrong, message in _CHECKS if is_wrong(settings))
    yield from _accessible_files(settings)


def _has_login(settings: Settings) -> bool:
    return bool(settings.oidc_issuer or settings.proxy_user_header)


def _admits_everyone(settings: Settings) -> bool:
    restricted = settings.allowed_email_domains and "*" not in settings.allowed_email_domains
    return _has_login(settings) and not restricted and not settings.allowed_groups


# Whether a setting is unsafe, and what to do.
_CHECKS: tuple[tuple[Callable[[Settings], bool], str], ...] = (
    (
        lambda s: not _has_login(s),
        "There is no login. Set OIDC_ISSUER with its client, or PROXY_USER_HEADER with PROXY_SECRET.",
    ),
    (lambda s: not s.on_tls, "PUBLIC_URL: users do not reach the desk by https. Put a TLS proxy in front of it."),
    (
        lambda s: s.host in ALL_NETWORKS,
        "HOST: every network of this machine can reach the desk without TLS. "
        "Use 127.0.0.1, or an address that only the TLS proxy can reach.",
    ),
    (
        lambda s: urlsplit(s.oidc_issuer).scheme == "http",
        "OIDC_ISSUER: logins are not encrypted. Use an https address.",
    ),
    (
        _admits_everyone,
        "ALLOWED_EMAIL_DOMAINS: everyone with an account at the issuer or the proxy may log in. "
        "Set your domains, or ALLOWED_GROUPS.",
    ),
    (
        lambda s: s.statsig_api_url != OFFICIAL_API,
        f"STATSIG_API_URL: this is not Statsig's own address, {OFFICIAL_API}. Leave it out.",
    ),
    (
        lambda s: s.respect_review_settings != "true",
        "RESPECT_REVIEW_SETTINGS: creates are sent without the header x-respect-review-settings: true. Statsig doesn't "
        "document what it does with it; set it to true, in case it matters for the project's reviews.",
    ),
    (
        lambda s: s.session_idle_minutes > MAX_IDLE,
        f"SESSION_IDLE_MINUTES: an unattended browser stays logged in for too long. Use {MAX_IDLE} at most.",
    ),
    (
        lambda s: s.session_hours > MAX_SESSION,
        f"SESSION_HOURS: someone who has left stays logged in for too long. Use {MAX_SESSION} at most.",
    ),
)


def _accessible_files(settings: Settings) -> Iterator[str]:
    """Secrets, drafts and keys that other accounts of this machine can access."""
    folder, database = settings.data_dir, sqlite_file(settings.database_url)
    files = [("DATA_DIR", path) for path in [folder, *sorted(folder.glob("*"))]]
    if settings.statsig_api_key_file:
        files.append(("STATSIG_API_KEY_FILE", settings.statsig_api_key_file))
    if database and database.parent != folder:
        files.append(("DATABASE_URL", database))
    for name, path in files:
        if path.exists() and path.stat().st_mode & _OTHERS:
            command = f"chmod go= {quote(str(path))}"
            yield f"{name}: other accounts of this machine can access {path.name}. Run: {command}"
