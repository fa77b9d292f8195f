"""Statsig as a raw socket on loopback that can do whatever a network can do.

`GET`, `POST`, `*` (whatever is said) and `list` (a GET of many) can each have a fault. Without one it answers as
Statsig would, but for one thing: it creates whatever it is sent, duplicates as well, so that no refusal hides a second
POST.
"""

import contextlib
import json
import select
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Headers = dict[str, str]
EVERY = 0.05  # seconds between the bytes of something that drips


@dataclass(frozen=True)
class Asked:
    """A request as it arrived: `head` are its lines, without the body."""

    method: str
    path: str
    head: list[str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def headers(self) -> Headers:
        return {name.lower(): value for name, _, value in (line.partition(": ") for line in self.head[1:])}


Say = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Fault:
    """What is done with a connection, once its request has been read or (`unread`) before.

    `commits`: Statsig has done what it was asked to, and something in between says this instead.
    """

    say: Say
    unread: bool = False
    commits: bool = False


@dataclass
class Faulty:
    """Everything it was asked is in `asked`; `looking` is called while the desk waits for the answer.

    `met` is called with the method as soon as a request is there, also where a fault leaves it unread.
    """

    url: str = ""
    faults: dict[str, Fault] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)
    on_a_page: int = 100
    by_id: bool = True  # otherwise reads by id answer 404, and only the list has it
    looking: Callable[[Asked], None] = lambda _: None
    met: Callable[[str], None] = lambda _: None
    hang_up: Callable[[], None] = lambda: None  # from now on connections are refused

    @property
    def posts(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.method == "POST"]

    @property
    def gets(self) -> list[str]:
        return [asked.path for asked in self.asked if asked.method == "GET"]

    def well(self) -> None:
        """No faults any more."""
        self.faults.clear()

    def reset(self) -> None:
        """As if it had just been started."""
        self.well()
        self.asked, self.kept, self.connections, self.on_a_page, self.by_id = [], [], 0, 100, True
        self.looking, self.met = lambda _: None, lambda _: None

    def meet(self, sock: socket.socket) -> None:
        method = sock.recv(4, socket.MSG_PEEK).decode("latin-1").strip() if self.faults else ""
        fault = self.faults.get(method) or self.faults.get("*")
        if fault and fault.unread:
            self.met(method)
            return fault.say(sock)
        asked = read(sock)
        self.asked.append(asked)
        if "?" in asked.path:
            fault = self.faults.get("list", fault)
        self.looking(asked)
        self.met(asked.method)
        say = fault.say if fault else answer(*self.as_statsig(asked))
        if fault and fault.commits:
            self.as_statsig(asked)
        return say(sock)

    def as_statsig(self, asked: Asked) -> tuple[int, Any]:
        path, _, query = asked.path.partition("?")
        if asked.method == "POST":
            self.kept.append({"id": asked.json["name"].lower().replace(" ", "_"), "isStarted": False, **asked.json})
            return 201, {"message": "created", "data": self.kept[-1]}
        if path.endswith("/autotunes"):
            asks = dict(part.split("=") for part in query.split("&"))
            size = min(int(asks["limit"]), self.on_a_page)
            first = size * (int(asks["page"]) - 1)
            return 200, {"data": self.kept[first : first + size]}
        found = next((each for each in self.kept if self.by_id and each["id"] == path.rpartition("/")[2]), None)
        return (200, {"data": found}) if found else (404, {"message": "Autotune Experiment not found."})


def read(sock: socket.socket) -> Asked:
    with sock.makefile("rb") as stream:
        lines = []
        while (line := stream.readline().decode().rstrip("\r\n")) != "":
            lines.append(line)
        method, path, _ = lines[0].split(" ")
        lengths = [int(line.split(": ")[1]) for line in lines if line.lower().startswith("content-length: ")]
        return Asked(method, path, lines, stream.read(lengths[0] if lengths else 0))


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Faulty]:
    faulty = Faulty()
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        faulty.url = f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}"
        accepting = threading.Thread(target=_accept, args=(listener, faulty, tls), daemon=True)
        accepting.start()
        faulty.hang_up = lambda: _stop(listener)
        yield faulty
        faulty.hang_up()
        accepting.join(5)


def _stop(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it has been stopped already
        listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def nowhere() -> Iterator[str]:
    """An address that refuses every connection: bound, so that nobody else gets it, yet not listened to."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def _accept(listener: socket.socket, faulty: Faulty, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        faulty.connections += 1
        threading.Thread(target=_meet, args=(sock, faulty, tls), daemon=True).start()


def _meet(sock: socket.socket, faulty: Faulty, tls: ssl.SSLContext | None) -> None:
    # Whatever breaks here breaks for the desk as well, which is the point; nothing waits longer than 20 s.
    with contextlib.suppress(OSError, ValueError, IndexError), sock:
        sock.settimeout(20)
        if tls is None:
            faulty.meet(sock)
        else:
            with tls.wrap_socket(sock, server_side=True) as wrapped:
                faulty.meet(wrapped)


# What can be said.


def head(status: int, headers: Headers) -> bytes:
    lines = [f"HTTP/1.1 {status} Reason", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def answer(status: int, content: Any = b"", headers: Headers | None = None) -> Say:
    """A whole answer; content that is not bytes is sent as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return raw(head(status, {"Content-Length": str(len(body)), **(headers or {})}) + body)


def raw(*parts: bytes) -> Say:
    def say(sock: socket.socket) -> None:
        for part in parts:
            sock.sendall(part)

    return say


def close(_: socket.socket) -> None:
    """The connection ends without a word."""


def reset(sock: socket.socket) -> None:
    """The connection is torn: the other side reads ECONNRESET."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silence(sock: socket.socket) -> None:
    """Nothing, until the other side goes."""
    while sock.recv(4096):
        pass


def unread(sock: socket.socket) -> None:
    """Nothing is even read, until the other side goes."""
    gone = select.poll()
    gone.register(sock, select.POLLRDHUP)
    gone.poll(20_000)


def drip(at_once: bytes, slowly: bytes) -> Say:
    """The rest comes a byte at a time, so that no pause is ever long; then silence."""

    def say(sock: socket.socket) -> None:
        sock.sendall(at_once)
        for byte in slowly:
            sock.sendall(bytes([byte]))
            time.sleep(EVERY)
        silence(sock)

    return say


def endless(at_once: bytes, again: bytes) -> Say:
    """The same bytes again and again, as fast as they are taken."""

    def say(sock: socket.socket) -> None:
        sock.sendall(at_once)
        while True:
            sock.sendall(again)

    return say


def held(until: threading.Event, then: Say) -> Say:
    """The answer waits for an event."""

    def say(sock: socket.socket) -> None:
        until.wait(20)
        then(sock)

    return say
