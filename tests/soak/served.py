"""The desk as its administrator runs it: a process that can be killed, and people at its pages."""

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


class Served:
    """One data folder; `start` and `kill` as often as wanted."""

    def __init__(self, folder: Path, statsig: str, **environ: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        key = {"STATSIG_API_KEY": CANARY, "STATSIG_API_URL": statsig}
        self.environ = {**kept, **key, "DATA_DIR": str(folder), "PORT": str(self.port), **environ}
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
    """A browser without JavaScript."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False

    def get(self, path: str) -> requests.Response:
        return self.session.get(self.url + path, timeout=30)

    def write(self, name: str) -> str:
        """The path of an autotune that was acknowledged as kept."""
        page = self.get("/autotunes/new").text
        own = {field: hidden(page, field) for field in ("csrf_token", "token", "version")}
        fields = {**BUTTON_COLOR_TEST, **own, "name": name, "action": "check"}
        answer = self.session.post(f"{self.url}/autotunes", fields, timeout=30, allow_redirects=False)
        assert answer.status_code == 303, answer.text
        return answer.headers["Location"]

    def press(self, path: str) -> requests.Response:
        page = self.get(path).text
        own = {field: hidden(page, field) for field in ("csrf_token", "version")}
        return self.session.post(f"{self.url}{path}/create", own, timeout=30, allow_redirects=False)
