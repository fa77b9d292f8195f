"""Every setting, declared once in `Settings`. Combinations that are not allowed: `rules`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import URL

from . import parsers as parse
from .generated_secrets import GENERATORS, load_secrets
from .rules import conflicts
from .secret import Secret, looks_like_key
from .urls import http_origin

MISPLACED = "this looks like a Statsig key. Set only STATSIG_API_KEY to it, and replace the key if anyone saw it."


class ConfigError(Exception):
    """One sentence per line, each with the setting and what to do."""


@dataclass(frozen=True)
class Setting:
    """`default` is text, as in the environment. `parse` raises ValueError with what to do.

    Only a `secret` may look like a Statsig key. A `grouped` setting is a list separated by GROUPS_SEPARATOR, and
    `parse` gets one item. An empty setting has its default, unless it `may_be_empty`.
    """

    default: str
    purpose: str
    parse: Callable[[str], Any]
    secret: bool = False
    grouped: bool = False
    may_be_empty: bool = False
    name: str = ""

    def text(self, environ: Mapping[str, str]) -> str:
        text = environ.get(self.name, self.default)
        return text if text or self.may_be_empty else self.default


def _setting(default: str, purpose: str, parse: Callable[[str], Any] = str.strip, **more: Any) -> Any:
    return field(
        metadata={"setting": Setting(default, purpose, parse, **more)}, repr=not more.get("secret"), kw_only=True
    )


def _secret(purpose: str, parse: Callable[[str], Any]) -> Any:
    return _setting("", purpose, parse, secret=True)


def _members(default: str, purpose: str, parse: Callable[[str], str]) -> Any:
    return _setting(default, purpose, parse, grouped=True)


@dataclass(frozen=True)
class Settings:
    """Each attribute is a setting; its name in the environment is in capital letters."""

    host: str = _setting("127.0.0.1", "The address to listen on.", parse.host)
    port: int = _setting("8000", "The port to listen on.", parse.integer(1, 65535))
    data_dir: Path = _setting(
        "instance", "The folder of the SQLite database, the sandbox and the generated secrets.", parse.folder
    )
    secret_key: Secret = _secret(
        "Signs sessions. Generated on the first start and stored in `DATA_DIR`.", parse.secret_key
    )
    secret_key_fallbacks: tuple[Secret, ...] = _secret(
        "Former values of `SECRET_KEY`, separated by commas, that are still accepted during a rotation.",
        parse.secret_key_fallbacks,
    )
    encryption_keys: tuple[Secret, ...] = _secret(
        "Fernet keys that encrypt stored Statsig keys, newest first. Generated on the first start and stored in "
        "`DATA_DIR`.",
        parse.encryption_keys,
    )
    database_url: URL = _secret(
        "The database, as an SQLAlchemy URL. Blank: SQLite in `DATA_DIR`. PostgreSQL requires "
        "`autotune-desk[postgres]`.",
        parse.database_url,
    )
    statsig_api_key: Secret | None = _secret(
        "A Statsig console key. Without any key the desk runs in the sandbox.", parse.api_key
    )
    statsig_api_key_file: Path | None = _setting(
        "", "A file that contains the key, instead of `STATSIG_API_KEY`.", parse.api_key_file
    )
    statsig_api_url: str = _setting(
        parse.OFFICIAL_API, "Statsig's Console API. Plain http is allowed for this machine only.", parse.api_url
    )
    statsig_project_name: str = _setting(
        "", "The name of that key's Statsig project on pages. Blank: the project's ID.", parse.project_name
    )
    respect_review_settings: str = _setting(
        "true",
        "The value of the header `x-respect-review-settings`. Empty: the header is not sent.",
        parse.review_settings,
        may_be_empty=True,
    )
    threads: int = _setting("16", "How many requests are handled at the same time.", parse.integer(1, 256))
    create_slots: int = _setting(
        "16",
        "How many creates can wait for Statsig at the same time; beyond that, users are asked to try again.",
        parse.integer(1, 256),
    )
    public_url: str = _setting(
        "",
        "The address that people use, such as `https://desk.example.com`: the only `Host` that is accepted. "
        "Required with a login, unless `HOST` is this machine.",
        parse.public_url,
    )
    oidc_issuer: str = _setting(
        "",
        "Login by OpenID Connect: the address of the issuer. Register `PUBLIC_URL/login/callback` there.",
        parse.issuer,
    )
    oidc_client_id: str = _setting("", "The client ID from the issuer.")
    oidc_client_secret: Secret | None = _secret("The client secret from the issuer.", parse.secret)
    oidc_scopes: str = _setting(
        "openid email profile", "The scopes requested from the issuer; some need `groups` here."
    )
    proxy_user_header: str = _setting(
        "",
        "Login by a reverse proxy: the header with the user's e-mail address, such as `X-Auth-Email`.",
        parse.header,
    )
    proxy_groups_header: str = _setting(
        "", "The header in which that proxy lists the user's groups, separated by `GROUPS_SEPARATOR`.", parse.header
    )
    proxy_secret: Secret | None = _secret(
        f"What that proxy sends as `{parse.PROOF_HEADER}` with each request: at least 32 random characters.",
        parse.proxy_secret,
    )
    groups_separator: str = _setting(
        ",",
        "The character between the items of `ALLOWED_GROUPS`, `VIEWERS`, `WRITERS` and `CREATORS`, and between groups "
        "in the proxy's header or in an OpenID Connect claim. Use another one if names of groups contain commas.",
        parse.separator,
    )
    allowed_email_domains: tuple[str, ...] = _setting(
        "",
        "E-mail domains that may log in, separated by commas; `*` is everyone with an account at the issuer.",
        parse.email_domains,
    )
    allowed_groups: tuple[str, ...] = _members("", "Groups that may log in. With domains too, a user needs both.", str)
    viewers: tuple[str, ...] = _members(
        "*", "Who can view: e-mail addresses, `@domain`, `group:name` or `*`.", parse.role_member
    )
    writers: tuple[str, ...] = _members("*", "Who can write drafts; includes viewing.", parse.role_member)
    creators: tuple[str, ...] = _members("*", "Who can create in Statsig; includes writing.", parse.role_member)
    require_approval: bool = _setting(
        "0", "`1`: someone other than its last editor must create an autotune.", parse.boolean
    )
    session_idle_minutes: int = _setting(
        "60", "Minutes without a request after which a user must log in again.", parse.integer(1, 24 * 60)
    )
    session_hours: int = _setting(
        "12", "Hours after which a user must log in again in any case.", parse.integer(1, 24 * 31)
    )

    @property
    def on_tls(self) -> bool:
        """Whether users reach the desk by https, perhaps through a proxy."""
        return self.public_url.startswith("https:")

    @property
    def key(self) -> Secret | None:
        """The key from the environment or its file; None: stored keys or the sandbox are used."""
        return self.statsig_api_key

    @property
    def sandbox_file(self) -> Path:
        return self.data_dir / "sandbox.db"


SETTINGS = tuple(replace(item.metadata["setting"], name=item.name.upper()) for item in fields(Settings))


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Raises ConfigError with every invalid value, or with every conflict between them."""
    problems = [
        f"{setting.name}: {MISPLACED}"
        for setting in SETTINGS
        if not setting.secret and looks_like_key(environ.get(setting.name, ""))
    ]
    _raise(problems)
    values = _parse(environ, SETTINGS, problems)
    if "data_dir" in values:
        values |= _generated(values["data_dir"], environ, problems)
    _raise(problems)
    _raise(list(conflicts(SimpleNamespace(**values))))
    return Settings(**_completed(values))


def _raise(problems: list[str]) -> None:
    if problems:
        raise ConfigError("\n".join(problems))


def _generated(folder: Path, environ: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    missing = [setting for setting in SETTINGS if setting.name in GENERATORS and not environ.get(setting.name)]
    try:
        return _parse(load_secrets(folder, [setting.name for setting in missing]), missing, problems)
    except OSError as error:
        problems.append(f"DATA_DIR: the desk cannot write to {folder} ({error.strerror}); use a folder that it can.")
    except UnicodeDecodeError:
        problems.append(f"DATA_DIR: {folder}/secrets.env is not a text file; restore it from a backup.")
    return {}


def _parse(environ: Mapping[str, str], settings: Iterable[Setting], problems: list[str]) -> dict[str, Any]:
    """The values by attribute, without those that are invalid or still to be generated."""
    values: dict[str, Any] = {}
    for setting in settings:
        text, separator = setting.text(environ), values.get("groups_separator")
        if (not text and setting.name in GENERATORS) or (setting.grouped and not separator):
            continue
        try:
            text.encode()  # bytes that are not UTF-8 arrive as surrogates
            items = parse.split_groups(text, separator) if setting.grouped and separator else ()
            values[setting.name.lower()] = tuple(map(setting.parse, items)) if setting.grouped else setting.parse(text)
        except UnicodeEncodeError:
            problems.append(f"{setting.name}: its bytes are not UTF-8; encode it in UTF-8.")
        except ValueError as error:
            problems.append(f"{setting.name}: {error}.")
    return values


def _completed(values: Mapping[str, Any]) -> dict[str, Any]:
    """With the values that depend on other settings."""
    file, has_login = values["statsig_api_key_file"], values["oidc_issuer"] or values["proxy_user_header"]
    local_url = http_origin("http", values["host"], values["port"]) if has_login else ""
    return {
        **values,
        "statsig_api_key": parse.api_key(file.read_text(encoding="utf-8")) if file else values["statsig_api_key"],
        "public_url": values["public_url"] or local_url,
        "database_url": values["database_url"] or URL.create("sqlite", database=str(values["data_dir"] / "desk.db")),
    }


def readme_table() -> str:
    """The table of settings in README."""
    rows = [f"| `{item.name}` | {item.default and f'`{item.default}`'} | {item.purpose} |" for item in SETTINGS]
    return "\n".join(["| setting | default | what it is for |", "|---|---|---|", *rows])
