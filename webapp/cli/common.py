"""What every command begins with."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ..autotunes.services import Services
from ..config import ConfigError, Settings, read_settings
from ..store import Store
from ..store.migrate import NewerDatabase

OTHER_KEY = "Add the encryption key that it was kept with, or keep the key anew."


def settings_or_stop() -> Settings:
    """The settings of the environment; a bad one ends the command with what to do."""
    try:
        return read_settings(os.environ)
    except ConfigError as error:
        raise click.ClickException(f"the settings cannot be used.\n{error}") from None


@contextmanager
def plain_words(settings: Settings) -> Iterator[None]:
    """What keeps the desk from starting ends the command with a sentence, not with a traceback."""
    try:
        yield
    except NewerDatabase as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        where = f"{settings.host}:{settings.port}, with its data in {settings.data_dir}"
        raise click.ClickException(f"the desk cannot start at {where}: {error.strerror or error}.") from None


def open_desk() -> Services:
    """Brings the tables up to date first."""
    settings = settings_or_stop()
    with plain_words(settings):
        return _closing(Services.open(settings, time.time))


def closed_desk() -> Services:
    """The desk with its database as it stands. May raise ConfigError."""
    settings = read_settings(os.environ)
    return _closing(Services(settings, Store(settings.database_url), time.time))


def _closing(services: Services) -> Services:
    """Its connections end with the command."""
    if command := click.get_current_context(silent=True):
        command.call_on_close(services.store.close)
    return services
