"""What the commands share."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ..autotunes.services import Services
from ..config import ConfigError, Settings, read_settings
from ..store import Store
from ..store.migrate import NewerDatabase

OTHER_KEY = "Add the encryption key it was stored with, or store the key again."


def load_settings() -> Settings:
    """Invalid settings end the command with what to do."""
    try:
        return read_settings(os.environ)
    except ConfigError as error:
        raise click.ClickException(f"the settings are not valid.\n{error}") from None


@contextmanager
def startup_errors(settings: Settings) -> Iterator[None]:
    """Turns what keeps the desk from starting into a message without a traceback."""
    try:
        yield
    except NewerDatabase as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        where = f"{settings.host}:{settings.port}, with its data in {settings.data_dir}"
        raise click.ClickException(f"the desk cannot start at {where}: {error.strerror or error}.") from None


def open_services() -> Services:
    """Migrates the database first."""
    settings = load_settings()
    with startup_errors(settings):
        return _close_with_command(Services.open(settings, time.time))


def open_services_unmigrated() -> Services:
    """Leaves the database as it is. May raise ConfigError."""
    settings = read_settings(os.environ)
    return _close_with_command(Services(settings, Store(settings.database_url), time.time))


def _close_with_command(services: Services) -> Services:
    if context := click.get_current_context(silent=True):
        context.call_on_close(services.store.close)
    return services
