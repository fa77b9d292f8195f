"""Starting the app in a process that serves it: `autotune-desk serve`, or a WSGI server's worker."""

import ctypes
from collections.abc import Callable
from contextlib import suppress

import click
from flask import Flask

from ..autotunes.services import Services
from ..config import Settings
from ..store.running_copies import OtherSecretKey, RunningCopy
from .common import OTHER_KEY, startup_errors
from .logs import start_logging

M_ARENA_MAX = -8  # as in malloc.h


def start_app(settings: Settings) -> tuple[Flask, Callable[[], None]]:
    """The app, and what closes it: that waits for creates under way, for at most 15 seconds.

    Raises ClickException, with one sentence for each reason, or StoreError where the app cannot start.
    """
    # Here, so that the other commands start without the pages.
    from .. import create_app  # noqa: PLC0415

    _limit_malloc_arenas()
    start_logging()
    with startup_errors(settings):
        app = create_app(settings)
        services: Services = app.extensions["services"]
        _require_readable_keys(services)
        copy = _register_copy(services)

    def close() -> None:
        copy.close()
        app.extensions["forecasts"].close()
        services.close()

    return app, close


def _require_readable_keys(services: Services) -> None:
    """Drafts of a project whose key cannot be decrypted could not be sent."""
    if problems := services.projects.unreadable_keys():
        raise click.ClickException("\n".join(f"{problem} {OTHER_KEY}" for problem in problems))


def _register_copy(services: Services) -> RunningCopy:
    settings = services.settings
    copy = RunningCopy(services.store, services.clock, [settings.secret_key, *settings.secret_key_fallbacks])
    try:
        copy.start()
    except OtherSecretKey as error:
        raise click.ClickException(str(error)) from None
    return copy


def _limit_malloc_arenas() -> None:
    """Two heaps for all threads: glibc would give each thread its own."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
