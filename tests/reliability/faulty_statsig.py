"""A Statsig that plays faults of the network, as a raw socket on loopback.

Each method (`GET`, `POST`, `PUT`), `list` (a GET of the whole list) and `*` (any request) can have a fault. Without
one it responds as Statsig would, except that it creates duplicates too: a rejection must not hide a second POST.
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

from webapp.statsig import Deadline

from ..fake_statsig import perform, with_ids

Headers = dict[str, str]
DRIP_SECONDS = 0.05  # between two bytes of a slow response
MAX_WAIT_SECONDS = 20  # after which a connection ends whatever its fault


@dataclass(frozen=True)
class Request:
    """A request as it arrived. `head` has the request line and the header lines."""

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


Respond = Callable[[socket.socket], None]


@dataclass(frozen=True)
class Fault:
    """What happens to a connection after its request was read or, with `before_reading`, instead of reading it.

    `commits`: Statsig has processed the request, and something between it and the desk responds with the fault.
    """

    respond: Respond
    before_reading: bool = False
    commits: bool = False


@dataclass
class FaultyStatsig:
    """`requests` has every request that was read; `on_request` is called with each before its response.

    `on_arrival` is called with the method as soon as a request arrives, even if a fault prevents reading it.
    """

    url: str = ""
    faults: dict[str, Fault] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    autotunes: list[dict[str, Any]] = field(default_factory=list)
    page_size: int = 100
    finds_by_id: bool = True  # otherwise a read by ID is a 404, and only the list has the autotune
    on_request: Callable[[Request], None] = lambda _: None
    on_arrival: Callable[[str], None] = lambda _: None
    refuse_connections: Callable[[], None] = lambda: None  # from now on

    @property
    def posts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "POST"]

    @property
    def puts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "PUT"]

    @property
    def gets(self) -> list[str]:
        """The paths of the GET requests."""
        return [request.path for request in self.requests if request.method == "GET"]

    def clear_faults(self) -> None:
        self.faults.clear()

    def reset(self) -> None:
        """Back to the state after the start."""
        self.clear_faults()
        self.requests, self.autotunes, self.connections, self.page_size, self.finds_by_id = [], [], 0, 100, True
        self.on_request, self.on_arrival = lambda _: None, lambda _: None

    def handle(self, sock: socket.socket) -> None:
        method = sock.recv(4, socket.MSG_PEEK).decode("latin-1").strip() if self.faults else ""
        fault = self.faults.get(method) or self.faults.get("*")
        if fault and fault.before_reading:
            self.on_arrival(method)
            return fault.respond(sock)
        request = read_request(sock)
        self.requests.append(request)
        if "?" in request.path:
            fault = self.faults.get("list", fault)
        self.on_request(request)
        self.on_arrival(request.method)
        respond = fault.respond if fault else respond_with(*self.process(request))
        if fault and fault.commits:
            self.process(request)
        return respond(sock)

    def process(self, request: Request) -> tuple[int, Any]:
        """What Statsig does with a request: the status and the JSON of its response."""
        path, _, query = request.path.partition("?")
        if request.method == "POST":
            autotune_id = request.json["name"].lower().replace(" ", "_")
            variants = with_ids(request.json)
            self.autotunes.append({"id": autotune_id, "isStarted": False, **request.json, "variants": variants})
            return 201, {"message": "created", "data": self.autotunes[-1]}
        if request.method == "PUT":
            return self._act(path, request.body)
        if path.endswith("/autotunes"):
            parameters = dict(part.split("=") for part in query.split("&"))
            size = min(int(parameters["limit"]), self.page_size)
            first = size * (int(parameters["page"]) - 1)
            return 200, {"data": self.autotunes[first : first + size]}
        matches = (autotune for autotune in self.autotunes if autotune["id"] == path.rpartition("/")[2])
        match = next(matches, None) if self.finds_by_id else None
        return (200, {"data": match}) if match else (404, {"message": "Autotune Experiment not found."})

    def _act(self, path: str, body: bytes) -> tuple[int, Any]:
        """A second start or decision is accepted too: a rejection must not hide it."""
        autotune_id, action = path.split("/")[-2:]
        autotune = next((autotune for autotune in self.autotunes if autotune["id"] == autotune_id), None)
        return perform(autotune, action, body) if autotune else (404, {"message": "Autotune Experiment not found."})


def read_request(sock: socket.socket) -> Request:
    with sock.makefile("rb") as stream:
        lines = []
        while (line := stream.readline().decode().rstrip("\r\n")) != "":
            lines.append(line)
        method, path, _ = lines[0].split(" ")
        lengths = [int(line.split(": ")[1]) for line in lines if line.lower().startswith("content-length: ")]
        return Request(method, path, lines, stream.read(lengths[0] if lengths else 0))


@contextmanager
def serve_faulty_statsig(tls: ssl.SSLContext | None = None) -> Iterator[FaultyStatsig]:
    statsig = FaultyStatsig()
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        statsig.url = f"http{'s' if tls else ''}://127.0.0.1:{listener.getsockname()[1]}"
        accept_thread = threading.Thread(target=_accept, args=(listener, statsig, tls), daemon=True)
        accept_thread.start()
        statsig.refuse_connections = lambda: _stop(listener)
        yield statsig
        statsig.refuse_connections()
        accept_thread.join(5)


def _stop(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is stopped already
        listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def unreachable_url() -> Iterator[str]:
    """A URL that refuses every connection. Its port is bound, so that no other process takes it, but not listening."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"


def _accept(listener: socket.socket, statsig: FaultyStatsig, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        statsig.connections += 1
        threading.Thread(target=_handle, args=(sock, statsig, tls), daemon=True).start()


def _handle(sock: socket.socket, statsig: FaultyStatsig, tls: ssl.SSLContext | None) -> None:
    # Errors are ignored here: for the desk they are a lost connection, which its tests expect.
    with contextlib.suppress(OSError, ValueError, IndexError), sock:
        sock.settimeout(MAX_WAIT_SECONDS)
        if tls is None:
            statsig.handle(sock)
        else:
            with tls.wrap_socket(sock, server_side=True) as wrapped:
                statsig.handle(wrapped)


# Responses, and faults in place of a response.


def response_head(status: int, headers: Headers) -> bytes:
    lines = [f"HTTP/1.1 {status} Reason", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def respond_with(status: int, content: Any = b"", headers: Headers | None = None) -> Respond:
    """A complete response; content that is not bytes is sent as JSON."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return raw(response_head(status, {"Content-Length": str(len(body)), **(headers or {})}) + body)


def raw(*parts: bytes) -> Respond:
    def respond(sock: socket.socket) -> None:
        for part in parts:
            sock.sendall(part)

    return respond


def close(_: socket.socket) -> None:
    """Closes the connection without a response."""


def reset(sock: socket.socket) -> None:
    """Resets the connection: the other side gets ECONNRESET."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silence(sock: socket.socket) -> None:
    """Sends nothing until the other side closes the connection."""
    while sock.recv(4096):
        pass


def stall(sock: socket.socket) -> None:
    """Neither reads nor sends until the other side closes the connection."""
    poll = select.poll()
    poll.register(sock, select.POLLRDHUP)
    poll.poll(MAX_WAIT_SECONDS * 1000)


def drip(start: bytes, rest: bytes) -> Respond:
    """Sends the start at once and the rest byte by byte, so that no read times out; then nothing."""

    def respond(sock: socket.socket) -> None:
        sock.sendall(start)
        for byte in rest:
            sock.sendall(bytes([byte]))
            time.sleep(DRIP_SECONDS)
        silence(sock)

    return respond


def endless(start: bytes, chunk: bytes) -> Respond:
    """Sends the start, then the chunk again and again, as fast as it is read."""

    def respond(sock: socket.socket) -> None:
        sock.sendall(start)
        while True:
            sock.sendall(chunk)

    return respond


def after(event: threading.Event, then: Respond) -> Respond:
    """Responds once the event is set."""

    def respond(sock: socket.socket) -> None:
        event.wait(MAX_WAIT_SECONDS)
        then(sock)

    return respond


def shorten(deadline: Deadline, seconds: float) -> None:
    """Lets the deadline pass after at most `seconds` from now."""
    deadline.ends_at -= max(0.0, deadline.left - seconds)
