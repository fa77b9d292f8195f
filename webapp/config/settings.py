"""Every setting: its name, what it is for, and how its text becomes a value.

A bad value stops the start with a sentence that says how to mend it.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from .addresses import web_address
from .files import with_secrets
from .login import LOGIN_SETTINGS, LoginSettings, login_problems, with_public_url
from .secret import Secret, looks_like_a_key
from .setting import Setting, whole

MISPLACED = "this looks like a Statsig key. Put it into STATSIG_API_KEY alone, and make a new one if it was seen."
OFFICIAL_API = "https://statsigapi.net/console/v1"


class ConfigError(Exception):
    """One sentence a line, each naming the setting and what to do."""


@dataclass(frozen=True)
class Settings(LoginSettings):
    host: str
    port: int
    data_dir: Path
    secret_key: Secret
    encryption_keys: tuple[Secret, ...]
    database_url: str = field(repr=False)  # it may hold a password
    statsig_api_key: Secret | None
    statsig_api_key_file: Path | None
    statsig_api_url: str
    respect_review_settings: str
    threads: int
    create_slots: int

    @property
    def key(self) -> Secret | None:
        """The key that was given directly or by its file; None leaves stored keys, or the sandbox."""
        return self.statsig_api_key

    @property
    def sandbox_file(self) -> Path:
        return self.data_dir / "sandbox.db"


def _host(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9.:%*\[\]_-]{1,255}", text):
        raise ValueError("give an address of this machine, such as 127.0.0.1")
    return text


def _port(text: str) -> int:
    return whole(text, 1, 65535)


def _count(text: str) -> int:
    return whole(text, 1, 256)


def _secret_key(text: str) -> Secret:
    if len(text) < 32:
        raise ValueError("give at least 32 random characters, or leave it out and one is made and kept")
    return Secret(text)


def _encryption_keys(text: str) -> tuple[Secret, ...]:
    keys = tuple(Secret(part.strip()) for part in text.split(",") if part.strip())
    if not keys or not all(_is_fernet_key(key.reveal()) for key in keys):
        raise ValueError("give Fernet keys, newest first, separated by commas; or leave it out")
    return keys


def _is_fernet_key(text: str) -> bool:
    try:
        Fernet(text)
    except ValueError:
        return False
    return True


def api_key(text: str) -> Secret | None:
    """A console key fit for a header. Raises ValueError, which never repeats the key."""
    key = text.strip()
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("the key holds signs that no key has; copy it again from Statsig's project settings")
    return Secret(key) if key else None


def _key_file(text: str) -> Path | None:
    if not text:
        return None
    path = Path(text)
    if not _is_readable(path):
        raise ValueError("there is no readable file at this path")
    return path


def _is_readable(path: Path) -> bool:
    try:
        return path.is_file() and os.access(path, os.R_OK)
    except OSError:  # a path that is too long, or leads through a folder that is closed
        return False


def _api_url(text: str) -> str:
    return web_address(text, OFFICIAL_API).geturl().rstrip("/")


def _database_url(text: str) -> str:
    try:
        if text:
            make_url(text).get_dialect().import_dbapi()
    except (SQLAlchemyError, ImportError, ValueError):
        raise ValueError("give an address such as postgresql+psycopg://name:password@host/desk") from None
    return text


def _review(text: str) -> str:
    if not text.isascii() or not text.isprintable():
        raise ValueError("give a plain word, such as true, or nothing")
    return text.strip()


SETTINGS = (
    Setting("HOST", "127.0.0.1", "The address to listen on.", _host),
    Setting("PORT", "8000", "The port to listen on.", _port),
    Setting("DATA_DIR", "instance", "The folder of the database, the sandbox and the made secrets.", Path),
    Setting(
        "SECRET_KEY", "", "Signs sessions. Made on the first run and kept in `DATA_DIR`.", _secret_key, secret=True
    ),
    Setting(
        "ENCRYPTION_KEYS",
        "",
        "Fernet keys that encrypt stored Statsig keys, newest first. Made on the first run and kept.",
        _encryption_keys,
        secret=True,
    ),
    Setting(
        "DATABASE_URL", "", "SQLAlchemy's address of the database. Blank: SQLite in `DATA_DIR`.", _database_url, True
    ),
    Setting(
        "STATSIG_API_KEY",
        "",
        "A Statsig console key. With no key anywhere the desk runs in the sandbox.",
        api_key,
        secret=True,
    ),
    Setting("STATSIG_API_KEY_FILE", "", "A file that holds the key, instead of `STATSIG_API_KEY`.", _key_file),
    Setting("STATSIG_API_URL", OFFICIAL_API, "Statsig's Console API. Plain http on this machine only.", _api_url),
    Setting(
        "RESPECT_REVIEW_SETTINGS",
        "true",
        "Sent as `x-respect-review-settings`, as it stands. Empty: the header is not sent.",
        _review,
    ),
    Setting("THREADS", "16", "How many requests are answered at the same time.", _count),
    Setting(
        "CREATE_SLOTS",
        "16",
        "How many creates may wait for Statsig at the same time; more are told to try again.",
        _count,
    ),
    *LOGIN_SETTINGS,
)


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Raises ConfigError with every problem at once."""
    if misplaced := [
        each.name for each in SETTINGS if not each.secret and looks_like_a_key(environ.get(each.name, ""))
    ]:
        raise ConfigError("\n".join(f"{name}: {MISPLACED}" for name in misplaced))
    folder = Path(environ.get("DATA_DIR") or "instance")
    try:
        environ = with_secrets(environ, folder)
    except OSError as error:
        raise ConfigError(f"DATA_DIR: {folder} cannot be written ({error.strerror}); name a folder that can.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"DATA_DIR: {folder} cannot be used (secrets.env is no text); put it right.") from None
    problems: list[str] = []
    values = {setting.name.lower(): _value(setting, environ, problems) for setting in SETTINGS}
    if not problems:
        values["statsig_api_key"] = _key(values, problems)
        problems += login_problems(values)
    if problems:
        raise ConfigError("\n".join(problems))
    values["data_dir"] = values["data_dir"].absolute()
    values["public_url"] = with_public_url(values)
    values["database_url"] = values["database_url"] or f"sqlite:///{values['data_dir'] / 'desk.db'}"
    return Settings(**values)


def _value(setting: Setting, environ: Mapping[str, str], problems: list[str]) -> Any:
    # RESPECT_REVIEW_SETTINGS means something when empty; every other empty setting is one left out.
    text = environ.get(setting.name)
    if text is None or (not text and setting.name != "RESPECT_REVIEW_SETTINGS"):
        text = setting.default
    try:
        return setting.read(text)
    except ValueError as error:
        problems.append(f"{setting.name}: {error}.")
        return None


def _key(values: Mapping[str, Any], problems: list[str]) -> Secret | None:
    if not values["statsig_api_key_file"]:
        return values["statsig_api_key"]  # type: ignore[no-any-return]
    if values["statsig_api_key"]:
        problems.append("STATSIG_API_KEY_FILE: give either this or STATSIG_API_KEY, not both.")
        return None
    try:
        key = api_key(values["statsig_api_key_file"].read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError):
        key = None
    if key is None:
        problems.append("STATSIG_API_KEY_FILE: the file holds no key; put the key alone into it.")
    return key
