"""From a setting's text to its value. Each function raises ValueError, whose message says what to do."""

import re
import warnings
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl

from cryptography.fernet import Fernet
from sqlalchemy import URL, Dialect, make_url
from sqlalchemy.exc import SAWarning, SQLAlchemyError

from .secret import Secret, shown
from .urls import http_origin, parse_http_url, sqlite_file

PROOF_HEADER = "X-Desk-Proxy-Secret"
OFFICIAL_API = "https://statsigapi.net/console/v1"
_PUBLIC_URL = "https://desk.example.com"
_DATABASE_URL = "postgresql+psycopg://name:password@host/desk"
_SQLITE_URL = "sqlite:////srv/desk/desk.db"
_MIN_SECRET = 32  # characters


def split_list(text: str, separator: str) -> tuple[str, ...]:
    """The items without the spaces around them; blank ones are left out."""
    return tuple(item.strip() for item in text.split(separator) if item.strip())


def _named_items(text: str, separator: str) -> tuple[str, ...]:
    items = split_list(text, separator)
    if text and not items:  # an empty list would restrict nothing
        raise ValueError("name at least one, or leave it out")
    return items


def split_groups(text: str, separator: str) -> tuple[str, ...]:
    """Like split_list, but refuses to cut a distinguished name such as `cn=pm,ou=groups,dc=example`."""
    items = _named_items(text, separator)
    if separator in ",;" and any(re.fullmatch(r"(group:)?[A-Za-z0-9][\w.-]*\s*=[^,;@]*", item) for item in items):
        raise ValueError(
            f"this looks like a distinguished name cut at “{separator}”; separate the items of the group settings by "
            "another character, and name it in GROUPS_SEPARATOR, such as GROUPS_SEPARATOR='|'"
        )
    return items


def matching(pattern: re.Pattern[str], todo: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if not pattern.fullmatch(text):
            raise ValueError(todo)
        return text.strip() or text  # a space separates groups

    return parse


separator = matching(re.compile(r"[ !#$%&,/;^|~]"), "give one character such as , or ; or |")
host = matching(re.compile(r"[A-Za-z0-9.:%*\[\]_-]{1,255}"), "give an address of this machine, such as 127.0.0.1")
header = matching(
    re.compile(rf"(?!{PROOF_HEADER}$)[a-z][a-z0-9-]*|", re.IGNORECASE),
    "give the name of a header, such as X-Auth-Email",
)
project_name = matching(re.compile(r"[^\x00-\x1f\x7f-\x9f]{0,100}"), "give a name of up to 100 characters")
review_settings = matching(re.compile(r"[ -~]*"), "give a plain word, such as true, or nothing")


def whole_number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
            raise ValueError(f"give a whole number from {least} to {most}")
        return int(text)

    return parse


def yes_or_no(text: str) -> bool:
    if text.lower() not in ("0", "1", "false", "true"):
        raise ValueError("give 1 or 0")
    return text.lower() in ("1", "true")


def folder(text: str) -> Path:
    path = Path(text).absolute()
    if not str(path).isprintable():
        raise ValueError("give a folder whose path has no control characters")
    return path


def secret(text: str) -> Secret | None:
    return Secret(text.strip()) if text.strip() else None


def secret_key(text: str) -> Secret:
    if len(text) < _MIN_SECRET:
        raise ValueError("give at least 32 random characters, or leave it out and one is generated")
    return Secret(text)


def old_secret_keys(text: str) -> tuple[Secret, ...]:
    keys = split_list(text, ",")
    if any(len(key) < _MIN_SECRET for key in keys):
        raise ValueError(
            "give former values of SECRET_KEY, separated by commas, each of at least 32 characters. "
            "One that contains a comma cannot be listed; leave it out, and everybody logs in again"
        )
    return tuple(map(Secret, keys))


def encryption_keys(text: str) -> tuple[Secret, ...]:
    keys = split_list(text, ",")
    if not keys or not all(map(_is_fernet_key, keys)):
        raise ValueError("give Fernet keys, newest first, separated by commas; or leave it out and one is generated")
    return tuple(map(Secret, keys))


def _is_fernet_key(text: str) -> bool:
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def proxy_secret(text: str) -> Secret | None:
    if text.strip() and (len(text.strip()) < _MIN_SECRET or not text.isascii()):
        raise ValueError("give at least 32 random characters, such as `openssl rand -hex 32` makes")
    return secret(text)


def api_key(text: str) -> Secret | None:
    """A console key fit for a header. The error never repeats the key."""
    key = text.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError(
            "the key has characters that no Statsig key has; copy it again from Statsig's project settings"
        )
    return Secret(key) if key else None


def api_key_file(text: str) -> Path | None:
    """A file that holds a key: opened here once, so that the start fails early."""
    if not text:
        return None
    path = Path(text)
    try:
        if not path.is_file():  # a pipe can be read once only
            raise FileNotFoundError
        content = path.read_text(encoding="utf-8")
    except OSError:
        raise ValueError("there is no readable file at this path") from None
    except UnicodeDecodeError:
        content = ""
    if not _is_key(content):
        raise ValueError("the file holds no key; put the key alone into it")
    return path


def _is_key(text: str) -> bool:
    try:
        return api_key(text) is not None
    except ValueError:
        return False


def email_domains(text: str) -> tuple[str, ...]:
    domains = tuple(item.lower().removeprefix("@") for item in _named_items(text, ","))
    if any(domain != "*" and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", domain) for domain in domains):
        raise ValueError("give domains separated by commas, such as example.com, example.org")
    return domains


def role_member(text: str) -> str:
    if text.startswith("group:") and text != "group:":
        return text
    if text == "*" or re.fullmatch(r"[^@\s:*]*@[A-Za-z0-9.-]+", text):
        return text.lower()
    raise ValueError(f"{shown(text)} is not an e-mail address, an @domain, a group:name or *")


def public_url(text: str) -> str:
    if not text:
        return ""
    url = parse_http_url(text, _PUBLIC_URL)
    if url.path.strip("/"):
        raise ValueError("give it without a path: the desk needs a host name of its own")
    return http_origin(url.scheme, url.hostname or "", url.port)


def issuer(text: str) -> str:
    return parse_http_url(text, _PUBLIC_URL).geturl().rstrip("/") if text else ""


def api_url(text: str) -> str:
    return parse_http_url(text, OFFICIAL_API).geturl().rstrip("/")


def database_url(text: str) -> URL | None:
    if not text:
        return None
    try:
        url = make_url(text)
        dialect = url.get_dialect()
    except (SQLAlchemyError, ImportError, ValueError):
        raise ValueError(f"give an address such as {_DATABASE_URL}") from None
    _require_driver(url)
    if not _is_complete(text, url, dialect):
        raise ValueError(
            f"give an address such as {_DATABASE_URL} or {_SQLITE_URL}, with options that its driver knows"
        )
    return url


def _require_driver(url: URL) -> None:
    try:
        url.get_dialect().import_dbapi()
    except ImportError:
        if url.get_backend_name() != "postgresql":
            raise ValueError(f"give an address such as {_DATABASE_URL}") from None
        raise ValueError(
            'the driver of PostgreSQL is not installed; run pip install "autotune-desk[postgres]" '
            "and begin the address with postgresql+psycopg://"
        ) from None


def _is_complete(text: str, url: URL, dialect: type[Dialect]) -> bool:
    """Whether the driver accepts host and options; a database of SQLite must be a file, which stays after a stop."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", SAWarning)
            dialect().create_connect_args(url)
        if url.get_backend_name() == "sqlite":
            parse_qsl(text.partition("?")[2], strict_parsing=True)
            return _is_file(url)
    except (SQLAlchemyError, SAWarning, ValueError):
        return False
    return True


def _is_file(url: URL) -> bool:
    file = sqlite_file(url)
    return file is not None and file.name not in ("", ":memory:") and url.query.get("mode") != "memory"
