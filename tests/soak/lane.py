"""A server that is killed again and again while users click and write, and all that it acknowledged."""

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

from ..upstream import Answer, Request, Upstream
from .served import Served, Visitor

OVER = 76.0  # seconds after which a look can settle what is unknown
RECHECK_SECONDS = 31.0  # seconds between two looks that both count
AT_ONCE = 3  # presses in one life of the process
UNSETTLED = ("sending", "unknown")
WANTED = {  # what Statsig is sent of the form that `tests.forms` fills in
    "variants": [{"name": each, "json": {"color": each}} for each in ("red", "blue")],
    "successEvent": "click",
    "explorationWindow": "1hr",
    "attributionWindow": "2hr",
    "winnerThreshold": "99%",
}


@dataclass
class Row:
    """An autotune that was acknowledged as kept. `looked_at` is when somebody last looked whether it is settled."""

    name: str
    path: str
    presses: int = 0
    state: str = "ready"
    looked_at: float = 0.0


@dataclass
class Draft:
    """What was last acknowledged, and what was on its way when the process was killed."""

    path: str
    kept: str
    on_its_way: str = ""


class Lane:
    def __init__(self, folder: Path, upstream: Upstream, number: int) -> None:
        self.folder, self.upstream, self.number = folder, upstream, number
        self.chance = random.Random(number)
        self.services = Served(folder, upstream.url)
        self.rows: list[Row] = []
        self.drafts: list[Draft] = []
        self.hit: Counter[str] = Counter()
        self.wrong = 0
        self._met: dict[str, threading.Event] = {}
        upstream.answer = self._slow

    def _slow(self, request: Request) -> Answer | None:
        """Time enough to be killed between a request and its answer."""
        if request.method in self._met:
            self._met[request.method].set()
        time.sleep(0.03)
        return None

    def one_life(self) -> None:
        """People write and press, and the process is killed in the middle of it."""
        self.services.start()
        self._look_after_the_unsettled()
        visitor, name = Visitor(self.services.url), f"Kill {self.number} {len(self.rows)}"
        self.rows.append(Row(name, visitor.write(name, description=f"Typed for {name}")))
        pressed = [row for row in reversed(self.rows) if row.state == "ready"][:AT_ONCE]
        draft = Draft(visitor.write(f"Draft of {name}", description="text 0."), "text 0.")
        self.drafts.append(draft)
        self._kill_under(pressed, draft)
        for row in pressed:
            self._say_what_was_hit(row)

    def _kill_under(self, pressed: list[Row], draft: Draft) -> None:
        self._met = {"GET": threading.Event(), "POST": threading.Event()}
        begun = threading.Barrier(len(pressed) + 1)
        people = [threading.Thread(target=self._press, args=(row, *self._read(row), begun)) for row in pressed]
        people.append(threading.Thread(target=self._write_on, args=(draft,)))
        for person in people:
            person.start()
        begun.wait(30)
        self._wait_for_a_moment()
        self.services.kill()
        for person in people:
            person.join()

    def _wait_for_a_moment(self) -> None:
        """Anywhere after the press; or just after Statsig has the look before the create; or the create itself."""
        method = self.chance.choice(["", "GET", "POST", "POST"])
        if method:
            self._met[method].wait(2)
        time.sleep(self.chance.uniform(0, 0.05 if method else 0.15))

    def _read(self, row: Row) -> tuple[Visitor, dict[str, str]]:
        """Somebody with the page open."""
        visitor = Visitor(self.services.url)
        return visitor, visitor.read(row.path, "csrf_token", "version")

    def _press(self, row: Row, visitor: Visitor, form: dict[str, str], begun: threading.Barrier) -> None:
        row.presses += 1
        begun.wait(30)
        with suppress(requests.RequestException):  # the process is killed under the visitor
            visitor.post(f"{row.path}/create", form)

    def _write_on(self, draft: Draft) -> None:
        visitor = Visitor(self.services.url)
        for number in range(1, 1000):
            draft.on_its_way = f"text {number}."
            try:
                visitor.change(draft.path, description=draft.on_its_way, name=f"Draft {draft.path}")
            except requests.RequestException:
                return
            draft.kept = draft.on_its_way

    def _say_what_was_hit(self, row: Row) -> None:
        state = self._stored(row)
        sent = "sent" if row.name in self.names_sent() else "not sent"
        self.hit[f"{state}, {sent}" if state == "sending" else state] += 1
        row.state, row.looked_at = state, time.monotonic() + OVER - RECHECK_SECONDS

    def _stored(self, row: Row) -> str:
        database = sqlite3.connect(self.folder / "desk.db", timeout=10)
        try:
            found = database.execute("SELECT state FROM autotunes WHERE id = ?", [row.path.rpartition("/")[2]])
            return str(found.fetchone()[0])
        finally:
            database.close()

    def names_sent(self) -> list[str]:
        return [json.loads(post.body)["name"] for post in self.upstream.posts]

    def _look_after_the_unsettled(self) -> None:
        """Two looks, half a minute apart, once the settling time is over."""
        visitor, now = Visitor(self.services.url), time.monotonic()
        for row in self.rows:
            if row.state in UNSETTLED and now - row.looked_at >= RECHECK_SECONDS:
                self.look(visitor, row)

    def look(self, visitor: Visitor, row: Row) -> None:
        """What the page says has to be so, wherever it says either."""
        assert visitor.get(row.path).status_code == 200, f"{row.path} was acknowledged and is lost"
        row.state, row.looked_at = visitor.get(f"{row.path}.json").json()["state"], time.monotonic()
        self.wrong += row.state not in UNSETTLED and (row.state == "created") != (row.name in self.names_sent())

    def end(self) -> None:
        """Two looks settle the last ones; then whatever is ready again is pressed once more, and nobody kills."""
        self.services.start()
        visitor = Visitor(self.services.url)
        for seconds in (OVER + 4, RECHECK_SECONDS):
            time.sleep(seconds)
            for row in self.rows:
                self.look(visitor, row)
        self.unsettled = sum(row.state in UNSETTLED for row in self.rows)
        for row in self.rows:
            if row.state == "ready":
                row.presses += 1
                visitor.click_create(row.path)
                self.look(visitor, row)
        self.lost = sum(not self._is_whole(visitor, row) for row in self.rows)
        self.lost += sum(not self._is_kept(visitor, draft) for draft in self.drafts)
        self.services.stop()

    def _is_whole(self, visitor: Visitor, row: Row) -> bool:
        """What is shown as sent, and what Statsig has, is what was typed."""
        typed = WANTED | {"name": row.name, "description": f"Typed for {row.name}"}
        has = [post.json for post in self.upstream.posts if post.json["name"] == row.name]
        return visitor.get(f"{row.path}.json").json()["request"] == typed and has == [typed] * len(has)

    def _is_kept(self, visitor: Visitor, draft: Draft) -> bool:
        page = visitor.get(f"{draft.path}/edit").text
        return draft.kept in page or draft.on_its_way in page
