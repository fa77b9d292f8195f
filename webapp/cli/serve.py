"""`autotune-desk serve`."""

import ctypes
import signal
import sys
from contextlib import suppress

import click

from .logs import start_logging
from .start import settings_or_stop

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
    app = create_app(settings)
    server = make_server(app, settings)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"The autotune desk is at http://{settings.host}:{settings.port}")
    try:
        server.run()
    finally:
        app.extensions["plans"].close()
        app.extensions["desk"].close()  # lets a create that is on its way come to its end


def _share_heaps() -> None:
    """Two heaps for all threads, where GNU's C library would give each thread its own."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
