"""What must hold beyond a good start before other people come in: `autotune-desk doctor --deploy`."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from ..config import Settings
from ..config.settings import OFFICIAL_API

LONGEST_IDLE, LONGEST_SESSION = 8 * 60, 24  # minutes, hours

# Whether a setting is bad for a desk that other people use, and what to do.
_Check = tuple[Callable[[Settings], bool], str]
_CHECKS: tuple[_Check, ...] = (
    (
        lambda known: not (known.oidc_issuer or known.proxy_user_header),
        "Nobody has to log in. Set OIDC_ISSUER with its client, or PROXY_USER_HEADER with PROXY_SECRET.",
    ),
    (lambda known: not known.on_tls, "PUBLIC_URL: people do not come by https. Put TLS in front and give its address."),
    (
        lambda known: urlsplit(known.oidc_issuer).scheme == "http",
        "OIDC_ISSUER: logins travel in the open. Give an https address.",
    ),
    (
        lambda known: known.allowed_email_domains == ("*",) and not known.allowed_groups,
        "ALLOWED_EMAIL_DOMAINS: everybody whom the issuer knows may come in. Name your domains or groups.",
    ),
    (
        lambda known: known.statsig_api_url != OFFICIAL_API,
        f"STATSIG_API_URL: this is not Statsig's own address, {OFFICIAL_API}. Leave it out.",
    ),
    (
        lambda known: known.respect_review_settings != "true",
        "RESPECT_REVIEW_SETTINGS: creates pass over the project's review rules. Set it to true.",
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
    yield from _open_files(settings.data_dir)


def _open_files(folder: Path) -> Iterator[str]:
    """The folder holds the drafts, and the secrets that open the stored keys."""
    for path in [folder, *sorted(folder.glob("*"))]:
        if path.exists() and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield f"DATA_DIR: others on this machine can reach {path.name}. Take that away: chmod go= {path.name}."
