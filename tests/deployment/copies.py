"""Copies of the app under gunicorn with the documented configuration, and the visitors of their pages."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from ..soak.server_process import ROOT, free_port

CONFIG = ROOT / "docs" / "deployment" / "gunicorn.conf.py"
START_SECONDS, STOP_SECONDS = 60.0, 40.0


@dataclass
class Copy:
    process: subprocess.Popen[bytes]
    address: str
    log: Path

    def lines(self) -> list[dict[str, Any]]:
        """The JSON lines. gunicorn prints a plain one when a signal reaches a worker that is accepting a connection."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(STOP_SECONDS)

    def wait_until_ready(self) -> None:
        wait_for(f"http://{self.address}/healthz", self.process)


def wait_for(url: str, process: subprocess.Popen[bytes], **options: Any) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, "the process ended"
        try:
            assert requests.get(url, timeout=5, **options).status_code == 200
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"{url} does not answer")


@contextmanager
def running(folder: Path, **environ: str) -> Iterator[Copy]:
    """One copy, with its log and its data in a folder. It may not be ready yet."""
    port = str(free_port())
    log = folder / f"{port}.log"
    inherited = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    data = {"DATA_DIR": str(folder / "data"), "PORT": port}
    command = [sys.executable, "-m", "gunicorn", "--config", str(CONFIG), "webapp.wsgi:app"]
    with (
        log.open("wb") as file,
        subprocess.Popen(command, cwd=ROOT, env={**inherited, **data, **environ}, stderr=file, stdout=file) as process,
    ):
        try:
            yield Copy(process, f"127.0.0.1:{port}", log)
        finally:
            process.terminate()
