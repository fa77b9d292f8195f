"""Starting the app in a process that serves it: `autotune-desk serve`, or a WSGI server's worker."""

import ctypes
from collections.abc import Callable
from contextlib import suppress

import click
from flask import Flask

from ..autotunes.scheduler import Scheduler
from ..autotunes.services import Services
from ..config import Settings
from ..store.running_copies import RunningCopy
from .common import OTHER_KEY
from .logs import start_logging

M_ARENA_MAX = -8  # as in malloc.h


def start_app(settings: Settings) -> tuple[Flask, Callable[[], None]]:
    """Returns the app and the function that closes it, which waits up to 15 seconds for creates in progress.

    Raises ClickException, or as in `readable_errors`.
    """
    # Here, so that the other commands start without the pages.
    from .. import create_app  # noqa: PLC0415

    _limit_malloc_arenas()
    start_logging()
    app = create_app(settings)
    services: Services = app.extensions["services"]
    if problems := services.projects.unreadable_keys():  # drafts of their projects could not be sent
        raise click.ClickException("\n".join(f"{problem} {OTHER_KEY}" for problem in problems))
    copy = RunningCopy(services.store, services.clock, [settings.secret_key, *settings.secret_key_fallbacks])
    copy.start()
    scheduler = Scheduler(services)
    scheduler.start()

    def close() -> None:
        copy.close()
        scheduler.close()
        app.extensions["forecasts"].close()
        services.close()

    return app, close


def _limit_malloc_arenas() -> None:
    """Two heaps for all threads: glibc would give each thread its own."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
