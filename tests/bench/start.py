"""How soon the app answers, and how much memory it uses."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from . import served
from .report import AtMost, Line, Under
from .timing import interleaved

VIEWS = ("/autotunes/new", "/")
ROUNDS = 4
PAGES = 200


def lines(most: int) -> Iterator[Line]:
    with TemporaryDirectory() as folder:
        yield from _ready(Path(folder), min(most, ROUNDS))
        yield from _memory(Path(folder) / "kept", PAGES if most else len(VIEWS))


def _ready(folder: Path, rounds: int) -> Iterator[Line]:
    numbers = count()
    seen = interleaved(
        {
            "fresh": lambda: _seconds(served.services(folder / f"{next(numbers)}")),
            "kept": lambda: _seconds(served.services(folder / "kept")),
            "plain": lambda: _seconds(served.reference()),
        },
        rounds,
    )
    for name, what in (("fresh", "a fresh"), ("kept", "an existing")):
        yield Line(f"ready on {what} data folder: reference app", seen[name], "s", seen["plain"], AtMost(1))


def _seconds(server: AbstractContextManager[served.Served]) -> float:
    with server as running:
        return running.ready


def _memory(folder: Path, pages: int) -> Iterator[Line]:
    with served.services(folder) as services, served.reference() as plain:
        held, beside = _after_views(services, VIEWS, pages), _after_views(plain, ("/form", "/form"), pages)
    yield Line(f"memory (RSS) after {pages} pages: reference app", held, "MB", beside, Under(90))


def _after_views(server: served.Served, paths: tuple[str, str], pages: int) -> float:
    connection = HTTPConnection("127.0.0.1", server.port)
    for path in paths:
        served.want_form(served.get(connection, path).decode(), path)
    for number in range(pages):
        served.get(connection, paths[number % 2], "gzip, deflate, br, zstd")
    return float(psutil.Process(server.pid).memory_info().rss) / 1e6
