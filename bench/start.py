"""How soon the desk answers, and how much memory it holds."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from . import served
from .report import AtMost, Line
from .timing import interleaved

VIEWS = ("/autotunes/new", "/")
ROUNDS = 4
PAGES = 200


def lines() -> Iterator[Line]:
    with TemporaryDirectory() as folder:
        yield from _ready(Path(folder))
        yield from _memory(Path(folder) / "kept")


def _ready(folder: Path) -> Iterator[Line]:
    numbers = count()
    seen = interleaved(
        {
            "fresh": lambda: _seconds(served.desk(folder / f"{next(numbers)}")),
            "kept": lambda: _seconds(served.desk(folder / "kept")),
            "plain": lambda: _seconds(served.reference()),
        },
        rounds=ROUNDS,
    )
    for name, what in (("fresh", "a fresh"), ("kept", "an existing")):
        yield Line(f"ready on {what} data folder: reference app", seen[name], "s", seen["plain"], AtMost(1))


def _seconds(server: AbstractContextManager[served.Served]) -> float:
    with server as running:
        return running.ready


def _memory(folder: Path) -> Iterator[Line]:
    with served.desk(folder) as desk, served.reference() as plain:
        held, beside = _after_views(desk, VIEWS), _after_views(plain, ("/form", "/form"))
    yield Line(f"memory (RSS) after {PAGES} pages: reference app", held, "MB", beside, AtMost(90))


def _after_views(server: served.Served, paths: tuple[str, str]) -> float:
    connection = HTTPConnection("127.0.0.1", server.port)
    for number in range(PAGES):
        served.get(connection, paths[number % 2], "gzip, deflate, br, zstd")
    return float(psutil.Process(server.pid).memory_info().rss) / 1e6
