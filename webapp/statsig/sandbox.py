"""A local Statsig: a transport that responds as Statsig would, by the same contract.

The same client runs over it, with the same headers and the same JSON, but nothing leaves this machine. What is
created is stored in an SQLite file. Some names simulate a fault, so that every page can be seen.
"""

import io
import json
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from ..contract.ids import expected_id
from ..contract.request_body import form_from_body

API_URL = "https://sandbox.invalid/console/v1"
VISIBLE_AFTER = 5.0  # seconds until reads find what was created without a clear answer; unconfirmed until then
KEY = "console-sandbox"  # any other key is rejected

# Prefixes of names, and the fault that creating such an autotune simulates.
BUSY, ERROR, SILENCE, GARBLED = "Sandbox busy", "Sandbox error", "Sandbox silence", "Sandbox garbled"
FAULTS = {
    BUSY: "Statsig returns 429, too many requests, and creates nothing.",
    ERROR: "Statsig returns 500, and creates nothing.",
    SILENCE: "Statsig creates it, but does not respond.",
    GARBLED: "Statsig creates it, but its response cannot be read.",
}

_TABLE = """CREATE TABLE IF NOT EXISTS autotunes
    (id TEXT PRIMARY KEY, data TEXT NOT NULL, visible_from REAL NOT NULL DEFAULT 0)"""

SandboxReply = tuple[int, Any]


class SandboxTransport(HTTPAdapter):
    """`file`: the SQLite file of what has been created. `clock`: seconds since 1970."""

    sent = True

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        super().__init__(max_retries=0)
        self._file, self._clock = file, clock

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            status, body = self._respond(request, kwargs["timeout"][1])
        except sqlite3.Error as error:
            raise requests.ConnectionError("the file of the sandbox cannot be read") from error
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} | ({"Retry-After": "7"} if status == 429 else {})
        response = HTTPResponse(io.BytesIO(content), headers=headers, status=status, preload_content=False)
        return self.build_response(request, response)

    def _respond(self, request: requests.PreparedRequest, timeout: float) -> SandboxReply:
        url = urlsplit(request.url or "")
        path = unquote(url.path).removeprefix(urlsplit(API_URL).path)
        if request.headers.get("STATSIG-API-KEY") != KEY:
            return _error(401, "This endpoint only accepts an active CONSOLE key, but an invalid key was sent.")
        if path == "/project":
            return 200, {"message": "Project read successfully.", "data": {"id": "sandbox"}}
        if path == "/autotunes" and request.method == "POST":
            return self._create(request.body, timeout)
        if path == "/autotunes":
            return 200, {"message": "Autotune Experiments listed successfully.", "data": self._page(url.query)}
        return self._one(path)

    def _create(self, body: Any, timeout: float) -> SandboxReply:
        form = form_from_body(json.loads(body))
        if not form.validate():
            errors = [{"property": error.field, "errorMessage": error.message} for error in form.error_list()]
            return 400, {"status": 400, "message": "Bad Request Exception", "errors": errors}
        name = form.name.data
        if name.startswith(BUSY):
            return _error(429, "Too many requests")
        if name.startswith(ERROR):
            return _error(500, "Internal server error")
        return self._store(name, form.body(), timeout)

    def _store(self, name: str, properties: dict[str, Any], timeout: float) -> SandboxReply:
        data = _as_stored(properties)
        row = (data["id"], json.dumps(data), _visible_from(name, self._clock(), timeout))
        with self._open() as connection, connection:
            inserted = connection.execute("INSERT OR IGNORE INTO autotunes VALUES (?, ?, ?)", row)
        if not inserted.rowcount:
            return _error(400, "Name is already in use")
        if name.startswith(SILENCE):
            time.sleep(timeout)
            raise requests.ReadTimeout("simulated by the sandbox")
        if name.startswith(GARBLED):
            return 201, b'{"message": "Autotune Experiments cre'
        return 201, {"message": "Autotune Experiments created successfully.", "data": data}

    def _one(self, path: str) -> SandboxReply:
        query = "SELECT data FROM autotunes WHERE id = ? AND visible_from <= ?"
        with self._open() as connection:
            row = connection.execute(query, (path.removeprefix("/autotunes/"), self._clock())).fetchone()
        if row is None:
            return _error(404, "Autotune Experiment not found.")
        return 200, {"message": "Autotune Experiment read successfully.", "data": json.loads(row[0])}

    def _page(self, query: str) -> list[Any]:
        parameters = parse_qs(query)
        limit, page = (int(parameters.get(name, [default])[0]) for name, default in (("limit", "10"), ("page", "1")))
        select = "SELECT data FROM autotunes WHERE visible_from <= ? ORDER BY id LIMIT ? OFFSET ?"
        with self._open() as connection:
            rows = connection.execute(select, (self._clock(), limit, limit * (page - 1)))
            return [json.loads(data) for (data,) in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._file, timeout=10)) as connection:
            connection.execute(_TABLE)
            yield connection


def _visible_from(name: str, now: float, timeout: float) -> float:
    """When reads find it: later, if its create has no clear answer."""
    if name.startswith(SILENCE):
        return now + timeout + VISIBLE_AFTER
    return now + VISIBLE_AFTER if name.startswith(GARBLED) else 0.0


def _error(status: int, message: str) -> SandboxReply:
    return status, {"status": status, "message": message}


def _as_stored(properties: dict[str, Any]) -> dict[str, Any]:
    """What Statsig returns: with an ID, windows as `2hrs`, an empty success event value, not started."""
    variants = [variant | {"id": expected_id(variant["name"])} for variant in properties["variants"]]
    windows = {name: _plural(properties[name]) for name in ("explorationWindow", "attributionWindow")}
    return {
        "id": expected_id(properties["name"]) or f"autotune_{sha256(properties['name'].encode()).hexdigest()[:8]}",
        "isStarted": False,
        "lastModifierName": "CONSOLE API",
        "successEventValue": "",
        **properties,
        **windows,
        "variants": variants,
    }


def _plural(window: str) -> str:
    number = re.sub(r"hrs?$", "", window)
    return f"{number}hr" if number == "1" else f"{number}hrs"
