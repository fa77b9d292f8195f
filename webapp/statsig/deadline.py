"""A connection that ends when its time is up, whatever the other side does.

The timeouts of requests start anew with every byte, so a server that drips can hold a request for ever.
Here a watch closes the socket at the deadline, and knows whether a connection was made at all: until then
nothing can have been sent.
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

# It writes down headers that it cannot parse, and Statsig may have put the key into them.
logging.getLogger("urllib3.connection").addFilter(lambda _: False)


# One that goes on while the machine sleeps, where there is one: what slept in the middle of a send is too late.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def _now() -> float:
    return time.clock_gettime(_CLOCK)


class Deadline:
    """A point in time, `seconds` from now on a clock that cannot be set; it can only be brought forward."""

    def __init__(self, seconds: float) -> None:
        self._at = _now() + seconds
        self._changed = threading.Condition()

    @property
    def left(self) -> float:
        return max(0.0, self._at - _now())

    def shorten(self, seconds: float) -> None:
        """No more than `seconds` from now."""
        with self._changed:
            self._at = min(self._at, _now() + seconds)
            self._changed.notify_all()

    def wait(self, unless: Callable[[], bool]) -> bool:
        """Whether it was waited for to the end: not when `look_again` was called and `unless` had turned true."""
        with self._changed:
            while self.left and not unless():
                self._changed.wait(self.left)
            return not unless()

    def look_again(self) -> None:
        with self._changed:
            self._changed.notify_all()


class _Watch:
    """Closes what it guards at the deadline. `connected` turns true just before a request can be written."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.connected = False
        self._closed = False
        self._guards: list[tuple[threading.Thread, socket.socket]] = []

    def guard(self, sock: socket.socket) -> None:
        # A duplicate, since TLS takes the socket itself out of our hands while it shakes hands.
        twin = sock.dup()
        thread = threading.Thread(target=self._shut_in_time, args=(twin,), name="deadline", daemon=True)
        thread.start()
        self._guards.append((thread, twin))

    def _shut_in_time(self, sock: socket.socket) -> None:
        if self.deadline.wait(unless=lambda: self._closed):
            _shut(sock)

    def allow(self) -> None:
        """The last moment at which nothing has been sent. Raises TimeoutError when it is too late."""
        if self.deadline.left <= 0:
            raise TimeoutError("the deadline passed before anything was sent")
        self.connected = True

    def close(self) -> None:
        self._closed = True
        self.deadline.look_again()
        for _, twin in self._guards:
            twin.close()
        self._guards.clear()


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
