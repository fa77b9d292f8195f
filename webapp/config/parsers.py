"""From the text of a setting to its value. Each parser raises ValueError, whose message says what to do."""

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

from cryptography.fernet import Fernet
from sqlalchemy import URL, Dialect, make_url
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from .secret import Secret
from .urls import http_origin, parse_http_url, sqlite_file

PROOF_HEADER = "X-Desk-Proxy-Secret"
OFFICIAL_API = "https://statsigapi.net/console/v1"
MIN_SECRET = 32  # characters
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


def _required_items(text: str, separator: str) -> tuple[str, ...]:
    items = split_list(text, separator)
    if text and not items:  # an empty list would restrict nothing
        raise ValueError("list at least one, or leave it out")
    return items


def split_groups(text: str, separator: str) -> tuple[str, ...]:
    """Like split_list, but refuses to cut a distinguished name such as `cn=pm,ou=groups,dc=example`."""
    items = _required_items(text, separator)
    if separator in ",;" and any(map(_DISTINGUISHED_NAME.fullmatch, items)):
        raise ValueError(
            f"this looks like a distinguished name cut at “{separator}”; separate the items of the group settings by "
            "another character, and set GROUPS_SEPARATOR to it, such as GROUPS_SEPARATOR='|'"
        )
    return items


def matching(pattern: re.Pattern[str], message: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(message)
        return text.strip() or text  # a space can be the separator of groups

    return parse


separator = matching(re.compile(r"[ !#$%&,/;^|~]"), "use one character such as , or ; or |")
host = matching(re.compile(r"[A-Za-z0-9.:%*\[\]_-]{1,255}"), "use an address of this machine, such as 127.0.0.1")
header = matching(
    re.compile(rf"(?!{PROOF_HEADER}$)[a-z][a-z0-9-]*|", re.IGNORECASE), "use the name of a header, such as X-Auth-Email"
)
project_name = matching(re.compile(r"[^\x00-\x1f\x7f-\x9f]{0,100}"), "use a name of up to 100 characters")
review_settings = matching(re.compile(r"[ -~]*"), "use a plain word, such as true, or nothing")


def integer(minimum: int, maximum: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not minimum <= int(text) <= maximum:
            raise ValueError(f"use a whole number from {minimum} to {maximum}")
        return int(text)

    return parse


def boolean(text: str) -> bool:
    if text.lower() not in ("0", "1", "false", "true"):
        raise ValueError("use 1 or 0")
    return text.lower() in ("1", "true")


def folder(text: str) -> Path:
    path = Path(text).absolute()
    if not str(path).isprintable():
        raise ValueError("use a folder whose path has no control characters")
    return path


def secret(text: str) -> Secret | None:
    return Secret(text.strip()) if text.strip() else None


def secret_key(text: str) -> Secret:
    if len(text) < MIN_SECRET:
        raise ValueError("use at least 32 random characters, or leave it out to generate one")
    return Secret(text)


def secret_key_fallbacks(text: str) -> tuple[Secret, ...]:
    keys = split_list(text, ",")
    if any(len(key) < MIN_SECRET for key in keys):
        raise ValueError(
            "list former values of SECRET_KEY, separated by commas, each of at least 32 characters. "
            "One that contains a comma cannot be listed: leave it out, and everyone logs in again"
        )
    return tuple(map(Secret, keys))


def encryption_keys(text: str) -> tuple[Secret, ...]:
    keys = split_list(text, ",")
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        keys = ()
    if not keys:
        raise ValueError("list Fernet keys, newest first, separated by commas; or leave it out to generate one")
    return tuple(map(Secret, keys))


def proxy_secret(text: str) -> Secret | None:
    if text.strip() and (len(text.strip()) < MIN_SECRET or not text.isascii()):
        raise ValueError("use at least 32 random characters, such as the output of `openssl rand -hex 32`")
    return secret(text)


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


def email_domains(text: str) -> tuple[str, ...]:
    domains = tuple(item.lower().removeprefix("@") for item in _required_items(text, ","))
    if any(domain != "*" and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", domain) for domain in domains):
        raise ValueError("list domains separated by commas, such as example.com, example.org")
    return domains


def role_member(text: str) -> str:
    if text.startswith("group:") and text != "group:":
        return text
    if text == "*" or re.fullmatch(r"[^@\s:*]*@[A-Za-z0-9.-]+", text):
        return text.lower()
    raise ValueError("each item must be an e-mail address, an @domain, a group:name or *")


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
