"""Forecasts: compared with MABWiser's Thompson sampling, with and without the comparison, and on the page."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from webapp import create_app
from webapp.config import read_settings
from webapp.forecast.scenario import Scenario

from . import served
from .report import AtMost, Line
from .timing import interleaved

SCENARIO = Scenario((0.05, 0.05, 0.055), 2000, 24, 1, 95)
SMALL = replace(SCENARIO, days=2, runs=200)  # only shows that the benchmark works
TYPICAL = {"visits": "2000", "rate": "5", "lift": "10", "days": "28"}
LARGE = {**TYPICAL, "days": "56"}
SOON = {"days": "7", "visits": "20000", "rate": "40"}  # the same on the page: runs end at once
TIMES = 200  # faster than MABWiser: so many times fewer of its runs are simulated
ROUNDS = 3
ON_PAGE = b"What to expect"
MISSING = "MABWiser is not installed, so there is no comparison: pip install mabwiser (it is large)"


def lines(most: int) -> Iterator[Line]:
    scenario, rounds = SCENARIO if most else SMALL, min(most, ROUNDS)
    yield from _compare_with_mabwiser(scenario, rounds)
    yield _comparison(scenario, rounds)
    with TemporaryDirectory() as folder:
        yield from _on_the_page(Path(folder), **({} if most else SOON))


def _compare_with_mabwiser(scenario: Scenario, rounds: int) -> Iterator[Line]:
    """Our runs and a two-hundredth of them by MABWiser: equal times mean 200 times faster."""
    from tests.forecast.compute import compute_summary  # noqa: PLC0415 - not all parts need NumPy

    few = scenario.runs // TIMES
    what = f"{scenario.runs:,} runs: {few} by MABWiser, so {TIMES} times"
    ours = _seconds(lambda: compute_summary(scenario))
    try:
        from .mabwiser_simulation import simulate  # noqa: PLC0415 - an extra
    except ImportError:
        yield Line(f"{what}; {MISSING}", ours, "s")
        return
    seen = interleaved(
        {
            "ours": lambda: _seconds(lambda: compute_summary(scenario)),
            "theirs": lambda: _seconds(lambda: simulate(scenario, few)),
        },
        rounds,
    )
    yield Line(what, seen["ours"], "s", seen["theirs"], AtMost(1, of="ratio"))


def _comparison(scenario: Scenario, rounds: int) -> Line:
    from tests.forecast.compute import compute_summary  # noqa: PLC0415
    from webapp.forecast.compute import compute_forecast  # noqa: PLC0415

    seen = interleaved(
        {
            "summary": lambda: _seconds(lambda: compute_summary(scenario)),
            "forecast": lambda: _seconds(lambda: compute_forecast(scenario)),
        },
        rounds,
    )
    return Line(
        "forecast with comparison: summary alone", seen["forecast"], "s", seen["summary"], AtMost(6, of="ratio")
    )


def _seconds(work: Callable[[], object]) -> float:
    """Of processor time, which other programs disturb less than the clock's."""
    began = time.process_time()
    work()
    return time.process_time() - began


def _on_the_page(folder: Path, **changed: str) -> Iterator[Line]:
    typical, large = TYPICAL | changed, LARGE | changed
    three, ten = _draft(folder, 3), _draft(folder, 10)
    with served.services(folder) as services:
        connection = HTTPConnection("127.0.0.1", services.port)
        first = _time_page(connection, three, typical)
        # A little more of a lift is another scenario: nothing comes from the cache.
        later = sorted(_time_page(connection, three, {**typical, "lift": f"10.{number}"}) for number in (1, 2, 3))
        yield Line("a forecast on the page, 3 variants, 28 days, the first", first, "s", goal=AtMost(2))
        yield Line("the same, later", later[1], "s", goal=AtMost(2))
        yield Line("10 variants, 56 days, with progress", _time_page(connection, ten, large), "s", goal=AtMost(12))


def _draft(folder: Path, variants: int) -> str:
    """The address of a draft, made as the form makes it."""
    app = create_app(read_settings({"DATA_DIR": str(folder)}))
    app.config["WTF_CSRF_ENABLED"] = False
    fields = {f"variants-{row}-name": f"variant {row}" for row in range(variants)}
    windows = {"explorationWindow": "24hr", "attributionWindow": "1hr", "winnerThreshold": "95%"}
    answer = app.test_client().post("/autotunes", data={"action": "save", **windows, **fields})
    app.extensions["services"].close()
    app.extensions["forecasts"].close()
    return answer.headers["Location"]


def _time_page(connection: HTTPConnection, address: str, assumptions: dict[str, str]) -> float:
    """Seconds from the click to a page with the summary, which is polled for as the page's script does."""
    query = urlencode(assumptions)
    began = time.perf_counter()
    page = served.get(connection, f"{address}/forecast?{query}")
    while ON_PAGE not in page:
        while _stage(connection, f"{address}/forecast.json?{query}") in ("waiting", "running"):
            time.sleep(0.3)
        page = served.get(connection, f"{address}/forecast?{query}")
    took = time.perf_counter() - began
    _wait_until_finished(connection, f"{address}/forecast.json?{query}")
    return took


def _stage(connection: HTTPConnection, path: str) -> str:
    answer: dict[str, Any] = json.loads(served.get(connection, path))
    return str(answer["stage"])


def _wait_until_finished(connection: HTTPConnection, path: str) -> None:
    while _stage(connection, path) not in ("done", "failed"):
        time.sleep(0.3)
