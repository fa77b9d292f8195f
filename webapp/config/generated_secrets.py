"""Secrets that are generated on the first start and stored in `DATA_DIR/secrets.env`."""

import fcntl
import os
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path

from cryptography.fernet import Fernet

GENERATORS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "ENCRYPTION_KEYS": lambda: Fernet.generate_key().decode(),
}


def load_secrets(folder: Path, names: Collection[str]) -> dict[str, str]:
    """The stored secrets; generates and stores those that are missing. Raises OSError.

    Processes that start together get the same: a lock lets one at a time write.
    """
    path = folder / "secrets.env"
    stored = _read(path)
    if not all(stored.get(name) for name in names):  # a complete file needs no lock: the folder may be read-only
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "secrets.lock", "w", opener=_private) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            stored = _read(path)
            stored |= {name: GENERATORS[name]() for name in names if not stored.get(name)}
            _replace(path, stored)
    return {name: stored[name] for name in names}


def _read(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {name: value for name, equals, value in (line.partition("=") for line in lines) if equals}


def _replace(path: Path, values: Mapping[str, str]) -> None:
    new = path.with_suffix(".new")
    with open(new, "w", encoding="utf-8", opener=_private) as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
        file.flush()
        os.fsync(file.fileno())  # before a Statsig key is encrypted with it
    new.replace(path)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
