"""Two copies share a database, and one is killed while Statsig has what it sent: the other settles it by itself."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests

from webapp.autotunes.states import CLAIM_SECONDS

from ..fake_statsig import FakeStatsig
from ..http_stub import Request, Response
from ..soak.server_process import ServerProcess, Visitor

SETTLED_IN = 2 * CLAIM_SECONDS  # seconds: the claim, a read, and a busy machine


@contextmanager
def two_copies(folder: Path, statsig: FakeStatsig) -> Iterator[tuple[ServerProcess, ServerProcess]]:
    copies = [ServerProcess(folder, statsig.url) for _ in range(2)]
    try:
        for copy in copies:
            copy.start()
        yield copies[0], copies[1]
    finally:
        for copy in copies:
            if copy.process:
                copy.kill()


def history(folder: Path) -> str:
    """From the file: no page is opened."""
    with closing(sqlite3.connect(folder / "desk.db")) as connection:
        return "\n".join(message for (message,) in connection.execute("SELECT message FROM history"))


@pytest.mark.slow
@pytest.mark.parametrize("kind", [pytest.param("create", marks=pytest.mark.soak), "start"])
def test_other_copy_settles_what_a_killed_copy_has_sent(tmp_path: Path, fake_statsig: FakeStatsig, kind: str) -> None:
    method = {"create": "POST", "start": "PUT"}[kind]
    with two_copies(tmp_path, fake_statsig) as (killed, _):
        visitor = Visitor(killed.url)
        path = visitor.write("Button Color Test")
        if kind == "start":
            visitor.click_create(path)

        def hang(request: Request) -> Response | None:
            """Statsig does what was sent, but its answer never arrives."""
            if request.method == method:
                fake_statsig.default_response(request)
                killed.kill()
            return None

        fake_statsig.responder = hang
        with pytest.raises(requests.ConnectionError):
            {"create": visitor.click_create, "start": visitor.click_start}[kind](path)
        fake_statsig.responder = lambda _: None
        end = time.monotonic() + SETTLED_IN
        wanted = {"create": "Found in Statsig", "start": "Found started"}[kind]
        while wanted not in (messages := history(tmp_path)):
            assert time.monotonic() < end, messages
            time.sleep(1)
        assert [request.method for request in fake_statsig.requests].count(method) == 1
