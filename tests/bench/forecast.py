"""Forecasts: beside an earlier version of the engine and MABWiser's Thompson sampling, and on the page."""

import io
import json
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from http.client import HTTPConnection
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlencode

from webapp import create_app
from webapp.config import read_settings
from webapp.forecast.scenario import EXPLORATION_HOURS, Scenario

from . import servers
from .report import AtMost, Line
from .timing import interleaved

SCENARIO = Scenario((0.05, 0.05, 0.055), 2000, 24, 1, 95)
SMALL = replace(SCENARIO, days=2, runs=200)  # to check that the benchmark works
TYPICAL = {"visits": "2000", "rate": "5", "lift": "10", "days": "28"}
LARGE = {**TYPICAL, "days": "56"}
QUICK = {"days": "7", "visits": "20000", "rate": "40"}  # the same on the page: runs end at once
LARGE_SCENARIO = Scenario((0.05,) * 9 + (0.055,), 2000, 24, 1, 95, days=56)
EARLIER = "fd04fd9"  # the last commit with the earlier engine
SPEEDUP = 1000  # over MABWiser: its simulation gets this many times fewer runs
ROUNDS = 3
SUMMARY_HEADING = b'id="result-title"'
NO_MABWISER = "MABWiser is not installed, so there is no comparison: pip install mabwiser (it is large)"


def lines(max_rounds: int) -> Iterator[Line]:
    scenario, rounds = SCENARIO if max_rounds else SMALL, min(max_rounds, ROUNDS)
    with TemporaryDirectory() as folder:
        yield from _beside_the_earlier_engine(Path(folder), scenario, rounds)
    yield from _compare_with_mabwiser(scenario, rounds)
    yield from _parts(scenario, rounds)
    with TemporaryDirectory() as folder:
        yield from _on_the_page(Path(folder), **({} if max_rounds else QUICK))


def _beside_the_earlier_engine(folder: Path, scenario: Scenario, rounds: int) -> Iterator[Line]:
    """The summary, and all exploration windows, by both."""
    try:
        earlier = _earlier_engine(folder)
    except (OSError, subprocess.CalledProcessError):
        yield Line(f"the earlier engine is not in the history of this checkout: git show {EARLIER}", 0, "s")
        return
    windows = EXPLORATION_HOURS
    large = LARGE_SCENARIO if rounds else scenario
    for label, of, hours, goal in (
        ("the summary", scenario, (scenario.exploration_hours,), 0.35),
        ("all 25 settings", scenario, windows, 0.4),
        ("all 25 settings of 10 variants over 56 days", large, windows, 0.4),
    ):
        times = interleaved({"now": _simulates(of, hours), "earlier": _simulates_earlier(earlier, of, hours)}, rounds)
        yield Line(f"{label}: earlier engine", times["now"], "s", times["earlier"], AtMost(goal, of="ratio"))


def _earlier_engine(folder: Path) -> Any:
    """The package `forecast` of the commit, under another name."""
    archive = subprocess.run(
        ["git", "archive", EARLIER, "webapp/forecast"], capture_output=True, check=True, cwd=Path(__file__).parents[2]
    )
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        tar.extractall(folder, filter="data")
    (folder / "webapp" / "forecast").rename(folder / "earlier_forecast")
    sys.path.insert(0, str(folder))
    return import_module("earlier_forecast.simulation"), import_module("earlier_forecast.scenario")


def _simulates(scenario: Scenario, hours: Sequence[int]) -> Callable[[], float]:
    from webapp.forecast.simulation import simulate  # noqa: PLC0415 - not all parts need NumPy

    scenarios = [replace(scenario, exploration_hours=window) for window in hours]
    own = scenario.exploration_hours
    return lambda: _seconds(lambda: [simulate(each, record=each.exploration_hours == own) for each in scenarios])


def _simulates_earlier(engine: Any, scenario: Scenario, hours: Sequence[int]) -> Callable[[], float]:
    simulation, scenarios = engine
    names = ("rates", "visits_per_day", "exploration_hours", "attribution_hours", "threshold", "days", "runs")
    same = scenarios.Scenario(**{name: getattr(scenario, name) for name in names})
    return lambda: _seconds(lambda: [simulation.simulate(same, window, lambda progress: None) for window in hours])


def _compare_with_mabwiser(scenario: Scenario, rounds: int) -> Iterator[Line]:
    """Our runs and a thousandth of them by MABWiser: equal times mean 1,000 times faster, the goal is 800."""
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
    yield Line(label, times["ours"], "s", times["theirs"], AtMost(1.25, of="ratio"))


def _parts(scenario: Scenario, rounds: int) -> Iterator[Line]:
    """What the recommendation, the curve and the target add to the summary and the table."""
    from webapp.forecast.compute import forecast_steps  # noqa: PLC0415

    def until(part: str, of: Scenario) -> float:
        steps = forecast_steps(of)
        return _seconds(lambda: next(step for step in steps if part in step or step["progress"] >= 1))

    everything = replace(scenario, target_days=min(21, scenario.days))
    times = interleaved(
        {"table": lambda: until("comparison", everything), "all": lambda: until("none", everything)}, rounds
    )
    label = "forecast with comparison, recommendation, curve and target: with the comparison alone"
    yield Line(label, times["all"], "s", times["table"], AtMost(9, of="ratio"))


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
