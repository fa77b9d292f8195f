"""While Statsig hangs on 200 creates, the form and the list stay fast, and memory stays bounded."""

import threading
import time
from pathlib import Path

import psutil
import pytest

from ..fake_statsig import serve_fake_statsig
from ..http_stub import Request, Response
from .server_process import ServerProcess, Visitor

pytestmark = pytest.mark.soak
CREATES, PAGE_LOADS = 200, 300
MAX_SECONDS = 0.25  # seconds, for 99 of 100 page loads
MAX_GROWTH = 60  # MB: how much the process may grow during the test


def _hang(request: Request) -> Response | None:
    if request.method == "POST":
        time.sleep(20)
    return None


def test_pages_stay_fast_while_statsig_hangs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serve_fake_statsig() as statsig:
        statsig.responder = _hang
        server = ServerProcess(tmp_path, statsig.url, CREATE_SLOTS=str(CREATES))
        server.start()
        visitors = [Visitor(server.url) for _ in range(CREATES)]
        paths = [visitor.write(f"Hanging {number}") for number, visitor in enumerate(visitors)]
        assert server.process
        process = psutil.Process(server.process.pid)
        before = process.memory_info().rss
        threads = [
            threading.Thread(target=visitor.click_create, args=(path,))
            for visitor, path in zip(visitors, paths, strict=True)
        ]
        for thread in threads:
            thread.start()
        while len(statsig.posts) < CREATES // 2:
            time.sleep(0.05)
        durations = sorted(_load_page(server.url, number) for number in range(PAGE_LOADS))
        growth = (process.memory_info().rss - before) / 1e6
        for thread in threads:
            thread.join()
        hanging = len(statsig.posts)
        server.stop()
    percentile_99 = durations[int(PAGE_LOADS * 0.99)]
    with capsys.disabled():
        print(
            f"\n{hanging} creates hung; {PAGE_LOADS} page loads: 99th percentile {percentile_99 * 1000:.0f} ms; "
            f"memory grew by {growth:.0f} MB"
        )
    assert hanging == CREATES
    assert percentile_99 < MAX_SECONDS
    assert growth < MAX_GROWTH


def _load_page(url: str, number: int) -> float:
    visitor = Visitor(url)
    start = time.perf_counter()
    assert visitor.get("/" if number % 2 else "/autotunes/new").status_code == 200
    return time.perf_counter() - start
