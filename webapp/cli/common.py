"""What the commands share."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click

from ..autotunes.services import Services
from ..config import ConfigError, read_settings
from ..store import KeyUnreadable, Store, StoreError
from ..store.errors import describe
from ..store.migrate import UnsupportedDatabase
from ..store.running_copies import OtherSecretKey

OTHER_KEY = "Add the encryption key it was stored with, or store the key again."


@contextmanager
def readable_errors() -> Iterator[None]:
    """Turns what an administrator can fix into a ClickException: a message instead of a traceback."""
    try:
        yield
    except ConfigError as error:
        raise click.ClickException(f"the settings are not valid.\n{error}") from None
    except StoreError as error:
        raise click.ClickException(describe(error)) from None
    except (UnsupportedDatabase, OtherSecretKey, KeyUnreadable) as error:
        raise click.ClickException(str(error)) from None


def open_services(migrated: bool = True) -> Services:
    """Migrates the database first, unless `migrated` is false."""
    settings = read_settings(os.environ)
    if migrated:
        services = Services.open(settings, time.time)
    else:
        services = Services(settings, Store(settings.database_url), time.time)
    if context := click.get_current_context(silent=True):
        context.call_on_close(services.store.close)
    return services
