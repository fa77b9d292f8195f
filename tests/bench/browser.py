"""What a browser fetches when it first opens the form, and when it first paints."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from . import servers
from .relay import relay
from .report import AtMost, Line
from .timing import Measure, interleaved

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
FORM, PLAIN = "/autotunes/new", "/form"
SLOWDOWN = 4  # of the browser's processor
LOADS = 7  # rounds, of two page loads each
IDLE_SECONDS = 0.7  # after the load, for the icon and other late requests
FIRST_PAINT = """new Promise((done) => new PerformanceObserver((list) => {
  for (const entry of list.getEntriesByName("first-contentful-paint")) done(entry.startTime);
}).observe({ type: "paint", buffered: true }))"""


def lines(max_rounds: int) -> Iterator[Line]:
    if not CHROMIUM:
        print("(no Chromium was found: first load and first paint are not measured)")
        return
    with (
        TemporaryDirectory() as folder,
        _chromium() as browser,
        servers.serve_desk(Path(folder)) as desk,
        servers.serve_reference() as plain,
    ):
        yield from _first_load(browser, desk, plain)
        yield from _first_paint(browser, desk, plain, min(max_rounds, LOADS))


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield browser
        browser.close()


@contextmanager
def _fresh_page(browser: Browser) -> Iterator[Page]:
    """A page with an empty cache and no cookies."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def _open(page: Page, url: str) -> None:
    response = page.goto(url, wait_until="load")
    assert response, f"{url} did not respond"
    assert response.status == 200, f"{url} answered {response.status}"
    servers.require_form(page.content(), url)


def _first_load(browser: Browser, desk: servers.Server, plain: servers.Server) -> Iterator[Line]:
    size, requests, foreign_requests = _load(browser, desk, FORM)
    plain_size, _, _ = _load(browser, plain, PLAIN)
    yield Line("first load, bytes on the wire: plain WTForms", size, "B", plain_size, AtMost(30_000))
    yield Line("  requests", len(requests), "", None, AtMost(5))
    yield Line("  requests to other hosts", len(foreign_requests), "", None, AtMost(0))


def _load(browser: Browser, server: servers.Server, path: str) -> tuple[int, list[str], list[str]]:
    """The number of bytes received, the requests to the server, and the URLs of requests to other hosts."""
    urls: list[str] = []
    with relay(server.port) as traffic, _fresh_page(browser) as page:
        page.on("request", lambda request: urls.append(request.url))
        _open(page, traffic.url + path)
        page.wait_for_timeout(IDLE_SECONDS * 1000)
        host = urlsplit(traffic.url).netloc
        foreign_requests = [url for url in urls if urlsplit(url).netloc != host]
        return sum(traffic.received), list(traffic.requests), foreign_requests


def _first_paint(browser: Browser, desk: servers.Server, plain: servers.Server, rounds: int) -> Iterator[Line]:
    measures = {"form": _first_paint_of(browser, desk.url + FORM), "plain": _first_paint_of(browser, plain.url + PLAIN)}
    times = interleaved(measures, rounds, best_of=2)
    label, goal = f"first paint, processor slowed {SLOWDOWN} times: plain WTForms", AtMost(1.3, "ratio")
    yield Line(label, times["form"], "ms", times["plain"], goal)


def _first_paint_of(browser: Browser, url: str) -> Measure:
    """Milliseconds from the navigation to the first contentful paint."""

    def measure() -> float:
        with _fresh_page(browser) as page:
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
            _open(page, url)
            return float(page.evaluate(FIRST_PAINT))

    return measure
