"""`autotune-desk serve`."""

import signal
import sys

import click

from .start import settings_or_stop

LARGEST_REQUEST = 4 * 1024 * 1024  # bytes; the pages themselves answer requests over half of it


@click.command()
def serve() -> None:
    """Serve the pages until stopped."""
    from waitress import create_server

    from .. import create_app

    settings = settings_or_stop()
    app = create_app(settings)
    server = create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        clear_untrusted_proxy_headers=False,  # without a login their presence is what gives a proxy away
        max_request_body_size=LARGEST_REQUEST,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    click.echo(f"The autotune desk is at http://{settings.host}:{server.effective_port}")
    try:
        server.run()
    finally:
        app.extensions["desk"].close()  # lets a create that is on its way come to its end
