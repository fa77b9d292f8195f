"""Every setting, declared once: the attribute in capital letters is its name in the environment.

A new setting is one more line in `Settings`; what it must not be combined with is a line in `rules`.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from sqlalchemy import URL

from . import values as to
from .generated_secrets import GENERATORS, kept_secrets
from .rules import broken_rules
from .secret import Secret, looks_like_a_key
from .urls import http_origin

MISPLACED = "this looks like a Statsig key. Put it into STATSIG_API_KEY alone, and make a new one if it was seen."


class ConfigError(Exception):
    """One sentence a line, each naming the setting and what to do."""


@dataclass(frozen=True)
class Setting:
    """`default` is written as in the environment; `parse` raises ValueError with what to do.

    A `secret` is never shown, and may look like a key of Statsig; no other setting may. A `grouped` setting is a list
    at GROUPS_SEPARATOR, each item parsed by itself. An empty setting counts as left out, unless `may_be_empty`.
    """

    default: str
    purpose: str
    parse: Callable[[str], Any]
    secret: bool = False
    grouped: bool = False
    may_be_empty: bool = False
    name: str = ""

    def text(self, environ: Mapping[str, str]) -> str:
        given = environ.get(self.name)
        return self.default if given is None or (not given and not self.may_be_empty) else given


def _setting(default: str, purpose: str, parse: Callable[[str], Any] = str.strip, **more: Any) -> Any:
    declared = Setting(default, purpose, parse, **more)
    return field(metadata={"setting": declared}, repr=not declared.secret)


@dataclass(frozen=True, kw_only=True)
class Settings:
    host: str = _setting("127.0.0.1", "The address to listen on.", to.host)
    port: int = _setting("8000", "The port to listen on.", to.whole_number(1, 65535))
    data_dir: Path = _setting(
        "instance",
        "The folder of the SQLite database, the sandbox and the generated secrets.",
        to.folder,
    )
    secret_key: Secret = _setting(
        "", "Signs sessions. Generated on the first start and kept in `DATA_DIR`.", to.secret_key, secret=True
    )
    secret_key_fallbacks: tuple[Secret, ...] = _setting(
        "",
        "Former values of `SECRET_KEY`, separated by commas, that are still accepted while it is replaced.",
        to.old_secret_keys,
        secret=True,
    )
    encryption_keys: tuple[Secret, ...] = _setting(
        "",
        "Fernet keys that encrypt stored Statsig keys, newest first. Generated on the first start and kept.",
        to.encryption_keys,
        secret=True,
    )
    database_url: URL = _setting(
        "",
        "SQLAlchemy's URL of the database. Blank: SQLite in `DATA_DIR`. PostgreSQL needs `autotune-desk[postgres]`.",
        to.database_url,
        secret=True,
    )
    statsig_api_key: Secret | None = _setting(
        "", "A Statsig console key. With no key anywhere the desk runs in the sandbox.", to.api_key, secret=True
    )
    statsig_api_key_file: Path | None = _setting(
        "", "A file that holds the key, instead of `STATSIG_API_KEY`.", to.api_key_file
    )
    statsig_api_url: str = _setting(
        to.OFFICIAL_API, "Statsig's Console API. Plain http on this machine only.", to.api_url
    )
    statsig_project_name: str = _setting(
        "", "What pages call the Statsig project of that key. Blank: the project's ID.", to.project_name
    )
    respect_review_settings: str = _setting(
        "true",
        "Sent as `x-respect-review-settings`, as given. Empty: the header is not sent.",
        to.review_settings,
        may_be_empty=True,
    )
    threads: int = _setting("16", "How many requests are answered at the same time.", to.whole_number(1, 256))
    create_slots: int = _setting(
        "16",
        "How many creates may wait for Statsig at the same time; further ones are asked to try again.",
        to.whole_number(1, 256),
    )
    public_url: str = _setting(
        "",
        "The address that people use, such as `https://desk.example.com`: the only `Host` that is answered. "
        "Required with a login, unless `HOST` is this machine.",
        to.public_url,
    )
    oidc_issuer: str = _setting(
        "",
        "Login by OpenID Connect: the issuer's address. Register `PUBLIC_URL/login/callback` there.",
        to.issuer,
    )
    oidc_client_id: str = _setting("", "The client ID from the issuer.")
    oidc_client_secret: Secret | None = _setting("", "The client secret from the issuer.", to.secret, secret=True)
    oidc_scopes: str = _setting(
        "openid email profile", "The scopes requested from the issuer; some need `groups` here."
    )
    proxy_user_header: str = _setting(
        "", "Login by a proxy in front: the header with the user's e-mail address, such as `X-Auth-Email`.", to.header
    )
    proxy_groups_header: str = _setting(
        "", "The header in which that proxy lists the user's groups, separated by `GROUPS_SEPARATOR`.", to.header
    )
    proxy_secret: Secret | None = _setting(
        "",
        f"What that proxy sends as `{to.PROOF_HEADER}` with each request: 32 random characters or more.",
        to.proxy_secret,
        secret=True,
    )
    groups_separator: str = _setting(
        ",",
        "The character between the items of `ALLOWED_GROUPS`, `VIEWERS`, `WRITERS` and `CREATORS`, and between groups "
        "in the proxy's header or in an OpenID Connect claim. Set another one if names of groups contain commas.",
        to.separator,
    )
    allowed_email_domains: tuple[str, ...] = _setting(
        "",
        "E-mail domains that may log in, separated by commas; `*` is everyone with an account at the issuer.",
        to.email_domains,
    )
    allowed_groups: tuple[str, ...] = _setting(
        "", "Groups that may log in. With domains too, a user needs both.", str, grouped=True
    )
    viewers: tuple[str, ...] = _setting(
        "*", "Who can view: e-mail addresses, `@domain`, `group:name` or `*`.", to.role_member, grouped=True
    )
    writers: tuple[str, ...] = _setting("*", "Who can write drafts; includes viewing.", to.role_member, grouped=True)
    creators: tuple[str, ...] = _setting(
        "*", "Who can create in Statsig; includes writing.", to.role_member, grouped=True
    )
    require_approval: bool = _setting(
        "0", "`1`: an autotune is created by somebody other than its last editor.", to.yes_or_no
    )
    session_idle_minutes: int = _setting(
        "60", "After this long without a request a user logs in again.", to.whole_number(1, 24 * 60)
    )
    session_hours: int = _setting(
        "12", "After this long a user logs in again in any case.", to.whole_number(1, 24 * 31)
    )

    @property
    def on_tls(self) -> bool:
        """Whether people come by https, whatever is between them and the desk."""
        return self.public_url.startswith("https:")

    @property
    def key(self) -> Secret | None:
        """The key that was given directly or by its file; None leaves stored keys, or the sandbox."""
        return self.statsig_api_key

    @property
    def sandbox_file(self) -> Path:
        return self.data_dir / "sandbox.db"


SETTINGS = tuple(replace(each.metadata["setting"], name=each.name.upper()) for each in fields(Settings))


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Raises ConfigError with every problem at once."""
    misplaced = [each.name for each in SETTINGS if not each.secret and looks_like_a_key(environ.get(each.name, ""))]
    if misplaced:
        raise ConfigError("\n".join(f"{name}: {MISPLACED}" for name in misplaced))
    problems: list[str] = []
    values = _parse(environ, SETTINGS, problems)
    if "data_dir" in values:
        values |= _generated(values["data_dir"], environ, problems)
    problems += broken_rules(values)
    if problems:
        raise ConfigError("\n".join(problems))
    return Settings(**_completed(values))


def _generated(folder: Path, environ: Mapping[str, str], problems: list[str]) -> dict[str, Any]:
    missing = [setting for setting in SETTINGS if setting.name in GENERATORS and not environ.get(setting.name)]
    try:
        return _parse(kept_secrets(folder, [setting.name for setting in missing]), missing, problems)
    except OSError as error:
        problems.append(f"DATA_DIR: the desk cannot write to {folder} ({error.strerror}); give a folder that it can.")
    except UnicodeDecodeError:
        problems.append(f"DATA_DIR: {folder}/secrets.env is not a text file; restore it from a backup.")
    return {}


def _parse(environ: Mapping[str, str], settings: Iterable[Setting], problems: list[str]) -> dict[str, Any]:
    """The values by attribute, without bad ones and those still to be generated."""
    values: dict[str, Any] = {}
    for setting in settings:
        text = setting.text(environ)
        if not text and setting.name in GENERATORS:
            continue
        try:
            text.encode()  # bytes that are not UTF-8 arrive as surrogates
            with suppress(KeyError):  # a bad GROUPS_SEPARATOR is the one problem of the lists that it separates
                values[setting.name.lower()] = (
                    tuple(map(setting.parse, to.split_groups(text, values["groups_separator"])))
                    if setting.grouped
                    else setting.parse(text)
                )
        except UnicodeEncodeError:
            problems.append(f"{setting.name}: its bytes are not UTF-8; write it in UTF-8.")
        except ValueError as error:
            problems.append(f"{setting.name}: {error}.")
    return values


def _completed(values: Mapping[str, Any]) -> dict[str, Any]:
    """With what follows from other settings."""
    file, has_login = values["statsig_api_key_file"], values["oidc_issuer"] or values["proxy_user_header"]
    local_url = http_origin("http", values["host"], values["port"]) if has_login else ""
    return {
        **values,
        "statsig_api_key": to.api_key(file.read_text(encoding="utf-8")) if file else values["statsig_api_key"],
        "public_url": values["public_url"] or local_url,
        "database_url": values["database_url"] or URL.create("sqlite", database=str(values["data_dir"] / "desk.db")),
    }


def readme_table() -> str:
    """The settings as README's table shows them."""
    rows = [f"| `{each.name}` | {each.default and f'`{each.default}`'} | {each.purpose} |" for each in SETTINGS]
    return "\n".join(["| setting | default | what it is for |", "|---|---|---|", *rows])
