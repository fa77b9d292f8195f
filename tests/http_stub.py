"""A real HTTP server on loopback, with settable responses and a record of its requests."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

Response = tuple[int, Any] | tuple[int, Any, dict[str, str]]  # status, body (JSON, or bytes as they are), headers
MAX_HOLD_SECONDS = 120.0
POLL_SECONDS = 0.005  # how often the server checks whether to stop; each test waits for that at its end


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
class HttpStub:
    """`responder` returns the response to a request; where it returns None, `default_response` does.

    Each response is delayed by `delay` seconds, and held while `proceed` is not set.
    """

    url: str = ""
    requests: list[Request] = field(default_factory=list, repr=False)
    responder: Callable[[Request], Response | None] = lambda _: None
    delay: float = 0.0
    proceed: threading.Event = field(default_factory=threading.Event, repr=False)

    def __post_init__(self) -> None:
        self.proceed.set()

    def respond(self, request: Request) -> Response:
        self.requests.append(request)
        time.sleep(self.delay)
        self.proceed.wait(MAX_HOLD_SECONDS)
        return self.responder(request) or self.default_response(request)

    def default_response(self, _request: Request) -> Response:
        return 404, {}


Stub = TypeVar("Stub", bound=HttpStub)


@contextmanager
def serve(stub: Stub) -> Iterator[Stub]:
    """Serves the stub until the end of the block; sets its `url`."""

    class Handler(BaseHTTPRequestHandler):
        def _respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Request(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            status, content, *headers = stub.respond(request)
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            for name, value in (headers[0] if headers else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _respond  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # the desk may close a connection early
    threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
    stub.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stub
    finally:
        stub.proceed.set()
        server.shutdown()
        server.server_close()
