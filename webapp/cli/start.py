"""What every command begins with."""

import os
import time

import click

from ..autotunes import Desk
from ..config import ConfigError, Settings, read_settings
from ..store import Store


def settings_or_stop() -> Settings:
    """The settings of the environment; a bad one ends the command with what to do."""
    try:
        return read_settings(os.environ)
    except ConfigError as error:
        raise click.ClickException(f"the settings cannot be used.\n{error}") from None


def open_desk() -> Desk:
    """Brings the tables up to date first."""
    return Desk.open(settings_or_stop(), time.time)


def closed_desk() -> Desk:
    """The desk with its database as it stands. May raise ConfigError."""
    settings = read_settings(os.environ)
    return Desk(settings, Store(settings.database_url), time.time)
