"""`autotune-desk serve` over HTTP: the end of a request, headers of a proxy, and the log."""

import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Flask
from waitress.server import BaseWSGIServer, MultiSocketServer

from webapp.cli.serve import make_server
from webapp.config import Settings

from ..auth.fixtures import ANNA, PROXY_SECRET
from ..soak.server_process import free_port

START = 30.0  # seconds
ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    port: int
    log: Path

    def exchange(self, raw_request: bytes) -> bytes:
        """The bytes received until the server closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as sock:
            sock.sendall(raw_request)
            received = b""
            while chunk := sock.recv(65536):
                received += chunk
        return received

    def statuses(self, raw_request: bytes) -> list[int]:
        """The status of each response."""
        return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d{3}) ", self.exchange(raw_request))]

    def lines(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The command itself, with the settings for a proxy."""
    folder = tmp_path_factory.mktemp("served")
    port = free_port()
    environ = {
        "DATA_DIR": str(folder / "desk"),
        "PORT": str(port),
        "PROXY_USER_HEADER": "X-Auth-Email",
        "PROXY_SECRET": PROXY_SECRET,
        "PUBLIC_URL": "https://desk.example.com",
        "ALLOWED_EMAIL_DOMAINS": "example.com",
    }
    log = folder / "log"
    with (
        log.open("wb") as file,
        subprocess.Popen(
            [sys.executable, "-m", "webapp", "serve"], cwd=ROOT, env=environ, stderr=file, stdout=subprocess.DEVNULL
        ) as process,
    ):
        server = Server(port, log)
        _wait_for(server)
        yield server
        process.terminate()


def _wait_for(server: Server) -> None:
    end = time.monotonic() + START
    while time.monotonic() < end:
        try:
            assert server.statuses(_request("GET /healthz", "Connection: close")) == [200]
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the desk did not start")


def _request(method_and_path: str, *headers: str, body: bytes = b"") -> bytes:
    lines = [f"{method_and_path} HTTP/1.1", "Host: desk.example.com", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


PROXY_HEADERS = (f"X-Desk-Proxy-Secret: {PROXY_SECRET}", f"X-Auth-Email: {ANNA}")
SECOND_REQUEST = _request("GET /healthz", "Connection: close")


@pytest.mark.parametrize(
    ("headers", "body", "statuses"),
    [
        # a length and chunks: the chunks count, and what follows them is a second request
        ((f"Content-Length: {len(SECOND_REQUEST) + 5}", "Transfer-Encoding: chunked"), b"0\r\n\r\n", [405, 200]),
        (("Content-Length: 5", "Content-Length: 0"), b"", [400]),
        (("Content-Length: +0",), b"", [400]),
        (("Content-Length: 0x0",), b"", [400]),
        (("Content-Length : 0",), b"", [400]),
        (("Transfer-Encoding: xchunked",), b"0\r\n\r\n", [501]),
        (("Transfer-Encoding: chunked",), b"+0\r\n\r\n", [400]),
        (("X-Bare: a\rb",), b"", [400]),
    ],
    ids=["length and chunks", "two lengths", "plus", "hex", "space", "unknown coding", "chunk with a plus", "bare CR"],
)
def test_ambiguous_request_length_is_rejected(
    server: Server, headers: tuple[str, ...], body: bytes, statuses: list[int]
) -> None:
    raw_request = _request("POST /healthz", *PROXY_HEADERS, *headers, body=body)
    assert server.statuses(raw_request + SECOND_REQUEST) == statuses


INVALID_REQUESTS = {
    "no start line": (400, b"nonsense\r\n\r\n"),
    "no header": (400, _request("GET /", "no header")),
    "two lengths": (400, _request("POST /", "Content-Length: 5", "Content-Length: 0")),
    "too large": (413, _request("POST /", f"Content-Length: {5 * 1024 * 1024}")),
    "too long a header": (431, b"GET / HTTP/1.1\r\nX-Long: ".ljust(256 * 1024, b"x")),
    "an unknown coding": (501, _request("POST /", "Transfer-Encoding: xchunked")),
}


@pytest.mark.parametrize(("status", "raw_request"), INVALID_REQUESTS.values(), ids=INVALID_REQUESTS)
def test_invalid_request_is_rejected(server: Server, status: int, raw_request: bytes) -> None:
    assert server.statuses(raw_request) == [status]


def test_error_outside_flask_shows_no_details(
    make_app: Callable[..., Flask], settings: Callable[..., Settings], tmp_path: Path
) -> None:
    def broken(*_: object) -> NoReturn:
        raise RuntimeError("internal detail")

    port = free_port()
    app = make_app()
    app.wsgi_app = broken  # type: ignore[method-assign, assignment]
    server = make_server(app, settings(HOST="localhost", PORT=str(port)))
    thread = threading.Thread(target=_run, args=(server,))
    thread.start()
    response = Server(port, tmp_path).exchange(_request("GET /", "Connection: close"))
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(server.map if isinstance(server, MultiSocketServer) else server._map)  # type: ignore[attr-defined]
    thread.join()
    assert response.startswith(b"HTTP/1.1 500 ") and b"internal detail" not in response


def _run(server: BaseWSGIServer) -> None:
    with suppress(OSError):  # closed at the end, while it waits for its sockets
        server.run()


def test_idle_connection_with_half_a_request_is_closed(app: Flask, settings: Callable[..., Settings]) -> None:
    port = free_port()
    server = make_server(app, settings(PORT=str(port)))
    assert isinstance(server, BaseWSGIServer)
    thread = threading.Thread(target=_run, args=(server,))
    thread.start()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: ")
        while not server.active_channels:
            time.sleep(0.01)
        server.maintenance(int(time.time()) + 31)
        server.pull_trigger()
        assert sock.recv(1) == b""
    server.task_dispatcher.shutdown()
    server.asyncore.close_all(server._map)  # type: ignore[attr-defined]
    thread.join()


def test_proxy_header_with_underscores_is_ignored(server: Server) -> None:
    assert server.statuses(_request("GET /", *PROXY_HEADERS, "Connection: close")) == [200]
    underscored = [line.replace("-", "_") for line in PROXY_HEADERS]
    assert server.statuses(_request("GET /", *underscored, "Connection: close")) == [403]
    assert server.statuses(_request("GET /", PROXY_HEADERS[0], underscored[1], "Connection: close")) == [401]


def test_repeated_user_header_is_denied(server: Server) -> None:
    repeated_headers = (*PROXY_HEADERS, "X-Auth-Email: boss@example.com")
    assert server.statuses(_request("GET /", *repeated_headers, "Connection: close")) == [401]


def test_trace_is_rejected_and_echoes_nothing(server: Server) -> None:
    response = server.exchange(_request("TRACE /", *PROXY_HEADERS, "X-Mine: secret", "Connection: close"))
    assert response.startswith(b"HTTP/1.1 405 ") and b"X-Mine" not in response and b"secret" not in response


def test_log_lines_are_json_with_time_logger_and_message(server: Server) -> None:
    server.statuses(_request("GET /autotunes/new?name=Secret", *PROXY_HEADERS, "Connection: close"))
    server.statuses(_request("GET /", "Connection: close"))
    server.statuses(_request("GET /autotunes/a%0d%0a%7b%22what%22:1%7d", *PROXY_HEADERS, "Connection: close"))
    lines = [json.loads(line) for line in server.lines()]
    assert len(lines) >= 4
    for line in lines:
        assert {"at", "level", "where", "what"} <= set(line), line
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", line["at"])
    (denied,) = [line for line in lines if line["what"] == "refused" and line["why"] == "no proxy secret"][-1:]
    assert denied["when"].endswith("+00:00") and denied["remote"] == "127.0.0.1"
    text = "\n".join(server.lines())
    assert PROXY_SECRET not in text and "Secret" not in text
