"""The server as an administrator runs it, as a process that can be killed, and visitors of its pages."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

from ..conftest import CANARY
from ..forms import BUTTON_COLOR_TEST, hidden

ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class ServerProcess:
    """`autotune-desk serve` on one data folder, which can be started and killed repeatedly."""

    def __init__(self, folder: Path, statsig: str, **environ: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        inherited = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        key = {"STATSIG_API_KEY": CANARY, "STATSIG_API_URL": statsig, "STATSIG_PROJECT_NAME": "Shop"}
        self.environ = {**inherited, **key, "DATA_DIR": str(folder), "PORT": str(self.port), **environ}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "webapp", "serve"], cwd=ROOT, env=self.environ)
        for _ in range(600):
            try:
                requests.get(f"{self.url}/healthz", timeout=1)
                return
            except requests.ConnectionError:
                time.sleep(0.05)
        raise AssertionError("the desk did not start")

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        assert self.process
        self.process.terminate()
        self.process.wait(timeout=30)


class Visitor:
    """A user with a browser without JavaScript."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.url + path, timeout=30)

    def write(self, name: str, **changed: str) -> str:
        """Fills in the form and checks it; returns the path of the autotune."""
        hidden_fields = self.read("/autotunes/new", "csrf_token", "token", "version")
        fields = {**BUTTON_COLOR_TEST, **hidden_fields, "name": name, "action": "check", **changed}
        response = self.post("/autotunes", fields)
        assert response.status_code == 303, response.text
        return response.headers["Location"]

    def change(self, path: str, **changed: str) -> None:
        """Saves an edit; returns once that is acknowledged."""
        hidden_fields = self.read(f"{path}/edit", "csrf_token", "token", "version")
        response = self.post(f"{path}/edit", {**BUTTON_COLOR_TEST, **hidden_fields, "action": "save", **changed})
        assert response.status_code == 303, response.text

    def read(self, path: str, *names: str) -> dict[str, str]:
        """The hidden fields of a page."""
        page = self.get(path).text
        return {name: hidden(page, name) for name in names}

    def post(self, path: str, fields: dict[str, str]) -> requests.Response:
        return self.session.post(self.url + path, fields, timeout=30, allow_redirects=False)

    def click_create(self, path: str) -> requests.Response:
        return self.post(f"{path}/create", self.read(path, "csrf_token", "version"))

    def click_start(self, path: str) -> requests.Response:
        return self.post(f"{path}/start", self.read(f"{path}/start", "csrf_token", "number"))
