"""How long the app takes to start, and how much memory it uses."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from . import servers
from .report import AtMost, Line, Under
from .timing import interleaved

VIEWS = ("/autotunes/new", "/")
ROUNDS = 4
PAGES = 200


def lines(max_rounds: int) -> Iterator[Line]:
    with TemporaryDirectory() as folder:
        yield from _start(Path(folder), min(max_rounds, ROUNDS))
        yield from _memory(Path(folder) / "kept", PAGES if max_rounds else len(VIEWS))


def _start(folder: Path, rounds: int) -> Iterator[Line]:
    numbers = count()
    times = interleaved(
        {
            "fresh": lambda: _start_seconds(servers.serve_desk(folder / f"{next(numbers)}")),
            "kept": lambda: _start_seconds(servers.serve_desk(folder / "kept")),
            "plain": lambda: _start_seconds(servers.serve_reference()),
        },
        rounds,
    )
    for name, label in (("fresh", "a fresh"), ("kept", "an existing")):
        yield Line(f"ready on {label} data folder: reference app", times[name], "s", times["plain"], AtMost(1))


def _start_seconds(server: AbstractContextManager[servers.Server]) -> float:
    with server as running:
        return running.start_seconds


def _memory(folder: Path, pages: int) -> Iterator[Line]:
    with servers.serve_desk(folder) as desk, servers.serve_reference() as plain:
        desk_memory, plain_memory = _after_views(desk, VIEWS, pages), _after_views(plain, ("/form", "/form"), pages)
    yield Line(f"memory (RSS) after {pages} pages: reference app", desk_memory, "MB", plain_memory, Under(90))


def _after_views(server: servers.Server, paths: tuple[str, str], pages: int) -> float:
    connection = HTTPConnection("127.0.0.1", server.port)
    for number in range(pages):
        servers.get(connection, paths[number % 2], "gzip, deflate, br, zstd")
    return float(psutil.Process(server.pid).memory_info().rss) / 1e6
