"""A server that is killed again and again while users click Create and edit; what it acknowledged must not be lost."""

import json
import random
import sqlite3
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import requests

from ..fake_statsig import FakeStatsig
from ..http_stub import Request, Response
from .server_process import ServerProcess, Visitor

FIRST_READ_SECONDS = 76.0  # after a create; a read before that does not count
RECHECK_SECONDS = 31.0  # between two reads that both count
CLICKS_AT_ONCE = 3
UNRECONCILED = ("sending", "unknown")
EXPECTED_BODY = {  # the request of the form that `Visitor.write` fills in, without its name and description
    "variants": [{"name": color, "json": {"color": color}} for color in ("red", "blue")],
    "successEvent": "click",
    "explorationWindow": "1hr",
    "attributionWindow": "2hr",
    "winnerThreshold": "99%",
}


@dataclass
class Row:
    """An autotune whose save was acknowledged. `read_at` is when its page was last opened to reconcile it."""

    name: str
    path: str
    clicks: int = 0
    state: str = "ready"
    read_at: float = 0.0


@dataclass
class Draft:
    """`saved` is the text that was last acknowledged, `unacknowledged` the one being saved when the server died."""

    path: str
    saved: str
    unacknowledged: str = ""


class KillRun:
    """One server on one data folder, with a Statsig of its own."""

    def __init__(self, folder: Path, statsig: FakeStatsig, number: int) -> None:
        self.folder, self.statsig, self.number = folder, statsig, number
        self.random = random.Random(number)
        self.server = ServerProcess(folder, statsig.url)
        self.rows: list[Row] = []
        self.drafts: list[Draft] = []
        self.states_after_kill: Counter[str] = Counter()
        self.wrong = 0
        self._arrived: dict[str, threading.Event] = {}
        statsig.responder = self._respond_slowly

    def _respond_slowly(self, request: Request) -> Response | None:
        """Leaves time for a kill between a request and its response."""
        if request.method in self._arrived:
            self._arrived[request.method].set()
        time.sleep(0.03)
        return None

    def run_once(self) -> None:
        """Starts the server, and kills it while users click Create and edit a draft."""
        self.server.start()
        self._reconcile()
        visitor, name = Visitor(self.server.url), f"Kill {self.number} {len(self.rows)}"
        self.rows.append(Row(name, visitor.write(name, description=f"Typed for {name}")))
        rows = [row for row in reversed(self.rows) if row.state == "ready"][:CLICKS_AT_ONCE]
        draft = Draft(visitor.write(f"Draft of {name}", description="text 0."), "text 0.")
        self.drafts.append(draft)
        self._kill_during_creates(rows, draft)
        for row in rows:
            self._count_state(row)

    def _kill_during_creates(self, rows: list[Row], draft: Draft) -> None:
        self._arrived = {"GET": threading.Event(), "POST": threading.Event()}
        barrier = threading.Barrier(len(rows) + 1)
        users = [threading.Thread(target=self._click_create, args=(row, *self._open(row), barrier)) for row in rows]
        users.append(threading.Thread(target=self._edit_repeatedly, args=(draft,)))
        for user in users:
            user.start()
        barrier.wait(30)
        self._wait_for_random_moment()
        self.server.kill()
        for user in users:
            user.join()

    def _wait_for_random_moment(self) -> None:
        """Any time after the click, or soon after Statsig got the read before the create, or the create itself."""
        method = self.random.choice(["", "GET", "POST", "POST"])
        if method:
            self._arrived[method].wait(2)
        time.sleep(self.random.uniform(0, 0.05 if method else 0.15))

    def _open(self, row: Row) -> tuple[Visitor, dict[str, str]]:
        """A visitor, and the fields of the Create form on the page."""
        visitor = Visitor(self.server.url)
        return visitor, visitor.read(row.path, "csrf_token", "version")

    def _click_create(self, row: Row, visitor: Visitor, form: dict[str, str], barrier: threading.Barrier) -> None:
        row.clicks += 1
        barrier.wait(30)
        with suppress(requests.RequestException):  # the server is killed
            visitor.post(f"{row.path}/create", form)

    def _edit_repeatedly(self, draft: Draft) -> None:
        visitor = Visitor(self.server.url)
        for number in range(1, 1000):
            draft.unacknowledged = f"text {number}."
            try:
                visitor.change(draft.path, description=draft.unacknowledged, name=f"Draft {draft.path}")
            except requests.RequestException:
                return
            draft.saved = draft.unacknowledged

    def _count_state(self, row: Row) -> None:
        state = self._stored_state(row)
        sent = "sent" if row.name in self.names_sent() else "not sent"
        self.states_after_kill[f"{state}, {sent}" if state == "sending" else state] += 1
        row.state, row.read_at = state, time.monotonic() + FIRST_READ_SECONDS - RECHECK_SECONDS

    def _stored_state(self, row: Row) -> str:
        database = sqlite3.connect(self.folder / "desk.db", timeout=10)
        try:
            result = database.execute("SELECT state FROM autotunes WHERE id = ?", [row.path.rpartition("/")[2]])
            return str(result.fetchone()[0])
        finally:
            database.close()

    def names_sent(self) -> list[str]:
        return [json.loads(post.body)["name"] for post in self.statsig.posts]

    def _reconcile(self) -> None:
        """Opens the pages of unreconciled autotunes for which a read counts by now."""
        visitor, now = Visitor(self.server.url), time.monotonic()
        for row in self.rows:
            if row.state in UNRECONCILED and now - row.read_at >= RECHECK_SECONDS:
                self.check(visitor, row)

    def check(self, visitor: Visitor, row: Row) -> None:
        """Opens the page, and counts a state that contradicts what was sent."""
        assert visitor.get(row.path).status_code == 200, f"{row.path} was acknowledged and is lost"
        row.state, row.read_at = visitor.get(f"{row.path}.json").json()["state"], time.monotonic()
        self.wrong += row.state not in UNRECONCILED and (row.state == "created") != (row.name in self.names_sent())

    def finish(self) -> None:
        """Reconciles all autotunes by two reads, then creates those that are ready again."""
        self.server.start()
        visitor = Visitor(self.server.url)
        for seconds in (FIRST_READ_SECONDS + 4, RECHECK_SECONDS):
            time.sleep(seconds)
            for row in self.rows:
                self.check(visitor, row)
        self.unreconciled = sum(row.state in UNRECONCILED for row in self.rows)
        for row in self.rows:
            if row.state == "ready":
                row.clicks += 1
                visitor.click_create(row.path)
                self.check(visitor, row)
        self.lost = sum(not self._is_intact(visitor, row) for row in self.rows)
        self.lost += sum(not self._is_saved(visitor, draft) for draft in self.drafts)
        self.server.stop()

    def _is_intact(self, visitor: Visitor, row: Row) -> bool:
        """Whether the desk shows, and Statsig has, the request as it was filled in."""
        expected = EXPECTED_BODY | {"name": row.name, "description": f"Typed for {row.name}"}
        sent = [post.json for post in self.statsig.posts if post.json["name"] == row.name]
        return visitor.get(f"{row.path}.json").json()["request"] == expected and sent == [expected] * len(sent)

    def _is_saved(self, visitor: Visitor, draft: Draft) -> bool:
        page = visitor.get(f"{draft.path}/edit").text
        return draft.saved in page or draft.unacknowledged in page
