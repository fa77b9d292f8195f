"""Secrets that come from files, and those that are made on the first run and kept."""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.fernet import Fernet

_FILE = "secrets.env"
_MAKERS: dict[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "ENCRYPTION_KEYS": lambda: Fernet.generate_key().decode(),
}


def with_secrets(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The environment, completed by the kept secrets; makes and keeps (mode 0600) what is nowhere given."""
    path = folder / _FILE
    given = {name: value for name, value in environ.items() if value}
    made = {name: make() for name, make in _MAKERS.items() if not (_read(path) | given).get(name)}
    if made:
        _keep(path, _read(path) | made)
    values = _read(path) | given  # read anew: another process may have been first
    return {**environ, **{name: values[name] for name in _MAKERS}}


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: value for name, sign, value in (line.partition("=") for line in lines) if sign}


def _keep(path: Path, values: Mapping[str, str]) -> None:
    """Writes the file whole, or leaves the one that another process wrote first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    if path.exists():
        draft.replace(path)
        return
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
