"""A whole create, from the empty form to the confirmation, compared with the time that Statsig itself takes."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from tests.fake_statsig import FakeStatsig, serve_fake_statsig
from tests.forms import BUTTON_COLOR_TEST, hidden

from . import servers
from .report import AtMost, Line
from .timing import Measure, interleaved

DELAY = 0.2  # seconds that Statsig takes for each request
STATSIG_MS = 3 * DELAY * 1000  # a GET at review, a GET before the create, and the POST
KEY = "console-bench-not-a-key"


def lines(max_rounds: int) -> Iterator[Line]:
    with TemporaryDirectory() as folder, serve_fake_statsig() as statsig:
        statsig.delay = DELAY
        environ = {"STATSIG_API_KEY": KEY, "STATSIG_API_URL": statsig.url, "STATSIG_PROJECT_NAME": "Shop"}
        with servers.serve_desk(Path(folder), **environ) as desk:
            measures = {"create": _create(desk.url, statsig), "requests": _requests_only(statsig)}
            times = interleaved(measures, min(max_rounds, 7))
    yield Line(
        "whole create: Statsig's own time, 3 x 200 ms", times["create"], "ms", STATSIG_MS, AtMost(STATSIG_MS + 60)
    )
    yield Line("  beside the same requests without the desk", times["create"], "ms", times["requests"])


def _create(url: str, statsig: FakeStatsig) -> Measure:
    """Milliseconds from opening the form to the confirmation."""
    numbers = iter(range(1000))

    def measure() -> float:
        name, requests_before = f"Bench {next(numbers)}", len(statsig.requests)
        with requests.Session() as browser:
            browser.trust_env = False
            start = time.perf_counter()
            page = _create_on_pages(browser, url, name)
            duration = time.perf_counter() - start
        assert "Created in Statsig" in page, "the confirmation did not come"
        assert len(statsig.requests) - requests_before == 3, "a create is two GETs and one POST"
        return duration * 1000

    return measure


def _create_on_pages(browser: requests.Session, url: str, name: str) -> str:
    form = browser.get(f"{url}/autotunes/new").text
    hidden_fields = {name: hidden(form, name) for name in ("csrf_token", "token", "version")}
    fields = {**BUTTON_COLOR_TEST, **hidden_fields, "name": name, "action": "check"}
    review = browser.post(f"{url}/autotunes", data=fields)
    create_fields = {name: hidden(review.text, name) for name in ("csrf_token", "version")}
    return browser.post(f"{review.url}/create", data=create_fields).text


def _requests_only(statsig: FakeStatsig) -> Measure:
    numbers = iter(range(1000))

    def measure() -> float:
        name = f"Requests {next(numbers)}"
        with requests.Session() as session:
            session.trust_env = False
            start = time.perf_counter()
            for _ in range(2):
                session.get(f"{statsig.url}/autotunes/{name}")
            session.post(f"{statsig.url}/autotunes", json={"name": name})
            return (time.perf_counter() - start) * 1000

    return measure
