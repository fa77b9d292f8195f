"""A Statsig that behaves as documented, as a real HTTP server on loopback.

For tests of what happens when it does not: `reliability/faulty_statsig.py` (a socket that plays faults of the
network) and `reliability/in_memory_statsig.py` (no network at all, for thousands of runs).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from .http_stub import HttpStub, Request, Response, serve

CREATED = "Autotune Experiments created successfully."


@dataclass
class FakeStatsig(HttpStub):
    """Creates autotunes, and finds those that it created. `responder` overrides any of its responses.

    `catalog` has what other paths return: a list is paged; a callable gets the parameters of the query.
    """

    autotunes: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)  # by id
    catalog: dict[str, Any] = field(default_factory=dict, repr=False)  # by path

    @property
    def posts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "POST"]

    @property
    def puts(self) -> list[Request]:
        return [request for request in self.requests if request.method == "PUT"]

    def default_response(self, request: Request) -> Response:
        path, _, text = request.path.partition("?")
        query = dict(parse_qsl(text))
        if request.method == "POST":
            return self._create(request.json)
        if request.method == "PUT":
            return self._act(path, request.body)
        if path in self.catalog:
            data = self.catalog[path]
            return 200, page_of(data, query) if isinstance(data, list) else {
                "data": data(query) if callable(data) else data
            }
        if path == "/project":
            return 200, {"data": {"id": "p"}}
        if path == "/autotunes":
            return 200, page_of(list(self.autotunes.values()), query)
        autotune = self.autotunes.get(path.removeprefix("/autotunes/"))
        return (200, {"data": autotune}) if autotune else (404, {"status": 404, "message": "not found"})

    def _create(self, body: dict[str, Any]) -> Response:
        autotune_id = body["name"].lower().replace(" ", "_")
        if autotune_id in self.autotunes:
            return 400, {"status": 400, "message": "Name is already in use"}
        self.autotunes[autotune_id] = {"id": autotune_id, "isStarted": False, **body, "variants": with_ids(body)}
        return 201, {"message": CREATED, "data": self.autotunes[autotune_id]}

    def _act(self, path: str, body: bytes) -> Response:
        autotune_id, action = path.split("/")[-2:]
        autotune = self.autotunes.get(autotune_id)
        if autotune is None:
            return 404, {"status": 404, "message": "Autotune Experiment not found."}
        return perform(autotune, action, body)


def perform(autotune: dict[str, Any], action: str, body: bytes) -> tuple[int, Any]:
    """Starts or decides the autotune: the response."""
    if action == "start":
        autotune["isStarted"] = True
        return 200, {"message": "Autotune Experiment successfully started."}
    autotune["winner"] = {"id": json.loads(body)["id"], "name": "a name"}
    return 200, {"message": "Decision made for Autotune Experiment."}


def page_of(items: list[Any], query: dict[str, str]) -> dict[str, Any]:
    limit, page = int(query.get("limit", 10)), int(query.get("page", 1))
    more = len(items) > limit * page
    pagination = {"itemsPerPage": limit, "pageNumber": page, "nextPage": f"?page={page + 1}" if more else None}
    return {"data": items[limit * (page - 1) : limit * page], "pagination": pagination}


def with_ids(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The variants, as Statsig returns them."""
    return [{"id": variant["name"].lower().replace(" ", "_"), **variant} for variant in body["variants"]]


@contextmanager
def serve_fake_statsig() -> Iterator[FakeStatsig]:
    with serve(FakeStatsig()) as statsig:
        yield statsig
