"""A whole create, from the empty form to the confirmation, beside the time that Statsig itself would take."""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import requests

from tests.forms import BUTTON_COLOR_TEST, hidden
from tests.upstream import Upstream, serving

from . import served
from .report import AtMost, Line
from .timing import Measure, interleaved

DELAY = 0.2  # seconds, for each request to the upstream
OWN = 3 * DELAY * 1000  # milliseconds: a GET for the name at review and before the create, and the POST
KEY = "console-bench-not-a-key"


def lines(most: int) -> Iterator[Line]:
    with TemporaryDirectory() as folder, serving() as upstream:
        upstream.delay = DELAY
        environ = {"STATSIG_API_KEY": KEY, "STATSIG_API_URL": upstream.url, "STATSIG_PROJECT_NAME": "Shop"}
        with served.services(Path(folder), **environ) as services:
            measures = {"create": _create(services.url, upstream), "straight": _straight(upstream)}
            seen = interleaved(measures, min(most, 7))
    yield Line("whole create: upstream's own time, 3 x 200 ms", seen["create"], "ms", OWN, AtMost(OWN + 60))
    yield Line("  beside asking the upstream straight", seen["create"], "ms", seen["straight"])


def _create(url: str, upstream: Upstream) -> Measure:
    """Milliseconds from opening the form to having read the confirmation."""
    numbers = iter(range(1000))

    def measure() -> float:
        name, asked = f"Bench {next(numbers)}", len(upstream.requests)
        with requests.Session() as browser:
            browser.trust_env = False
            began = time.perf_counter()
            page = _through(browser, url, name)
            took = time.perf_counter() - began
        assert "Created in Statsig" in page, "the confirmation did not come"
        assert len(upstream.requests) - asked == 3, "a create is two GETs and one POST"
        return took * 1000

    return measure


def _through(browser: requests.Session, url: str, name: str) -> str:
    form = browser.get(f"{url}/autotunes/new").text
    own = {each: hidden(form, each) for each in ("csrf_token", "token", "version")}
    typed = {**BUTTON_COLOR_TEST, **own, "name": name, "action": "check"}
    back = browser.post(f"{url}/autotunes", data=typed)
    pressed = {each: hidden(back.text, each) for each in ("csrf_token", "version")}
    return browser.post(f"{back.url}/create", data=pressed).text


def _straight(upstream: Upstream) -> Measure:
    numbers = iter(range(1000))

    def measure() -> float:
        name = f"straight {next(numbers)}"
        with requests.Session() as session:
            session.trust_env = False
            began = time.perf_counter()
            for _ in range(2):
                session.get(f"{upstream.url}/autotunes/{name}")
            session.post(f"{upstream.url}/autotunes", json={"name": name})
            return (time.perf_counter() - began) * 1000

    return measure
