"""The desk and the reference app as separate processes, and requests for their pages."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryFile

from tests.soak.server_process import free_port
from webapp.config import SETTINGS

from .spec import spec

ROOT = Path(__file__).parent.parent
START_TIMEOUT = 20.0  # seconds
POLL_SECONDS = 0.004  # between two requests to a server that starts


@dataclass(frozen=True)
class Server:
    """`start_seconds` is the time from the start of the process to the first 200 of /healthz."""

    port: int
    pid: int
    start_seconds: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serve_desk(folder: Path, **environ: str) -> Iterator[Server]:
    """`python -m webapp serve` on a data folder; with no key it is in the sandbox."""
    port = free_port()
    settings = {"HOST": "127.0.0.1", "PORT": str(port), "DATA_DIR": str(folder), **environ}
    with _running([sys.executable, "-m", "webapp", "serve"], port, settings) as server:
        yield server


@contextmanager
def serve_reference() -> Iterator[Server]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.reference", str(port), json.dumps(spec())]
    with _running(command, port, {}) as server:
        yield server


@contextmanager
def _running(command: Sequence[str], port: int, environ: dict[str, str]) -> Iterator[Server]:
    setting_names = {setting.name for setting in SETTINGS}
    inherited = {name: value for name, value in os.environ.items() if name not in setting_names}
    start = time.perf_counter()
    with TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=ROOT, env={**inherited, **environ}, stdout=output, stderr=output)
        try:
            if not _wait_until_ready(process, port, start + START_TIMEOUT):
                output.seek(0)
                raise RuntimeError(f"{command[2]} did not start:\n{output.read().decode()}")
            yield Server(port, process.pid, time.perf_counter() - start)
        finally:
            process.terminate()
            process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", port: int, deadline: float) -> bool:
    while process.poll() is None and time.perf_counter() < deadline:
        try:
            get(HTTPConnection("127.0.0.1", port, timeout=START_TIMEOUT), "/healthz")
            return True
        except OSError:
            time.sleep(POLL_SECONDS)
    return False


def require_form(page: str, path: str) -> None:
    """Fails for an error page, whose measurement would mean nothing."""
    assert "<form" in page, f"{path} has no form:\n{page}"


def get(connection: HTTPConnection, path: str, encoding: str = "identity") -> bytes:
    """The body of a page, whose status must be 200."""
    connection.request("GET", path, headers={"Accept-Encoding": encoding})
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise OSError(f"{path} answered {response.status}")
    return body
