"""A relay in front of a server that counts what goes over the wire, headers included (TCP's own are not).

It listens on a port of its own, and the desk answers by its own name only: the Host header is put right on the way.
"""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from select import select
from socket import create_connection, socket

CHUNK = 65536  # bytes


@dataclass
class Traffic:
    """Sizes of the chunks to the browser (appending is safe between threads); the start of each request."""

    url: str = ""
    down: list[int] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def from_browser(self, chunk: bytes) -> None:
        if chunk.startswith((b"GET ", b"POST ")):
            self.requests.append(chunk.partition(b" HTTP/")[0].decode())


@contextmanager
def relay(port: int) -> Iterator[Traffic]:
    traffic = Traffic()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with create_connection(("127.0.0.1", port)) as server:
                while _passed_on(traffic, self.request, server, port):
                    pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        listener.daemon_threads, listener.block_on_close = True, False
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        traffic.url = f"http://127.0.0.1:{listener.server_address[1]}"
        yield traffic
        listener.shutdown()


def _passed_on(traffic: Traffic, browser: socket, server: socket, port: int) -> bool:
    """Passes on one chunk of the side that speaks; False when one side has hung up."""
    for speaker in select([browser, server], [], [])[0]:
        chunk = speaker.recv(CHUNK)
        if not chunk:
            return False
        if speaker is browser:
            traffic.from_browser(chunk)
            server.sendall(_addressed(chunk, port))
        else:
            traffic.down.append(len(chunk))
            browser.sendall(chunk)
    return True


def _addressed(chunk: bytes, port: int) -> bytes:
    return re.sub(rb"\r\nHost: [^\r]*", b"\r\nHost: 127.0.0.1:%d" % port, chunk, count=1)
