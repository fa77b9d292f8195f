"""The requests adapter: checks the key, and passes each request to what responds to it."""

import io
import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from . import autotunes, catalog, traffic
from .audit_log import audit_logs
from .messages import API_URL, Call, Refusal, Reply, call_to
from .storage import Storage

__all__ = ["API_URL", "KEY", "SandboxTransport"]

KEY = "console-sandbox"  # any other key is rejected

_HANDLERS: dict[str, Callable[[Call], Reply]] = {
    "GET audit_logs": audit_logs,
    "GET autotunes": autotunes.list_all,
    "POST autotunes": autotunes.create,
    "GET autotunes/{id}": autotunes.read_one,
    "PUT autotunes/{id}/make_decision": autotunes.decide,
    "PUT autotunes/{id}/start": autotunes.start,
    "GET company": catalog.company,
    "GET events": catalog.logged_events,
    "GET experiments": catalog.experiments,
    "GET exposure_count": traffic.exposure_count,
    "GET metrics/list": catalog.metrics,
    "GET metrics/metric_source/list": catalog.metric_sources,
    "GET metrics/values": traffic.metric_values,
    "GET project": catalog.project,
    "GET settings/reviews": catalog.review_settings,
    "GET unit_id_types": catalog.unit_id_types,
}


class SandboxTransport(HTTPAdapter):
    """`file`: the SQLite file of what has been created. `clock`: seconds since 1970."""

    sent = True

    def __init__(self, file: Path, clock: Callable[[], float] = time.time) -> None:
        super().__init__(max_retries=0)
        self._storage, self._clock = Storage(file), clock

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        try:
            status, body = self._respond(request, kwargs["timeout"][1])
        except Refusal as refusal:
            status, body = refusal.reply
        except sqlite3.Error as error:
            raise requests.ConnectionError("the file of the sandbox cannot be read") from error
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} | ({"Retry-After": "7"} if status == 429 else {})
        response = HTTPResponse(io.BytesIO(content), headers=headers, status=status, preload_content=False)
        return self.build_response(request, response)

    def _respond(self, request: requests.PreparedRequest, timeout: float) -> Reply:
        if request.headers.get("STATSIG-API-KEY") != KEY:
            raise Refusal(401, "This endpoint only accepts an active CONSOLE key, but an invalid key was sent.")
        call = call_to(request.url or "", request.method or "", request.body, self._clock(), timeout, self._storage)
        handler = _HANDLERS.get(_route(call))
        if handler is None:
            raise Refusal(404, "Not found.")
        return handler(call)


def _route(call: Call) -> str:
    steps = [*call.steps]
    if steps[0] == "autotunes":
        steps[1:2] = ["{id}"] * len(steps[1:2])
    return f"{call.method} {'/'.join(steps)}"
