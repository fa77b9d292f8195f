"""The web server, whose own answers carry the headers of the pages."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server
from waitress.task import ErrorTask

from ..config import Settings

LARGEST_REQUEST = 4 * 1024 * 1024  # bytes; the pages themselves answer requests over half of it
CONNECTIONS = 500  # open at a time; browsers keep theirs open while people think
SILENCE_TIMEOUT = 30  # seconds without a byte, after which a connection is closed
CLEANUP_INTERVAL = 10  # seconds between looks for such connections


def make_server(app: Flask, settings: Settings) -> BaseWSGIServer | MultiSocketServer:
    """Listens, and answers once it is run. Raises OSError where it cannot listen."""
    sockets: dict[int, Any] = {}
    server = create_server(
        app,
        map=sockets,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        clear_untrusted_proxy_headers=False,  # without a login their presence is what gives a proxy away
        max_request_body_size=LARGEST_REQUEST,
        connection_limit=CONNECTIONS,
        channel_timeout=SILENCE_TIMEOUT,
        cleanup_interval=CLEANUP_INTERVAL,
    )
    channel = _channel(app.extensions["headers"])
    for each in sockets.values():  # "localhost" may be two addresses
        if isinstance(each, BaseWSGIServer):
            each.channel_class = channel
    return server


def _channel(headers: Mapping[str, str]) -> type[HTTPChannel]:
    """Malformed and enormous requests never reach the pages: the server refuses them by itself."""

    class Refusal(ErrorTask):
        def execute(self) -> None:
            self.response_headers = [*self.response_headers, *headers.items(), ("Cache-Control", "no-store")]
            super().execute()

    class Channel(HTTPChannel):
        error_task_class = Refusal

    return Channel
