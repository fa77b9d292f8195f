"""The settings of who may come in, and which of them do not go together."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from .addresses import origin, web_address
from .secret import Secret, shown
from .setting import LOOPBACK, Setting, whole

PROOF_HEADER = "X-Desk-Proxy-Secret"
EVERYBODY = ("*",)
EXAMPLE = "https://desk.example.com"


@dataclass(frozen=True)
class LoginSettings:
    """`public_url` is scheme, host and port, without a slash at the end; blank where nobody logs in."""

    public_url: str
    oidc_issuer: str
    oidc_client_id: str
    oidc_client_secret: Secret | None
    oidc_scopes: str
    proxy_user_header: str
    proxy_groups_header: str
    proxy_secret: Secret | None
    allowed_email_domains: tuple[str, ...]
    allowed_groups: tuple[str, ...]
    viewers: tuple[str, ...]
    writers: tuple[str, ...]
    creators: tuple[str, ...]
    require_approval: bool
    session_idle_minutes: int
    session_hours: int

    @property
    def on_tls(self) -> bool:
        """Whether people come by https, whatever stands between them and the desk."""
        return self.public_url.startswith("https:")


def _public_url(text: str) -> str:
    if not text:
        return ""
    url = web_address(text, EXAMPLE)
    if url.path.strip("/"):
        raise ValueError("give it without a path: the desk has a host of its own")
    return origin(url)


def _issuer(text: str) -> str:
    return web_address(text, EXAMPLE).geturl().rstrip("/") if text else ""


def _secret(text: str) -> Secret | None:
    return Secret(text.strip()) if text.strip() else None


def _proxy_secret(text: str) -> Secret | None:
    secret = _secret(text)
    if secret and (len(secret.reveal()) < 32 or not secret.reveal().isascii()):
        raise ValueError("give at least 32 random characters, such as `openssl rand -hex 32` makes")
    return secret


def _header(text: str) -> str:
    if text and (not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", text) or text.lower() == PROOF_HEADER.lower()):
        raise ValueError("give the name of a header, such as X-Auth-Email")
    return text


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _domains(text: str) -> tuple[str, ...]:
    domains = tuple(part.lower().removeprefix("@") for part in _list(text))
    if any(domain != "*" and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", domain) for domain in domains):
        raise ValueError("give domains separated by commas, such as example.com, example.org")
    return domains


def _role(text: str) -> tuple[str, ...]:
    return tuple(_member(part) for part in _list(text))


def _member(part: str) -> str:
    if part.startswith("group:") and part.removeprefix("group:"):
        return part
    if part == "*" or re.fullmatch(r"[^@\s:*]*@[A-Za-z0-9.-]+", part):
        return part.lower()
    raise ValueError(f"{shown(part)} is not an e-mail address, an @domain, a group:name or *")


def _yes(text: str) -> bool:
    if text.lower() not in ("", "0", "1", "false", "true"):
        raise ValueError("give 1 or 0")
    return text.lower() in ("1", "true")


_minutes: Callable[[str], int] = partial(whole, least=1, most=24 * 60)
_hours: Callable[[str], int] = partial(whole, least=1, most=24 * 31)

LOGIN_SETTINGS = (
    Setting(
        "PUBLIC_URL",
        "",
        "The address that people use, such as `https://desk.example.com`: the only `Host` that is answered. "
        "Wanted with a login off this machine.",
        _public_url,
    ),
    Setting(
        "OIDC_ISSUER",
        "",
        "Login by OpenID Connect: the issuer's address. Register `PUBLIC_URL/login/callback` there.",
        _issuer,
    ),
    Setting("OIDC_CLIENT_ID", "", "The client id that the issuer gave.", str.strip),
    Setting("OIDC_CLIENT_SECRET", "", "The client secret that the issuer gave.", _secret, secret=True),
    Setting("OIDC_SCOPES", "openid email profile", "What is asked of the issuer; some want `groups` here.", str.strip),
    Setting(
        "PROXY_USER_HEADER",
        "",
        "Login by a proxy in front: the header in which it names the person's e-mail, such as `X-Auth-Email`.",
        _header,
    ),
    Setting(
        "PROXY_GROUPS_HEADER",
        "",
        "The header in which that proxy lists the person's groups, separated by commas.",
        _header,
    ),
    Setting(
        "PROXY_SECRET",
        "",
        f"What that proxy sends as `{PROOF_HEADER}` with each request: 32 random characters or more.",
        _proxy_secret,
        secret=True,
    ),
    Setting(
        "ALLOWED_EMAIL_DOMAINS",
        "",
        "Whose e-mail ends so may log in; `*` is everybody whom the issuer knows.",
        _domains,
    ),
    Setting(
        "ALLOWED_GROUPS", "", "Who is in one of these groups may log in. With domains too, both must be met.", _list
    ),
    Setting("VIEWERS", "*", "Who may look: e-mails, `@domain`, `group:name` or `*`, separated by commas.", _role),
    Setting("WRITERS", "*", "Who may write drafts; includes looking.", _role),
    Setting("CREATORS", "*", "Who may create in Statsig; includes writing.", _role),
    Setting("REQUIRE_APPROVAL", "0", "`1`: who creates must be somebody else than the last one who changed it.", _yes),
    Setting("SESSION_IDLE_MINUTES", "60", "After so long without a request a person logs in again.", _minutes),
    Setting("SESSION_HOURS", "12", "After so long a person logs in again in any case.", _hours),
)

_HOW = "set OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET, or PROXY_USER_HEADER and PROXY_SECRET"
_PEOPLE = ("allowed_email_domains", "allowed_groups", "viewers", "writers", "creators")


def login_problems(values: Mapping[str, Any]) -> Iterator[str]:
    """What does not go together, as sentences that say what to set."""
    oidc = [values[name] for name in ("oidc_issuer", "oidc_client_id", "oidc_client_secret")]
    proxy = [values[name] for name in ("proxy_user_header", "proxy_secret")]
    if any(oidc) and not all(oidc):
        yield "OIDC_ISSUER: it goes together with OIDC_CLIENT_ID and OIDC_CLIENT_SECRET; set all three, or none."
    if (any(proxy) or values["proxy_groups_header"]) and not all(proxy):
        yield "PROXY_USER_HEADER: it goes together with PROXY_SECRET; set both, or none."
    if any(oidc) and any(proxy):
        yield "PROXY_USER_HEADER: there is one way in; set either this or OIDC_ISSUER, not both."
    yield from _with_login(values) if any(oidc) or any(proxy) else _without_login(values)


def _with_login(values: Mapping[str, Any]) -> Iterator[str]:
    if values["oidc_issuer"] and not values["allowed_email_domains"] and not values["allowed_groups"]:
        yield (
            "ALLOWED_EMAIL_DOMAINS: say who may log in, such as example.com; or ALLOWED_GROUPS; "
            "or * for everybody whom the issuer knows."
        )
    if "openid" not in values["oidc_scopes"].split():
        yield "OIDC_SCOPES: openid has to be one of them."
    if not values["public_url"] and values["host"] not in LOOPBACK:
        yield "PUBLIC_URL: give the address that people use, such as https://desk.example.com."


def _without_login(values: Mapping[str, Any]) -> Iterator[str]:
    if values["host"] not in LOOPBACK:
        yield f"HOST: anybody could come in there, since there is no login; {_HOW}; or HOST=127.0.0.1."
    if values["public_url"] and urlsplit(values["public_url"]).hostname not in LOOPBACK:
        yield f"PUBLIC_URL: anybody could come in there, since there is no login; {_HOW}; or leave it out."
    if values["require_approval"]:
        yield f"REQUIRE_APPROVAL: without a login nobody can be told from anybody else; {_HOW}; or leave it out."
    for name in _PEOPLE:
        if values[name] not in ((), EVERYBODY):
            yield f"{name.upper()}: without a login nobody is known by name; {_HOW}; or leave it out."


def with_public_url(values: Mapping[str, Any]) -> str:
    """On loopback the address of a desk with a login is known without being told."""
    if values["public_url"] or not (values["oidc_issuer"] or values["proxy_user_header"]):
        return str(values["public_url"])
    host = f"[{values['host']}]" if ":" in values["host"] else values["host"]
    return _public_url(f"http://{host}:{values['port']}")
