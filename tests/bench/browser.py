"""What a browser fetches for its first look at the form, and when it first paints."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from . import served
from .relay import relay
from .report import AtMost, Line
from .timing import Measure, interleaved

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""
SWITCHES = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
FORM, PLAIN = "/autotunes/new", "/form"
SLOWED = 4  # times, the processor of the browser
LOADS = 7  # of two each
SETTLED = 0.7  # seconds after the load, for the icon and whatever else comes late
PAINTED = """new Promise((done) => new PerformanceObserver((list) => {
  for (const each of list.getEntriesByName("first-contentful-paint")) done(each.startTime);
}).observe({ type: "paint", buffered: true }))"""


def lines(most: int) -> Iterator[Line]:
    if not CHROMIUM:
        print("(no Chromium was found: first load and first paint are not measured)")
        return
    with (
        TemporaryDirectory() as folder,
        _chromium() as browser,
        served.services(Path(folder)) as services,
        served.reference() as plain,
    ):
        yield from _first_load(browser, services, plain)
        yield from _first_paint(browser, services, plain, min(most, LOADS))


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield browser
        browser.close()


@contextmanager
def _fresh_page(browser: Browser) -> Iterator[Page]:
    """With an empty cache and no cookies."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def _open(page: Page, url: str) -> None:
    answer = page.goto(url, wait_until="load")
    assert answer, f"{url} led nowhere"
    assert answer.status == 200, f"{url} answered {answer.status}"
    served.want_form(page.content(), url)


def _first_load(browser: Browser, services: served.Served, plain: served.Served) -> Iterator[Line]:
    size, requests, strange = _loaded(browser, services, FORM)
    beside, _, _ = _loaded(browser, plain, PLAIN)
    yield Line("first load, bytes on the wire: plain WTForms", size, "B", beside, AtMost(24_000))
    yield Line("  requests", len(requests), "", None, AtMost(5))
    yield Line("  requests to other hosts", len(strange), "", None, AtMost(0))


def _loaded(browser: Browser, server: served.Served, path: str) -> tuple[int, list[str], list[str]]:
    """Bytes that came in, requests that the server saw, addresses of other hosts that the page asked for."""
    asked: list[str] = []
    with relay(server.port) as traffic, _fresh_page(browser) as page:
        page.on("request", lambda request: asked.append(request.url))
        _open(page, traffic.url + path)
        page.wait_for_timeout(SETTLED * 1000)
        own = urlsplit(traffic.url).netloc
        strange = [url for url in asked if urlsplit(url).netloc != own]
        return sum(traffic.down), list(traffic.requests), strange


def _first_paint(browser: Browser, services: served.Served, plain: served.Served, rounds: int) -> Iterator[Line]:
    measures = {"form": _painted(browser, services.url + FORM), "plain": _painted(browser, plain.url + PLAIN)}
    seen = interleaved(measures, rounds, best_of=2)
    what, goal = f"first paint, processor slowed {SLOWED} times: plain WTForms", AtMost(1.3, "ratio")
    yield Line(what, seen["form"], "ms", seen["plain"], goal)


def _painted(browser: Browser, url: str) -> Measure:
    """Milliseconds from the navigation to the first contentful paint."""

    def measure() -> float:
        with _fresh_page(browser) as page:
            session = page.context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
            _open(page, url)
            return float(page.evaluate(PAINTED))

    return measure
