"""`autotune-desk serve`."""

import ctypes
import signal
import sys
from contextlib import suppress

import click
from flask import Flask
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from ..autotunes.services import Services
from ..config import Settings
from ..config.urls import http_origin
from ..store.running_copies import OtherSecretKey, RunningCopy
from .common import OTHER_KEY, load_settings, startup_errors
from .logs import start_logging

MAX_REQUEST_BYTES = 4 * 1024 * 1024  # more than the pages accept: they answer with a page of their own
MAX_CONNECTIONS = 500  # browsers keep theirs open
IDLE_TIMEOUT = 30  # seconds without a byte, after which a connection is closed
CLEANUP_INTERVAL = 10  # seconds between checks for idle connections
M_ARENA_MAX = -8  # from malloc.h


@click.command()
def serve() -> None:
    """Serve the pages until stopped."""
    # Here, because the other commands do not need the pages.
    from .. import create_app  # noqa: PLC0415

    settings = load_settings()
    _limit_malloc_arenas()
    start_logging()
    with startup_errors(settings):
        app = create_app(settings)
        services = app.extensions["services"]
        _require_readable_keys(services)
        server = make_server(app, settings)
        copy = _register_copy(services)
    try:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        click.echo(f"The autotune desk is at {http_origin('http', settings.host, settings.port)}")
        server.run()
    finally:
        copy.close()
        app.extensions["forecasts"].close()
        services.close()  # waits for a create in progress


def make_server(app: Flask, settings: Settings) -> BaseWSGIServer | MultiSocketServer:
    """Listens; `run` serves. Raises OSError where it cannot listen."""
    return create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        clear_untrusted_proxy_headers=False,  # without a login, their presence reveals a proxy
        max_request_body_size=MAX_REQUEST_BYTES,
        connection_limit=MAX_CONNECTIONS,
        channel_timeout=IDLE_TIMEOUT,
        cleanup_interval=CLEANUP_INTERVAL,
    )


def _require_readable_keys(services: Services) -> None:
    """Drafts of a project whose key cannot be decrypted could not be sent."""
    if problems := services.unopened():
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
