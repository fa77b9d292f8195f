"""A connection that ends when its time is up, whatever the other side does.

The timeouts of requests start anew with every byte, so a server that drips can hold a request for ever.
Here a watch closes the socket at the deadline, and knows whether a connection was made at all: until then
nothing can have been sent.
"""

import logging
import socket
import threading
import time
from typing import Any, ClassVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CONNECT_TIMEOUT = 5.0  # seconds

# It writes down headers that it cannot parse, and Statsig may have put the key into them.
logging.getLogger("urllib3.connection").addFilter(lambda _: False)


class Deadline:
    """A point in time, `seconds` from now on a clock that cannot be set."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    @property
    def left(self) -> float:
        return max(0.0, self._at - time.monotonic())


class _Watch:
    """Closes what it guards at the deadline. `connected` turns true just before a request can be written."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.connected = False
        self._stops: list[tuple[threading.Timer, socket.socket]] = []

    def guard(self, sock: socket.socket) -> None:
        # A duplicate, since TLS takes the socket itself out of our hands while it shakes hands.
        twin = sock.dup()
        timer = threading.Timer(self.deadline.left, _shut, [twin])
        timer.daemon = True
        timer.start()
        self._stops.append((timer, twin))

    def allow(self) -> None:
        """The last moment at which nothing has been sent. Raises TimeoutError when it is too late."""
        if self.deadline.left <= 0:
            raise TimeoutError("the deadline passed before anything was sent")
        self.connected = True

    def close(self) -> None:
        for timer, twin in self._stops:
            timer.cancel()
            twin.close()
        self._stops.clear()


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:  # it is closed already
        return


class _Watched:
    watch: ClassVar[_Watch]

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        self.watch.guard(sock)
        return sock

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self.watch.allow()


class DeadlineTransport(HTTPAdapter):
    """One fresh connection, no retries, closed at the deadline. `sent` says whether the request may have left."""

    def __init__(self, deadline: Deadline) -> None:
        self.watch = _Watch(deadline)
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    @property
    def sent(self) -> bool:
        return self.watch.connected

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        watch = {"watch": self.watch}
        http = type("WatchedHTTP", (_Watched, HTTPConnection), watch)
        https = type("WatchedHTTPS", (_Watched, HTTPSConnection), watch)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("HTTPPool", (HTTPConnectionPool,), {"ConnectionCls": http}),
            "https": type("HTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": https}),
        }

    def close(self) -> None:
        self.watch.close()
        super().close()
