"""Statsig as a real HTTP server on loopback, with settable responses and a record of its requests."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]]
HELD = 120.0  # seconds that an answer is held at most
POLL = 0.005  # seconds: how often a server looks whether it should stop, which each test waits for at its end
CREATED = "Autotune Experiments created successfully."


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Upstream:
    """Creates what it is sent, finds what it created.

    `answer` overrides it, `delay` slows it (seconds), and while `go` is not set it answers nothing.
    """

    url: str = ""
    requests: list[Request] = field(default_factory=list, repr=False)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)
    answer: Callable[[Request], Answer | None] = lambda _: None
    delay: float = 0.0
    go: threading.Event = field(default_factory=threading.Event, repr=False)

    def __post_init__(self) -> None:
        self.go.set()

    @property
    def posts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "POST"]

    def reply(self, request: Request) -> Answer:
        self.requests.append(request)
        time.sleep(self.delay)
        self.go.wait(HELD)
        return self.answer(request) or self._as_statsig(request)

    def _as_statsig(self, request: Request) -> Answer:
        path = request.path.partition("?")[0]
        if request.method == "POST":
            members = request.json
            autotune_id = members["name"].lower().replace(" ", "_")
            if autotune_id in self.kept:
                return 400, {"status": 400, "message": "Name is already in use"}
            self.kept[autotune_id] = {"id": autotune_id, "isStarted": False, **members}
            return 201, {"message": CREATED, "data": self.kept[autotune_id]}
        if path == "/project":
            return 200, {"data": {"id": "p"}}
        if path == "/autotunes":
            return 200, {"data": list(self.kept.values())}
        found = self.kept.get(path.removeprefix("/autotunes/"))
        return (200, {"data": found}) if found else (404, {"status": 404, "message": "not found"})


@contextmanager
def serving() -> Iterator[Upstream]:
    upstream = Upstream()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            status, content, *more = upstream.reply(request)
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in (more[0] if more else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the desk hung up: that is its right
    threading.Thread(target=server.serve_forever, args=(POLL,), daemon=True).start()
    upstream.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield upstream
    finally:
        upstream.go.set()
        server.shutdown()
        server.server_close()
