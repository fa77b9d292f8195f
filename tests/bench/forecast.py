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

from . import servers
from .report import AtMost, Line
from .timing import interleaved

SCENARIO = Scenario((0.05, 0.05, 0.055), 2000, 24, 1, 95)
SMALL = replace(SCENARIO, days=2, runs=200)  # to check that the benchmark works
TYPICAL = {"visits": "2000", "rate": "5", "lift": "10", "days": "28"}
LARGE = {**TYPICAL, "days": "56"}
QUICK = {"days": "7", "visits": "20000", "rate": "40"}  # the same on the page: runs end at once
SPEEDUP = 200  # over MABWiser: its simulation gets this many times fewer runs
ROUNDS = 3
SUMMARY_HEADING = b"What to expect"
NO_MABWISER = "MABWiser is not installed, so there is no comparison: pip install mabwiser (it is large)"


def lines(max_rounds: int) -> Iterator[Line]:
    scenario, rounds = SCENARIO if max_rounds else SMALL, min(max_rounds, ROUNDS)
    yield from _compare_with_mabwiser(scenario, rounds)
    yield _comparison(scenario, rounds)
    with TemporaryDirectory() as folder:
        yield from _on_the_page(Path(folder), **({} if max_rounds else QUICK))


def _compare_with_mabwiser(scenario: Scenario, rounds: int) -> Iterator[Line]:
    """Our runs and a two-hundredth of them by MABWiser: equal times mean 200 times faster."""
    from tests.forecast.compute import compute_summary  # noqa: PLC0415 - not all parts need NumPy

    mabwiser_runs = scenario.runs // SPEEDUP
    label = f"{scenario.runs:,} runs: {mabwiser_runs} by MABWiser, so {SPEEDUP} times"
    ours = _seconds(lambda: compute_summary(scenario))
    try:
        from .mabwiser_simulation import simulate  # noqa: PLC0415 - an extra
    except ImportError:
        yield Line(f"{label}; {NO_MABWISER}", ours, "s")
        return
    times = interleaved(
        {
            "ours": lambda: _seconds(lambda: compute_summary(scenario)),
            "theirs": lambda: _seconds(lambda: simulate(scenario, mabwiser_runs)),
        },
        rounds,
    )
    yield Line(label, times["ours"], "s", times["theirs"], AtMost(1, of="ratio"))


def _comparison(scenario: Scenario, rounds: int) -> Line:
    from tests.forecast.compute import compute_summary  # noqa: PLC0415
    from webapp.forecast.compute import compute_forecast  # noqa: PLC0415

    times = interleaved(
        {
            "summary": lambda: _seconds(lambda: compute_summary(scenario)),
            "forecast": lambda: _seconds(lambda: compute_forecast(scenario)),
        },
        rounds,
    )
    return Line(
        "forecast with comparison: summary alone", times["forecast"], "s", times["summary"], AtMost(6, of="ratio")
    )


def _seconds(function: Callable[[], object]) -> float:
    """Processor time, which depends less on other programs than elapsed time."""
    start = time.process_time()
    function()
    return time.process_time() - start


def _on_the_page(folder: Path, **changed: str) -> Iterator[Line]:
    typical, large = TYPICAL | changed, LARGE | changed
    three, ten = _draft(folder, 3), _draft(folder, 10)
    with servers.serve_desk(folder) as desk:
        connection = HTTPConnection("127.0.0.1", desk.port)
        first = _time_page(connection, three, typical)
        # Another lift is another scenario, which is not in the cache.
        later_ones = sorted(_time_page(connection, three, {**typical, "lift": f"10.{number}"}) for number in (1, 2, 3))
        yield Line("a forecast on the page, 3 variants, 28 days, the first", first, "s", goal=AtMost(2))
        yield Line("a forecast on the page, a later one", later_ones[1], "s", goal=AtMost(2))
        yield Line("10 variants, 56 days, with progress", _time_page(connection, ten, large), "s", goal=AtMost(12))


def _draft(folder: Path, variants: int) -> str:
    """The address of a draft, saved by the form."""
    app = create_app(read_settings({"DATA_DIR": str(folder)}))
    app.config["WTF_CSRF_ENABLED"] = False
    fields = {f"variants-{row}-name": f"variant {row}" for row in range(variants)}
    windows = {"explorationWindow": "24hr", "attributionWindow": "1hr", "winnerThreshold": "95%"}
    response = app.test_client().post("/autotunes", data={"action": "save", **windows, **fields})
    app.extensions["services"].close()
    app.extensions["forecasts"].close()
    return response.headers["Location"]


def _time_page(connection: HTTPConnection, address: str, assumptions: dict[str, str]) -> float:
    """Seconds from the click to a page with the summary; polls as the page's script does."""
    query = urlencode(assumptions)
    start = time.perf_counter()
    page = servers.get(connection, f"{address}/forecast?{query}")
    while SUMMARY_HEADING not in page:
        while _stage(connection, f"{address}/forecast.json?{query}") in ("waiting", "running"):
            time.sleep(0.3)
        page = servers.get(connection, f"{address}/forecast?{query}")
    duration = time.perf_counter() - start
    _wait_until_finished(connection, f"{address}/forecast.json?{query}")
    return duration


def _stage(connection: HTTPConnection, path: str) -> str:
    response: dict[str, Any] = json.loads(servers.get(connection, path))
    return str(response["stage"])


def _wait_until_finished(connection: HTTPConnection, path: str) -> None:
    while _stage(connection, path) not in ("done", "failed"):
        time.sleep(0.3)
