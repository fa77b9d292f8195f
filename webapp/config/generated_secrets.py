"""Secrets that are generated on the first start and stored in `DATA_DIR/secrets.env`."""

import fcntl
import os
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from cryptography.fernet import Fernet

_FILE, _LOCK = "secrets.env", "secrets.lock"
GENERATORS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "ENCRYPTION_KEYS": lambda: Fernet.generate_key().decode(),
}


def load_secrets(folder: Path, names: Collection[str]) -> dict[str, str]:
    """The stored secrets; generates and stores those that are missing.

    Processes that start together get the same: a lock lets one at a time write. Raises OSError or UnicodeDecodeError.
    """
    stored = _read(folder / _FILE)
    if not all(stored.get(name) for name in names):  # a complete file needs no lock: the folder may be read-only
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder / _LOCK):
            stored = _read(folder / _FILE)
            stored |= {name: GENERATORS[name]() for name in names if not stored.get(name)}
            _replace(folder / _FILE, stored)
    return {name: stored[name] for name in names}


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: value for name, equals, value in (line.partition("=") for line in lines) if equals}


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _replace(path: Path, values: Mapping[str, str]) -> None:
    new = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())  # before a Statsig key is encrypted with it
    new.replace(path)
