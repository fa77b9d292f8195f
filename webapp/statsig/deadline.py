"""A connection that is closed at a deadline, whatever the server does.

The timeouts of requests and urllib3 start over with every byte, so a server that drips could hold a thread forever:
a thread closes the socket instead. It also knows whether a connection was made: until then nothing can have been sent.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, ClassVar

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CONNECT_TIMEOUT = 5.0  # seconds

# It logs headers that it cannot parse, and Statsig may have put the key into them.
logging.getLogger("urllib3.connection").addFilter(lambda _: False)


# Where there is one, a clock that runs while the machine sleeps: after a sleep in the middle of a send it is too late.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def _now() -> float:
    return time.clock_gettime(_CLOCK)


class Deadline:
    """`seconds` from now, on a clock that cannot be set. It can be shortened, not extended."""

    def __init__(self, seconds: float) -> None:
        self._at = _now() + seconds
        self._changed = threading.Condition()

    @property
    def left(self) -> float:
        return max(0.0, self._at - _now())

    def shorten(self, seconds: float) -> None:
        """At most `seconds` from now."""
        with self._changed:
            self._at = min(self._at, _now() + seconds)
            self._changed.notify_all()

    def wait(self, unless: Callable[[], bool]) -> bool:
        """Waits for the deadline, or until `notify` is called and `unless` is true; whether the deadline passed."""
        with self._changed:
            while self.left and not unless():
                self._changed.wait(self.left)
            return not unless()

    def notify(self) -> None:
        with self._changed:
            self._changed.notify_all()


class _Watch:
    """Shuts the sockets it guards at the deadline. `connected` turns true just before a request can be written."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.connected = False
        self._closed = False
        self._guards: list[tuple[threading.Thread, socket.socket]] = []

    def guard(self, sock: socket.socket) -> None:
        # A duplicate, because TLS detaches the socket itself during the handshake.
        duplicate = sock.dup()
        thread = threading.Thread(target=self._shut_at_deadline, args=(duplicate,), name="deadline", daemon=True)
        thread.start()
        self._guards.append((thread, duplicate))

    def _shut_at_deadline(self, sock: socket.socket) -> None:
        if self.deadline.wait(unless=lambda: self._closed):
            _shut(sock)

    def allow(self) -> None:
        """Called when nothing has been sent yet. Raises TimeoutError after the deadline."""
        if self.deadline.left <= 0:
            raise TimeoutError("the deadline passed before anything was sent")
        self.connected = True

    def close(self) -> None:
        self._closed = True
        self.deadline.notify()
        for _, duplicate in self._guards:
            duplicate.close()
        self._guards.clear()


def _shut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:  # already closed
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
