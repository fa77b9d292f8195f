"""The app and the reference as processes of their own, and requests for their pages."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryFile

from webapp.config import SETTINGS

from .spec import spec

ROOT = Path(__file__).parent.parent
WAIT_TIMEOUT = 20.0  # seconds for a server to come up
PAUSE = 0.004  # seconds between two looks at a server that starts


@dataclass(frozen=True)
class Served:
    """`ready` is how many seconds passed from the start of the process to the first 200 of /healthz."""

    port: int
    pid: int
    ready: float

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def services(folder: Path, **environ: str) -> Iterator[Served]:
    """`python -m webapp serve` on a data folder; with no key it is in the sandbox."""
    port = free_port()
    own = {"HOST": "127.0.0.1", "PORT": str(port), "DATA_DIR": str(folder), **environ}
    with _running([sys.executable, "-m", "webapp", "serve"], port, own) as served:
        yield served


@contextmanager
def reference() -> Iterator[Served]:
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.reference", str(port), json.dumps(spec())]
    with _running(command, port, {}) as served:
        yield served


@contextmanager
def _running(command: Sequence[str], port: int, environ: dict[str, str]) -> Iterator[Served]:
    settings = {setting.name for setting in SETTINGS}
    clean = {name: value for name, value in os.environ.items() if name not in settings}
    began = time.perf_counter()
    with TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=ROOT, env={**clean, **environ}, stdout=output, stderr=output)
        try:
            if not _is_up(process, port, began + WAIT_TIMEOUT):
                output.seek(0)
                raise RuntimeError(f"{command[2]} did not come up:\n{output.read().decode()}")
            yield Served(port, process.pid, time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait()


def _is_up(process: "subprocess.Popen[bytes]", port: int, until: float) -> bool:
    while process.poll() is None and time.perf_counter() < until:
        try:
            get(HTTPConnection("127.0.0.1", port, timeout=WAIT_TIMEOUT), "/healthz")
            return True
        except OSError:
            time.sleep(PAUSE)
    return False


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def want_form(page: str, path: str) -> None:
    """An error page would be measured as well, and be quick."""
    assert "<form" in page, f"{path} is no page with a form:\n{page}"


def get(connection: HTTPConnection, path: str, encoding: str = "identity") -> bytes:
    """The body of a page, which must answer with 200."""
    connection.request("GET", path, headers={"Accept-Encoding": encoding})
    response = connection.getresponse()
    body = response.read()
    if response.status != 200:
        raise OSError(f"{path} answered {response.status}")
    return body
