"""From the text of a setting to its value. Each parser raises ValueError, whose message says what to do."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import regex
from sqlalchemy import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from .secret import Secret
from .urls import http_origin, parse_http_url

T = TypeVar("T")

PROOF_HEADER = "X-Desk-Proxy-Secret"
OFFICIAL_API = "https://statsigapi.net/console/v1"
GROUPS_SEPARATOR = ","
PROJECTS_SEPARATOR = ";"
MAX_PATTERN = 200  # characters
_DATABASE_HELP = (
    "use an address such as postgresql+psycopg://name:password@host/desk or sqlite:////srv/desk/desk.db, "
    "for SQLite without options"
)
_DRIVER_HELP = (
    'the driver of PostgreSQL is not installed; run pip install "autotune-desk[postgres]" '
    "and begin the address with postgresql+psycopg://"
)


def split_list(text: str, separator: str) -> tuple[str, ...]:
    """The items, stripped; blank ones are left out."""
    return tuple(item.strip() for item in text.split(separator) if item.strip())


def matching(pattern: str, message: str, convert: Callable[[str], T]) -> Callable[[str], T]:
    def parse(text: str) -> T:
        if not re.fullmatch(pattern, text):
            raise ValueError(message)
        return convert(text)

    return parse


def list_of(parse_item: Callable[[str], T]) -> Callable[..., tuple[T, ...]]:
    def parse(text: str, separator: str = ",") -> tuple[T, ...]:
        items = split_list(text, separator)
        if text and not items:  # an empty list would restrict nothing
            raise ValueError("list at least one, or leave it out")
        return tuple(map(parse_item, items))

    return parse


def folder(text: str) -> Path:
    return Path(text).absolute()


def optional_path(text: str) -> Path | None:
    return Path(text) if text else None


def secret(text: str) -> Secret | None:
    return Secret(text.strip()) if text.strip() else None


def long_secret(text: str) -> Secret | None:
    if text and len(text.strip()) < 32:
        raise ValueError("use at least 32 random characters, such as the output of `openssl rand -hex 32`")
    return secret(text)


separator = matching(r"[ !#$%&,/;^|~]", "use one character such as , or ; or |", str)
header = matching(r"(?i)([a-z][a-z0-9-]*)?", "use the name of a header, such as X-Auth-Email", str)
project_name = matching(r".{0,100}", "use a name of up to 100 characters", str.strip)
hint = matching(r".{0,200}", "use one line of up to 200 characters", lambda text: text.strip().rstrip("."))
boolean = matching(r"(?i)[01]|true|false", "use 1 or 0", lambda text: text.lower() in ("1", "true"))
encryption_keys = list_of(
    matching(
        r"[A-Za-z0-9+/_-]{43}=",
        "list Fernet keys, newest first, separated by commas; or leave it out to generate one",
        Secret,
    )
)
email_domains = list_of(
    matching(
        r"@?[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*|\*",
        "list domains separated by commas, such as example.com, example.org",
        lambda text: text.lower().removeprefix("@"),
    )
)
role_members = list_of(
    matching(
        r"\*|group:.+|[^@\s:*]*@[A-Za-z0-9.-]+",
        "each item must be an email address, an @domain, a group:name or *, separated by GROUPS_SEPARATOR",
        lambda text: text if text.startswith("group:") else text.lower(),
    )
)


def members_by_project(text: str, separator: str = ",") -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The members of each project in a text such as `Web shop: group:growth, anna@example.com; Other: group:x`."""
    if text and separator == PROJECTS_SEPARATOR:
        raise ValueError(f"projects are separated by {PROJECTS_SEPARATOR}: set GROUPS_SEPARATOR to another character")
    entries = tuple(_project_members(entry, separator) for entry in split_list(text, PROJECTS_SEPARATOR))
    if text and not entries:
        raise ValueError("list at least one project, or leave it out")
    names = [project_key(name) for name, _ in entries]
    if len(set(names)) < len(names):
        raise ValueError("list each project once, with all its members")
    return entries


def _project_members(entry: str, separator: str) -> tuple[str, tuple[str, ...]]:
    name, colon, members = entry.partition(":")
    if not (colon and name.strip() and members.strip()):
        raise ValueError("write the name of a project, a colon and its members, such as Web shop: group:growth")
    return name.strip(), role_members(members, separator)


def project_key(name: str) -> str:
    """What the names of a project in the settings and elsewhere have in common: neither case nor spaces count."""
    return " ".join(name.split()).casefold()


def integer(minimum: int, maximum: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch("[0-9]{1,9}", text) or not minimum <= int(text) <= maximum:
            raise ValueError(f"use a whole number from {minimum} to {maximum}")
        return int(text)

    return parse


def name_pattern(text: str) -> regex.Pattern[str] | None:
    if len(text) > MAX_PATTERN:
        raise ValueError(f"shorten this to {MAX_PATTERN} characters")
    try:
        return regex.compile(text) if text else None
    except regex.error as error:
        raise ValueError(f"this is not a regular expression: {error}") from None


def api_key(text: str) -> Secret | None:
    """A console key that is a valid header. The error does not contain the key."""
    key = text.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError(
            "the key has characters that no Statsig key has; copy it again from Statsig's project settings"
        )
    return Secret(key) if key else None


def read_key_file(path: Path) -> Secret:
    try:
        key = api_key(path.read_text(encoding="utf-8"))
    except OSError:
        raise ValueError("there is no readable file at this path") from None
    except ValueError:
        key = None
    if key is None:
        raise ValueError("the file must contain the key and nothing else")
    return key


def http_url(text: str) -> str:
    return parse_http_url(text).geturl().rstrip("/") if text else ""


def public_url(text: str) -> str:
    if not text:
        return ""
    url = parse_http_url(text)
    if url.path.strip("/"):
        raise ValueError("leave out the path: the desk needs a host name of its own")
    return http_origin(url.scheme, url.hostname or "", url.port)


def database_url(text: str) -> URL | None:
    """Also checks that the driver is installed. SQLite's database must be a file, not memory."""
    if not text:
        return None
    try:
        url = make_url(text)
        dialect = url.get_dialect()
        dialect.import_dbapi()
    except ImportError:
        raise ValueError(_DRIVER_HELP if text.startswith("postgresql") else _DATABASE_HELP) from None
    except (SQLAlchemyError, ValueError):
        raise ValueError(_DATABASE_HELP) from None
    if dialect.name == "sqlite" and (url.host or url.query or url.database in (None, "", ":memory:")):
        raise ValueError(_DATABASE_HELP)
    return url
