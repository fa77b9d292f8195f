"""A connection that is closed at a deadline, whatever the server does.

The timeouts of requests and urllib3 start over with every byte, so a server that drips could hold a thread forever:
a thread closes the socket instead. It also knows whether a connection was made: until then nothing can have been sent.
"""

import logging
import socket
import threading
import time
from contextlib import suppress
from typing import Any, ClassVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CONNECT_TIMEOUT = 5.0  # seconds
CHECK_INTERVAL = 0.1  # seconds: a wait does not count the time for which the machine sleeps

# It logs headers that it cannot parse, and Statsig may have put the key into them.
logging.getLogger("urllib3.connection").addFilter(lambda _: False)

# Where there is one, a clock that runs while the machine sleeps: after a sleep in the middle of a send it is too late.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def _now() -> float:
    return time.clock_gettime(_CLOCK)


class Deadline:
    """`seconds` from now, on a clock that cannot be set."""

    def __init__(self, seconds: float) -> None:
        self.ends_at = _now() + seconds

    @property
    def left(self) -> float:
        return max(0.0, self.ends_at - _now())


class _Connection:
    """Calls the transport around `connect`."""

    transport: ClassVar["DeadlineTransport"]

    def _new_conn(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        self.transport.watch(sock)
        return sock

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self.transport.allow_sending()


class DeadlineTransport(HTTPAdapter):
    """One fresh connection, no retries, closed at the deadline. `sent` says whether the request may have left."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline, self.sent = deadline, False
        self._closed = threading.Event()
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        transport = {"transport": self}
        http = type("DeadlineHTTP", (_Connection, HTTPConnection), transport)
        https = type("DeadlineHTTPS", (_Connection, HTTPSConnection), transport)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("HTTPPool", (HTTPConnectionPool,), {"ConnectionCls": http}),
            "https": type("HTTPSPool", (HTTPSConnectionPool,), {"ConnectionCls": https}),
        }

    def watch(self, sock: socket.socket) -> None:
        # A duplicate, because TLS detaches the socket itself during the handshake.
        threading.Thread(target=self._shut_at_deadline, args=(sock.dup(),), name="deadline", daemon=True).start()

    def _shut_at_deadline(self, sock: socket.socket) -> None:
        with sock, suppress(OSError):  # already closed
            while self.deadline.left:
                if self._closed.wait(min(self.deadline.left, CHECK_INTERVAL)):
                    return
            sock.shutdown(socket.SHUT_RDWR)

    def allow_sending(self) -> None:
        """Called when nothing has been sent yet. Raises TimeoutError after the deadline."""
        if self.deadline.left <= 0:
            raise TimeoutError("the deadline passed before anything was sent")
        self.sent = True

    def close(self) -> None:
        self._closed.set()
        super().close()
