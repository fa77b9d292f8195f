"""Statsig at the network's edge, without a network: it plays one fault, counts what reaches it, and may be late."""

import io
import json
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from webapp.contract import foreseen_id

# What becomes of a POST: (is it created, when, what is answered). `None` is an answer that never comes.
FAULTS: dict[str, tuple[bool, Any]] = {
    "created": (True, 201),
    "created, garbled": (True, b"{"),
    "created, silence": (True, None),
    "created, 500": (True, 500),
    "created late, silence": (True, None),
    "nothing, 500": (False, 500),
    "nothing, silence": (False, None),
    "nothing, redirect": (False, 302),
    "refused, 400": (False, 400),
    "refused, 401": (False, 401),
    "refused, 429": (False, 429),
}


@dataclass
class Edge:
    """`fault` is a name of FAULTS; `kept` holds the bodies that Statsig has, duplicates and all."""

    fault: str = "created"
    kept: list[dict[str, Any]] = field(default_factory=list)
    late: list[dict[str, Any]] = field(default_factory=list)
    posts: int = 0

    def open(self, *_: Any) -> "_Wire":
        return _Wire(self)

    def catch_up(self) -> None:
        """What was on its way arrives."""
        self.kept += self.late
        self.late.clear()

    def named(self, name: str) -> list[dict[str, Any]]:
        return [body for body in self.kept + self.late if body["name"] == name]


class _Wire(HTTPAdapter):
    sent = True

    def __init__(self, edge: Edge) -> None:
        super().__init__()
        self._edge = edge

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        status, content = self._post(request) if request.method == "POST" else self._get(request)
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        return self.build_response(request, HTTPResponse(io.BytesIO(raw), status=status, preload_content=False))

    def _get(self, request: requests.PreparedRequest) -> tuple[int, Any]:
        wanted = str(request.url).rpartition("/")[2]
        for body in self._edge.kept:
            if foreseen_id(body["name"]) == wanted:
                return 200, {"data": {**body, "id": wanted}}
        return 404, {"status": 404}

    def _post(self, request: requests.PreparedRequest) -> tuple[int, Any]:
        created, answer = FAULTS[self._edge.fault]
        body = json.loads(request.body or b"")
        self._edge.posts += 1
        if created:
            (self._edge.late if "late" in self._edge.fault else self._edge.kept).append(body)
        if answer is None:
            raise requests.ReadTimeout
        if isinstance(answer, bytes):
            return 201, answer
        return answer, {"data": {**body, "id": foreseen_id(body["name"])}} if answer == 201 else {"message": "no"}
