"""100,000 autotunes compared with 100: pages, a duplicate, searches, a whole create."""

import json
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask import Flask
from sqlalchemy import insert

from tests.forms import click_create, ready
from webapp import create_app
from webapp.autotunes.services import Services
from webapp.config import read_settings
from webapp.contract.form import AutotuneForm
from webapp.contract.ids import expected_id
from webapp.store import AutotuneRecord

from .report import AtMost, Line
from .timing import Measure, interleaved

MANY, SOME, FEW = 100_000, 2_000, 100  # rows; SOME is to check that the benchmark works
BATCH = 5_000
CALLS = 3  # for one measurement of a page
PAGES = {
    "list": ("/", 3),
    "list, further down": ("/?older=1600000010.0-f", 3),
    "filter by a state": ("/?state=ready", 3),
    "filter by a person": ("/?person=anna@example.com", 3),
    "filter by person, project and state": ("/?person=anna@example.com&project=sandbox&state=ready", 3),
    "filters that match none": ("/?person=anna@example.com&project=sandbox&state=draft", 3),
    "archived": ("/?state=archived", 3),
    "duplicate": (f"/autotunes/new?from={5:012x}", 3),
    "search for a name": ("/?q=offer+17", 6),
    "search that matches all": ("/?q=checkout", 6),
    "search that matches none": ("/?q=nothing+like+it", 6),
    "search for one person": ("/?q=person4@example.com", 6),
    "search by two characters": ("/?q=of", 6),
    "search for two words in any order": ("/?q=17+offer", 6),
}


def lines(max_rounds: int) -> Iterator[Line]:
    with TemporaryDirectory() as folder:
        many, few = _app(Path(folder) / "many", MANY if max_rounds else SOME), _app(Path(folder) / "few", FEW)
        for label, (path, limit) in PAGES.items():
            times = interleaved({"many": _page(many, path), "few": _page(few, path)}, min(max_rounds, 7), best_of=2)
            yield Line(f"{label}: with {FEW} autotunes", times["many"], "ms", times["few"], AtMost(limit, "ratio"))
        times = interleaved({"many": _create(many), "few": _create(few)}, min(max_rounds, 7))
        yield Line(f"create: with {FEW} autotunes", times["many"], "ms", times["few"], AtMost(3, "ratio"))
        for app in (many, few):
            app.extensions["forecasts"].close()
            app.extensions["services"].close()


def _app(folder: Path, rows: int) -> Flask:
    app = create_app(read_settings({"DATA_DIR": str(folder)}))
    services: Services = app.extensions["services"]
    for first in range(0, rows, BATCH):
        with services.store.write() as session:
            session.execute(insert(AutotuneRecord), [_row(number) for number in range(first, min(rows, first + BATCH))])
    return app


def _row(number: int) -> dict[str, Any]:
    name, actor = f"Offer {number}", "anna@example.com" if number % 2 else f"person{number % 100}@example.com"
    variants = [{"name": f"{color} {number % 7}", "json": '{"a": 1}', "size": ""} for color in ("red", "blue")]
    text = {"name": name, "successEvent": "checkout", "description": "What it is for. " * 20}
    form_data = AutotuneForm.initial_data() | text | {"variants": variants}
    return {
        "id": f"{number:012x}",
        "form_token": f"token {number}",
        "last_form_token": "",
        "state": ("draft", "ready", "created", "unknown")[number % 4],
        "archived_at": 1_600_000_000.0 if number % 40 == 2 else None,
        "version": 1,
        "project": "sandbox",
        "sandbox": True,
        "name": name,
        "form_data": json.dumps(form_data),
        "body": json.dumps(form_data),
        "expected_id": expected_id(name),
        "created_at": 1_600_000_000.0 + number,
        "created_by": actor,
        "changed_at": 1_600_000_000.0 + number,
        "changed_by": actor,
    }


def _page(app: Flask, path: str) -> Measure:
    """Milliseconds of processor time for one page."""
    client = app.test_client()

    def measure() -> float:
        start = time.process_time()
        for _ in range(CALLS):
            response = client.get(path)
            assert response.status_code == 200, f"{path} answered {response.status_code}"
        return (time.process_time() - start) * 1000 / CALLS

    return measure


def _create(app: Flask) -> Measure:
    """Milliseconds from the empty form to the confirmation, in the sandbox."""
    client, numbers = app.test_client(), count(1)

    def measure() -> float:
        start = time.perf_counter()
        page = click_create(client, ready(client, name=f"Created {next(numbers)}")).text
        assert "Created in" in page, "the confirmation did not come"
        return (time.perf_counter() - start) * 1000

    return measure
