"""Every setting, declared once in `Settings`. Combinations that are not allowed: `rules`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import regex
from sqlalchemy import URL

from . import parsers
from .generated_secrets import GENERATORS, load_secrets
from .rules import conflicts
from .secret import Secret, looks_like_key
from .urls import http_origin

MISPLACED = "this looks like a Statsig key. Set only STATSIG_API_KEY to it, and replace the key if anyone saw it"


class ConfigError(Exception):
    """One sentence per line, each with the setting and what to do."""


@dataclass(frozen=True)
class Setting:
    """`default` is text, as in the environment. `parse` raises ValueError with what to do.

    Only a `secret` may look like a Statsig key. `parse` of a `grouped` setting also gets GROUPS_SEPARATOR. An empty
    setting has its default, unless it `may_be_empty`.
    """

    default: str
    purpose: str
    parse: Callable[..., Any]
    secret: bool = False
    grouped: bool = False
    may_be_empty: bool = False
    name: str = ""

    def value(self, environ: Mapping[str, str]) -> Any:
        text = environ.get(self.name, self.default)
        if not text and not self.may_be_empty:
            text = self.default
        if looks_like_key(text) and not self.secret:
            raise ValueError(MISPLACED)
        if self.grouped:
            return self.parse(text, environ.get("GROUPS_SEPARATOR") or parsers.GROUPS_SEPARATOR)
        return self.parse(text)


def _setting(default: str, purpose: str, parse: Callable[..., Any] = str.strip, **more: Any) -> Any:
    return field(metadata={"setting": Setting(default, purpose, parse, **more)}, repr=not more.get("secret"))


def _secret(purpose: str, parse: Callable[[str], Any]) -> Any:
    return _setting("", purpose, parse, secret=True)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Each attribute is a setting; its name in the environment is in capital letters."""

    host: str = _setting("127.0.0.1", "The address to listen on.")
    port: int = _setting("8000", "The port to listen on.", parsers.integer(1, 65535))
    data_dir: Path = _setting(
        "instance", "The folder of the SQLite database, the sandbox and the generated secrets.", parsers.folder
    )
    secret_key: Secret = _secret(
        "Signs sessions. Generated on the first start and stored in `DATA_DIR`.", parsers.long_secret
    )
    secret_key_fallbacks: tuple[Secret, ...] = _secret(
        "Former values of `SECRET_KEY`, separated by commas, that are still accepted during a rotation.",
        parsers.list_of(parsers.long_secret),
    )
    encryption_keys: tuple[Secret, ...] = _secret(
        "Fernet keys that encrypt stored Statsig keys, newest first. Generated on the first start and stored in "
        "`DATA_DIR`.",
        parsers.encryption_keys,
    )
    database_url: URL = _secret(
        "The database, as an SQLAlchemy URL. Blank: SQLite in `DATA_DIR`. PostgreSQL requires "
        "`autotune-desk[postgres]`.",
        parsers.database_url,
    )
    statsig_api_key: Secret | None = _secret(
        "A Statsig console key. Without any key the desk runs in the sandbox.", parsers.api_key
    )
    statsig_api_key_file: Path | None = _setting(
        "", "A file that contains the key, instead of `STATSIG_API_KEY`.", parsers.optional_path
    )
    statsig_api_url: str = _setting(
        parsers.OFFICIAL_API, "Statsig's Console API. Plain http is allowed for this machine only.", parsers.http_url
    )
    statsig_project_name: str = _setting(
        "", "The name of that key's Statsig project on pages. Blank: the project's ID.", parsers.project_name
    )
    statsig_request_budget: int = _setting(
        "600",
        "Requests to a Statsig project in 15 minutes after which the desk reads nothing in the background. `0`: it "
        "never does, so there are no suggestions.",
        parsers.integer(0, 100_000),
    )
    respect_review_settings: str = _setting(
        "true",
        "The value of the header `x-respect-review-settings`. Empty: the header is not sent.",
        may_be_empty=True,
    )
    threads: int = _setting("16", "How many requests are handled at the same time.", parsers.integer(1, 256))
    create_slots: int = _setting(
        "16",
        "How many creates can wait for Statsig at the same time; beyond that, users are asked to try again.",
        parsers.integer(1, 256),
    )
    public_url: str = _setting(
        "",
        "The address that people use, such as `https://desk.example.com`: the only `Host` that is accepted. "
        "Required with a login, unless `HOST` is this machine.",
        parsers.public_url,
    )
    oidc_issuer: str = _setting(
        "",
        "Login by OpenID Connect: the address of the issuer. Register `PUBLIC_URL/login/callback` there.",
        parsers.http_url,
    )
    oidc_client_id: str = _setting("", "The client ID from the issuer.")
    oidc_client_secret: Secret | None = _secret("The client secret from the issuer.", parsers.secret)
    oidc_scopes: str = _setting(
        "openid email profile", "The scopes requested from the issuer; some need `groups` here."
    )
    proxy_user_header: str = _setting(
        "",
        "Login by a reverse proxy: the header with the user's email address, such as `X-Auth-Email`.",
        parsers.header,
    )
    proxy_groups_header: str = _setting(
        "", "The header in which that proxy lists the user's groups, separated by `GROUPS_SEPARATOR`.", parsers.header
    )
    proxy_secret: Secret | None = _secret(
        f"What that proxy sends as `{parsers.PROOF_HEADER}` with each request: at least 32 random characters.",
        parsers.long_secret,
    )
    groups_separator: str = _setting(
        parsers.GROUPS_SEPARATOR,
        "The character between the items of `ALLOWED_GROUPS`, `VIEWERS`, `WRITERS`, `CREATORS`, `STARTERS` and of each "
        "project, and between groups in the proxy's header or in an OpenID Connect claim. Use another one if names of "
        "groups contain commas.",
        parsers.separator,
    )
    allowed_email_domains: tuple[str, ...] = _setting(
        "",
        "Email domains that may log in, separated by commas; `*` is everyone with an account at the issuer.",
        parsers.email_domains,
    )
    allowed_groups: tuple[str, ...] = _setting(
        "", "Groups that may log in. With domains too, a user needs both.", parsers.list_of(str), grouped=True
    )
    viewers: tuple[str, ...] = _setting(
        "*", "Who can view: email addresses, `@domain`, `group:name` or `*`.", parsers.role_members, grouped=True
    )
    writers: tuple[str, ...] = _setting(
        "*",
        "Who can write drafts and templates, discard, archive and restore; includes viewing.",
        parsers.role_members,
        grouped=True,
    )
    creators: tuple[str, ...] = _setting(
        "*", "Who can create in Statsig; includes writing.", parsers.role_members, grouped=True
    )
    starters: tuple[str, ...] = _setting(
        "*", "Which of the creators can start and decide in Statsig.", parsers.role_members, grouped=True
    )
    creators_by_project: tuple[tuple[str, tuple[str, ...]], ...] = _setting(
        "",
        "Which of the creators can create in a Statsig project, such as "
        "`Web shop: group:growth, anna@example.com; Blog: group:content`. In projects that are not listed all can.",
        parsers.members_by_project,
        grouped=True,
    )
    starters_by_project: tuple[tuple[str, tuple[str, ...]], ...] = _setting(
        "",
        "The same for starting and deciding. In projects that are not listed, the starters who can create there can.",
        parsers.members_by_project,
        grouped=True,
    )
    require_approval: bool = _setting(
        "0",
        "`1`: someone other than its last editor must create an autotune, and someone other than who asked for it must "
        "confirm a start or a decision.",
        parsers.boolean,
    )
    name_pattern: regex.Pattern[str] | None = _setting(
        "", "A regular expression that the whole name of an autotune must match. Blank: any name.", parsers.name_pattern
    )
    name_pattern_hint: str = _setting(
        "",
        "How the form explains `NAME_PATTERN`, such as `team_what_goal, such as growth_cta_color`. Blank: the form "
        "shows the pattern.",
        parsers.hint,
    )
    required_fields: tuple[str, ...] = _setting(
        "",
        "Optional fields of the form that must be filled in, by their names in Statsig’s API, such as "
        "`description, linkedExperimentName`. Those that only contextual autotunes have are required for them alone.",
        parsers.list_of(str),
    )
    max_variants_allowed: int = _setting("100", "How many variants an autotune may have.", parsers.integer(2, 100))
    allowed_events: tuple[str, ...] = _setting(
        "", "The success events that may be used, separated by commas. Blank: any.", parsers.list_of(str)
    )
    requested_by: bool = _setting(
        "0",
        "`1`: adds who requested an autotune, and the link to its page, to the description that is sent to Statsig.",
        parsers.boolean,
    )
    link_days: int = _setting(
        "30", "Days for which a link to a form that is filled in can be opened.", parsers.integer(1, 3650)
    )
    session_idle_minutes: int = _setting(
        "60", "Minutes without a request after which a user must log in again.", parsers.integer(1, 24 * 60)
    )
    session_hours: int = _setting(
        "12", "Hours after which a user must log in again in any case.", parsers.integer(1, 24 * 31)
    )

    @property
    def on_tls(self) -> bool:
        """Whether users reach the desk by https, perhaps through a proxy."""
        return self.public_url.startswith("https:")

    @property
    def address(self) -> str:
        """Where people open the desk."""
        return self.public_url or http_origin("http", self.host, self.port)

    @property
    def sandbox_file(self) -> Path:
        return self.data_dir / "sandbox.db"


SETTINGS = tuple(replace(item.metadata["setting"], name=item.name.upper()) for item in fields(Settings))


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Raises ConfigError with every invalid value, or with every conflict between them."""
    missing = [setting for setting in SETTINGS if setting.name in GENERATORS and not environ.get(setting.name)]
    values = _parse(environ, [setting for setting in SETTINGS if setting not in missing])
    if problems := list(conflicts(SimpleNamespace(**values))):
        raise ConfigError("\n".join(problems))
    values |= _parse(_stored_secrets(values["data_dir"], missing), missing)
    return Settings(**_with_derived_values(values))


def _parse(environ: Mapping[str, str], settings: Iterable[Setting]) -> dict[str, Any]:
    """The values by attribute."""
    values, problems = {}, []
    for setting in settings:
        try:
            values[setting.name.lower()] = setting.value(environ)
        except ValueError as error:
            problems.append(f"{setting.name}: {error}.")
    if problems:
        raise ConfigError("\n".join(problems))
    return values


def _stored_secrets(folder: Path, settings: Iterable[Setting]) -> dict[str, str]:
    try:
        return load_secrets(folder, [setting.name for setting in settings])
    except OSError as error:
        message = f"DATA_DIR: the desk cannot write to {folder} ({error.strerror}); use a folder that it can."
        raise ConfigError(message) from None


def _with_derived_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """With the values that depend on other settings."""
    file, has_login = values["statsig_api_key_file"], values["oidc_issuer"] or values["proxy_user_header"]
    local_url = http_origin("http", values["host"], values["port"]) if has_login else ""
    try:
        key = parsers.read_key_file(file) if file else values["statsig_api_key"]
    except ValueError as error:
        raise ConfigError(f"STATSIG_API_KEY_FILE: {error}.") from None
    return {
        **values,
        "statsig_api_key": key,
        "public_url": values["public_url"] or local_url,
        "database_url": values["database_url"] or URL.create("sqlite", database=str(values["data_dir"] / "desk.db")),
    }
