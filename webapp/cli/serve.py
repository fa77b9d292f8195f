"""`autotune-desk serve`."""

import ctypes
import signal
import sys
from contextlib import suppress

import click

from ..autotunes.services import Services
from ..config.urls import http_origin
from ..store.running_copies import OtherSecretKey, RunningCopy
from .common import OTHER_KEY, plain_words, settings_or_stop
from .logs import start_logging

M_ARENA_MAX = -8  # as malloc.h has it


@click.command()
def serve() -> None:
    """Serve the pages until stopped."""
    # Here, so that the other commands start without the pages.
    from .. import create_app  # noqa: PLC0415
    from .server import make_server  # noqa: PLC0415

    settings = settings_or_stop()
    _share_heaps()
    start_logging()
    with plain_words(settings):
        app = create_app(settings)
        _want_all_keys(app.extensions["services"])
        server = make_server(app, settings)
        copy = _running_copy(app.extensions["services"])
    try:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        click.echo(f"The autotune desk is at {http_origin('http', settings.host, settings.port)}")
        server.run()
    finally:
        copy.close()
        app.extensions["forecasts"].close()
        app.extensions["services"].close()  # lets a create that is on its way come to its end


def _want_all_keys(services: Services) -> None:
    """Without one of them its drafts could not be sent, and nobody would know why."""
    if problems := services.unopened():
        raise click.ClickException("\n".join(f"{problem} {OTHER_KEY}" for problem in problems))


def _running_copy(services: Services) -> RunningCopy:
    settings = services.settings
    copy = RunningCopy(services.store, services.clock, [settings.secret_key, *settings.secret_key_fallbacks])
    try:
        copy.start()
    except OtherSecretKey as error:
        raise click.ClickException(str(error)) from None
    return copy


def _share_heaps() -> None:
    """Two heaps for all threads, where GNU's C library would give each thread its own."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
