"""From the text of a setting to its value. Each parser raises ValueError, whose message says what to do."""

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl

from sqlalchemy import URL, Dialect, make_url
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from .secret import Secret
from .urls import http_origin, parse_http_url, sqlite_file

T = TypeVar("T")

PROOF_HEADER = "X-Desk-Proxy-Secret"
OFFICIAL_API = "https://statsigapi.net/console/v1"
_PUBLIC_URL = "https://desk.example.com"
_DATABASE_HELP = (
    "use an address such as postgresql+psycopg://name:password@host/desk or sqlite:////srv/desk/desk.db, "
    "with options that its driver knows"
)
_DRIVER_HELP = (
    'the driver of PostgreSQL is not installed; run pip install "autotune-desk[postgres]" '
    "and begin the address with postgresql+psycopg://"
)
_DISTINGUISHED_NAME = re.compile(r"(group:)?[A-Za-z0-9][\w.-]*\s*=[^,;@]*")  # the first part of one, cut at its commas


def split_list(text: str, separator: str) -> tuple[str, ...]:
    """The items, stripped; blank ones are left out."""
    return tuple(item.strip() for item in text.split(separator) if item.strip())


def required_items(text: str, separator: str = ",") -> tuple[str, ...]:
    items = split_list(text, separator)
    if text and not items:  # an empty list would restrict nothing
        raise ValueError("list at least one, or leave it out")
    return items


def split_groups(text: str, separator: str) -> tuple[str, ...]:
    """Like split_list, but refuses to cut a distinguished name such as `cn=pm,ou=groups,dc=example`."""
    items = required_items(text, separator)
    if separator in ",;" and any(map(_DISTINGUISHED_NAME.fullmatch, items)):
        raise ValueError(
            f"this looks like a distinguished name cut at “{separator}”; separate the items of the group settings by "
            "another character, and set GROUPS_SEPARATOR to it, such as GROUPS_SEPARATOR='|'"
        )
    return items


def matching(pattern: re.Pattern[str], message: str, convert: Callable[[str], T]) -> Callable[[str], T]:
    def parse(text: str) -> T:
        if not pattern.fullmatch(text):
            raise ValueError(message)
        return convert(text)

    return parse


def list_of(parse_item: Callable[[str], T]) -> Callable[[str], tuple[T, ...]]:
    return lambda text: tuple(map(parse_item, required_items(text)))


def secret(text: str) -> Secret | None:
    return Secret(text.strip()) if text.strip() else None


def folder(text: str) -> Path:
    return Path(text).absolute()


separator = matching(re.compile(r"[ !#$%&,/;^|~]"), "use one character such as , or ; or |", str)
host = matching(re.compile(r"[A-Za-z0-9.:%*\[\]_-]{1,255}"), "use an address of this machine, such as 127.0.0.1", str)
header = matching(
    re.compile(rf"(?!{PROOF_HEADER}$)[a-z][a-z0-9-]*|", re.IGNORECASE),
    "use the name of a header, such as X-Auth-Email",
    str,
)
project_name = matching(re.compile(r"[^\x00-\x1f\x7f-\x9f]{0,100}"), "use a name of up to 100 characters", str.strip)
review_settings = matching(re.compile(r"[ -~]*"), "use a plain word, such as true, or nothing", str.strip)
boolean = matching(
    re.compile(r"[01]|true|false", re.IGNORECASE), "use 1 or 0", lambda text: text.lower() in ("1", "true")
)
secret_key = matching(
    re.compile(r".{32,}", re.DOTALL), "use at least 32 random characters, or leave it out to generate one", Secret
)
secret_key_fallbacks = list_of(
    matching(
        re.compile(r".{32,}", re.DOTALL),
        "list former values of SECRET_KEY, separated by commas, each of at least 32 characters. "
        "One that contains a comma cannot be listed: leave it out, and everyone logs in again",
        Secret,
    )
)
encryption_keys = list_of(
    matching(
        re.compile(r"[A-Za-z0-9+/_-]{43}="),
        "list Fernet keys, newest first, separated by commas; or leave it out to generate one",
        Secret,
    )
)
proxy_secret = matching(
    re.compile(r"\s*(?:[ -~]{32,})?\s*"),
    "use at least 32 random characters, such as the output of `openssl rand -hex 32`",
    secret,
)
email_domains = list_of(
    matching(
        re.compile(r"@?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\*"),
        "list domains separated by commas, such as example.com, example.org",
        lambda text: text.lower().removeprefix("@"),
    )
)
role_member = matching(
    re.compile(r"\*|group:.+|[^@\s:*]*@[A-Za-z0-9.-]+"),
    "each item must be an e-mail address, an @domain, a group:name or *",
    lambda text: text if text.startswith("group:") else text.lower(),
)


def integer(minimum: int, maximum: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not minimum <= int(text) <= maximum:
            raise ValueError(f"use a whole number from {minimum} to {maximum}")
        return int(text)

    return parse


def api_key(text: str) -> Secret | None:
    """A console key that is a valid header. The error does not contain the key."""
    key = text.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError(
            "the key has characters that no Statsig key has; copy it again from Statsig's project settings"
        )
    return Secret(key) if key else None


def api_key_file(text: str) -> Path | None:
    """Reads the file once, so that the start fails early."""
    path = Path(text)
    if not text:
        return None
    try:
        if not path.is_file():  # a pipe can be read only once
            raise FileNotFoundError
        key = api_key(path.read_text(encoding="utf-8"))
    except OSError:
        raise ValueError("there is no readable file at this path") from None
    except ValueError:
        key = None
    if key is None:
        raise ValueError("the file must contain the key and nothing else")
    return path


def public_url(text: str) -> str:
    if not text:
        return ""
    url = parse_http_url(text, _PUBLIC_URL)
    if url.path.strip("/"):
        raise ValueError("leave out the path: the desk needs a host name of its own")
    return http_origin(url.scheme, url.hostname or "", url.port)


def issuer(text: str) -> str:
    return parse_http_url(text, _PUBLIC_URL).geturl().rstrip("/") if text else ""


def api_url(text: str) -> str:
    return parse_http_url(text, OFFICIAL_API).geturl().rstrip("/")


def database_url(text: str) -> URL | None:
    """Also checks that the driver is installed and accepts the options."""
    if not text:
        return None
    try:
        url = make_url(text)
        dialect = url.get_dialect()
    except (SQLAlchemyError, ImportError, ValueError):
        raise ValueError(_DATABASE_HELP) from None
    _require_driver(dialect)
    if not _is_usable(text, url, dialect):
        raise ValueError(_DATABASE_HELP)
    return url


def _require_driver(dialect: type[Dialect]) -> None:
    try:
        dialect.import_dbapi()
    except ImportError:
        raise ValueError(_DRIVER_HELP if dialect.name == "postgresql" else _DATABASE_HELP) from None


def _is_usable(text: str, url: URL, dialect: type[Dialect]) -> bool:
    """Whether the driver accepts host and options; SQLite's database must be a file, not memory."""
    try:
        with warnings.catch_warnings(action="error", category=SAWarning):
            dialect().create_connect_args(url)
        if dialect.name != "sqlite":
            return True
        parse_qsl(text.partition("?")[2], strict_parsing=True)
    except (SQLAlchemyError, SAWarning, ValueError):
        return False
    file = sqlite_file(url)
    return file is not None and file.name not in ("", ":memory:") and url.query.get("mode") != "memory"
