"""The command `autotune-desk`."""

import os
import signal
import sys
import time

import click

from . import __version__
from .config import ConfigError, Settings, read_settings


def main() -> None:
    commands(prog_name="autotune-desk")


@click.group()
@click.version_option(__version__)
def commands() -> None:
    """The autotune desk."""


def _settings() -> Settings:
    try:
        return read_settings(os.environ)
    except ConfigError as error:
        raise click.ClickException(f"the settings cannot be used.\n{error}") from None


@commands.command()
def serve() -> None:
    """Serve the pages."""
    from waitress import create_server

    from . import create_app

    settings = _settings()
    app = create_app(settings)
    server = create_server(
        app, host=settings.host, port=settings.port, threads=settings.threads, ident=None, max_request_body_size=4 * 2**20
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"The autotune desk is at http://{settings.host}:{server.effective_port}")
    try:
        server.run()
    finally:
        app.extensions["desk"].close()
