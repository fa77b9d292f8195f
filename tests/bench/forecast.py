"""The planner: beside MABWiser's Thompson sampling, its table beside one plan, and how soon a plan is on the page."""

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
from webapp.forecast.scenario import Question

from . import served
from .report import AtMost, Line
from .timing import interleaved

QUESTION = Question((0.05, 0.05, 0.055), 2000, 24, 1, 95)
SMALL = replace(QUESTION, days=2, launches=200)  # to try whether this part still works
TYPICAL = {"visits": "2000", "rate": "5", "lift": "10", "days": "28"}
LARGE = {**TYPICAL, "days": "56"}
SOON = {"days": "7", "visits": "20000", "rate": "40"}  # the same on the page: launches end at once
TIMES = 200  # faster than MABWiser: so many times fewer of its launches stand beside ours
ROUNDS = 3
ON_PAGE = b"What would happen"
MISSING = "MABWiser is not installed, so the planner stands beside nothing: pip install mabwiser (it is large)"


def lines(most: int) -> Iterator[Line]:
    question, rounds = QUESTION if most else SMALL, min(most, ROUNDS)
    yield from _beside_mabwiser(question, rounds)
    yield _table(question, rounds)
    with TemporaryDirectory() as folder:
        yield from _on_the_page(Path(folder), **({} if most else SOON))


def _beside_mabwiser(question: Question, rounds: int) -> Iterator[Line]:
    """Our launches beside a two-hundredth of them by MABWiser: equal times mean 200 times faster."""
    from webapp.forecast.steps import plan  # noqa: PLC0415 - the other parts do without NumPy

    few = question.launches // TIMES
    what = f"{question.launches:,} launches: {few} by MABWiser, so {TIMES} times"
    ours = _seconds(lambda: plan(question))
    try:
        from .mabwiser_simulation import play  # noqa: PLC0415 - an extra
    except ImportError:
        yield Line(f"{what}; {MISSING}", ours, "s")
        return
    seen = interleaved(
        {"ours": lambda: _seconds(lambda: plan(question)), "theirs": lambda: _seconds(lambda: play(question, few))},
        rounds,
    )
    yield Line(what, seen["ours"], "s", seen["theirs"], AtMost(1, of="ratio"))


def _table(question: Question, rounds: int) -> Line:
    from webapp.forecast.steps import plan, table  # noqa: PLC0415

    seen = interleaved(
        {"plan": lambda: _seconds(lambda: plan(question)), "table": lambda: _seconds(lambda: table(question))},
        rounds,
    )
    return Line("all 25 choices: one plan", seen["table"], "s", seen["plan"], AtMost(6, of="ratio"))


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
        first = _press(connection, three, typical)
        # A little more of a lift is another question: nothing comes from the cache.
        later = sorted(_press(connection, three, {**typical, "lift": f"10.{number}"}) for number in (1, 2, 3))
        yield Line("a plan on the page, 3 variants, 28 days, the first", first, "s", goal=AtMost(2))
        yield Line("the same, later", later[1], "s", goal=AtMost(2))
        yield Line("10 variants, 56 days, with progress", _press(connection, ten, large), "s", goal=AtMost(12))


def _draft(folder: Path, variants: int) -> str:
    """The address of a draft, made as the form makes it."""
    app = create_app(read_settings({"DATA_DIR": str(folder)}))
    app.config["WTF_CSRF_ENABLED"] = False
    fields = {f"variants-{row}-name": f"variant {row}" for row in range(variants)}
    windows = {"explorationWindow": "24hr", "attributionWindow": "1hr", "winnerThreshold": "95%"}
    answer = app.test_client().post("/autotunes", data={"action": "save", **windows, **fields})
    app.extensions["services"].close()
    app.extensions["plans"].close()
    return answer.headers["Location"]


def _press(connection: HTTPConnection, address: str, guesses: dict[str, str]) -> float:
    """Seconds from the press to a page with the plan; one without it yet is looked at again, as its script does."""
    query = urlencode(guesses)
    began = time.perf_counter()
    page = served.get(connection, f"{address}/forecast?{query}")
    while ON_PAGE not in page:
        while _stage(connection, f"{address}/forecast.json?{query}") in ("waiting", "running"):
            time.sleep(0.3)
        page = served.get(connection, f"{address}/forecast?{query}")
    took = time.perf_counter() - began
    _wait_for_the_end(connection, f"{address}/forecast.json?{query}")
    return took


def _stage(connection: HTTPConnection, path: str) -> str:
    answer: dict[str, Any] = json.loads(served.get(connection, path))
    return str(answer["stage"])


def _wait_for_the_end(connection: HTTPConnection, path: str) -> None:
    while _stage(connection, path) not in ("done", "failed"):
        time.sleep(0.3)
