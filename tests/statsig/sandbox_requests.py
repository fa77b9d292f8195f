"""Requests to the sandbox as any program would send them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from webapp.statsig.sandbox import API_URL, KEY, SandboxTransport

PROPERTIES: dict[str, Any] = {
    "name": "Button Color Test",
    "variants": [{"name": "Red", "json": {}}, {"name": "Blue", "json": {}}, {"name": "Dark Green", "json": {}}],
    "successEvent": "click",
    "explorationWindow": "168hr",
    "attributionWindow": "2hr",
    "winnerThreshold": "95%",
}


class SandboxRequests:
    def __init__(self, file: Path, clock: Callable[[], float]) -> None:
        self.session = requests.Session()
        self.session.mount(API_URL, SandboxTransport(file, clock))
        self.session.headers["STATSIG-API-KEY"] = KEY

    def send(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the JSON of the response."""
        content = None if body is None else json.dumps(body)
        response = self.session.request(method, API_URL + path, data=content, timeout=(5, 5))
        return response.status_code, response.json()

    def get(self, path: str) -> Any:
        """The JSON of a successful response."""
        status, body = self.send("GET", path)
        assert status == 200, body
        return body

    def create(self, **changed: Any) -> dict[str, Any]:
        status, body = self.send("POST", "/autotunes", PROPERTIES | changed)
        assert status == 201, body
        data: dict[str, Any] = body["data"]
        return data

    def start(self, autotune_id: str) -> tuple[int, Any]:
        return self.send("PUT", f"/autotunes/{autotune_id}/start")

    def autotune(self, autotune_id: str) -> Any:
        return self.get(f"/autotunes/{autotune_id}")["data"]
