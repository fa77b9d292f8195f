"""`autotune-desk serve`."""

import os
import signal
import sys

import click
from flask import Flask
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from ..config import Settings, read_settings
from ..config.urls import http_origin
from .start import start_app

MAX_REQUEST_BYTES = 4 * 1024 * 1024  # above Flask's limit, so that users get Flask's error page
MAX_CONNECTIONS = 500  # browsers keep theirs open
IDLE_TIMEOUT = 30  # seconds without a byte, after which a connection is closed
CLEANUP_INTERVAL = 10  # seconds between checks for idle connections


@click.command()
def serve() -> None:
    """Serve the pages until stopped."""
    settings = read_settings(os.environ)
    app, close = start_app(settings)
    try:
        server = make_server(app, settings)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        click.echo(f"The autotune desk is at {_url(settings)}")
        server.run()
    finally:
        close()


def make_server(app: Flask, settings: Settings) -> BaseWSGIServer | MultiSocketServer:
    """Listens; `run` serves. Raises ClickException where it cannot listen."""
    try:
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
    except OSError as error:
        message = f"the desk cannot start at {_url(settings)}: {error.strerror or error}."
        raise click.ClickException(message) from None


def _url(settings: Settings) -> str:
    return http_origin("http", settings.host, settings.port)
