"""`webapp.wsgi:app` under gunicorn starts, logs and stops as `autotune-desk serve` does."""

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from ..fake_statsig import FakeStatsig
from ..secret_leaks import CANARY
from ..soak.server_process import Visitor
from .copies import STOP_SECONDS, running

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("environ", "message"),
    [
        ({"THREADS": "many"}, "Invalid value for threads: many"),
        ({"CREATE_SLOTS": "many"}, "CREATE_SLOTS: "),
        ({"HOST": "0.0.0.0"}, "HOST: without a login anyone could use the desk there"),
        ({"DATABASE_URL": "postgresql+psycopg://desk:pass-of-db@127.0.0.1:1/desk"}, "The database does not answer"),
    ],
)
def test_invalid_setting_stops_the_start_with_a_message(tmp_path: Path, environ: dict[str, str], message: str) -> None:
    with running(tmp_path, **environ) as copy:
        assert copy.process.wait(STOP_SECONDS) in (1, 3)
        output = copy.log.read_text(encoding="utf-8")
    assert message in output and "Traceback" not in output and "pass-of-db" not in output


def test_copy_with_another_secret_key_does_not_start(tmp_path: Path) -> None:
    with running(tmp_path, SECRET_KEY="a" * 32) as first:
        first.wait_until_ready()
        with running(tmp_path, SECRET_KEY="b" * 32) as second:
            assert second.process.wait(STOP_SECONDS) == 3
            assert "another running copy" in second.log.read_text(encoding="utf-8")
        first.stop()
        with running(tmp_path, SECRET_KEY="b" * 32) as third:
            third.wait_until_ready()


def test_worker_finishes_a_create_before_it_stops(tmp_path: Path, fake_statsig: FakeStatsig) -> None:
    key = {"STATSIG_API_KEY": CANARY, "STATSIG_API_URL": fake_statsig.url, "STATSIG_PROJECT_NAME": "Shop"}
    with running(tmp_path, **key, WEB_CONCURRENCY="2") as copy:
        copy.wait_until_ready()
        visitor = Visitor(f"http://{copy.address}")
        path = visitor.write("Created while stopping")
        visitor.get(path)  # the review page, which reads the name from Statsig
        fake_statsig.proceed.clear()
        requests_before = len(fake_statsig.requests)
        creating = threading.Thread(target=visitor.click_create, args=(path,))
        creating.start()
        while len(fake_statsig.requests) == requests_before:
            time.sleep(0.01)
        copy.process.terminate()
        creating.join()  # answered after three seconds, while Statsig still has the request
        fake_statsig.proceed.set()
        assert copy.process.wait(STOP_SECONDS) == 0
    assert len(fake_statsig.posts) == 1
    assert {path.stat().st_mode & 0o077 for path in [tmp_path / "data", *(tmp_path / "data").iterdir()]} == {0}
    with closing(sqlite3.connect(tmp_path / "data" / "desk.db")) as database:
        assert database.execute("SELECT state FROM autotunes").fetchall() == [("created",)]
    lines = copy.lines()
    assert {"request", "deploy check"} <= {line["what"] for line in lines}
    assert {"gunicorn.error", "webapp.wsgi", "webapp.web.request_log"} <= {line["where"] for line in lines}
