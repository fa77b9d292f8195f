"""While Statsig hangs on 200 creates, the form and the list stay fast, and memory stays bounded."""

import threading
import time
from pathlib import Path

import psutil
import pytest

from ..upstream import Answer, Request, serving
from .served import Served, Visitor

pytestmark = pytest.mark.soak
CREATES, LOOKS = 200, 300
SLOWEST = 0.25  # seconds, for 99 looks of 100
MORE = 60  # MB that the process may grow by during the test


def _hangs(request: Request) -> Answer | None:
    if request.method == "POST":
        time.sleep(20)
    return None


def test_pages_stay_fast_while_statsig_hangs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving() as upstream:
        upstream.answer = _hangs
        services = Served(tmp_path, upstream.url, CREATE_SLOTS=str(CREATES))
        services.start()
        visitors = [Visitor(services.url) for _ in range(CREATES)]
        paths = [visitor.write(f"Hanging {number}") for number, visitor in enumerate(visitors)]
        assert services.process
        process = psutil.Process(services.process.pid)
        before = process.memory_info().rss
        presses = [
            threading.Thread(target=each.click_create, args=(path,)) for each, path in zip(visitors, paths, strict=True)
        ]
        for click_create in presses:
            click_create.start()
        while len(upstream.posts) < CREATES // 2:
            time.sleep(0.05)
        took = sorted(_look(services.url, number) for number in range(LOOKS))
        grown = (process.memory_info().rss - before) / 1e6
        for click_create in presses:
            click_create.join()
        hung = len(upstream.posts)
        services.stop()
    slow = took[int(LOOKS * 0.99)]
    with capsys.disabled():
        print(
            f"\n{hung} creates hung; {LOOKS} looks: 99th percentile {slow * 1000:.0f} ms; memory grew by {grown:.0f} MB"
        )
    assert hung == CREATES
    assert slow < SLOWEST
    assert grown < MORE


def _look(url: str, number: int) -> float:
    visitor = Visitor(url)
    began = time.perf_counter()
    assert visitor.get("/" if number % 2 else "/autotunes/new").status_code == 200
    return time.perf_counter() - began
