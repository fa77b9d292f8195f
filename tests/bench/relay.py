"""A relay in front of a server that counts the bytes of its responses, headers included (TCP's are not).

The relay has another port than the server, and the desk accepts only its own host: the relay sets the Host header.
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
    """`received` has the sizes of the chunks sent to the browser, `requests` the method and path of each request."""

    url: str = ""
    received: list[int] = field(default_factory=list)
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
                while _forward(traffic, self.request, server, port):
                    pass

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as listener:
        listener.daemon_threads, listener.block_on_close = True, False
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        traffic.url = f"http://127.0.0.1:{listener.server_address[1]}"
        yield traffic
        listener.shutdown()


def _forward(traffic: Traffic, browser: socket, server: socket, port: int) -> bool:
    """Forwards one chunk of each side that has sent one; False once a side has closed its connection."""
    for sender in select([browser, server], [], [])[0]:
        chunk = sender.recv(CHUNK)
        if not chunk:
            return False
        if sender is browser:
            traffic.from_browser(chunk)
            server.sendall(_with_host(chunk, port))
        else:
            traffic.received.append(len(chunk))
            browser.sendall(chunk)
    return True


def _with_host(chunk: bytes, port: int) -> bytes:
    return re.sub(rb"\r\nHost: [^\r]*", b"\r\nHost: 127.0.0.1:%d" % port, chunk, count=1)
