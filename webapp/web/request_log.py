"""One log line for each request, without its query, form and cookies."""

import logging
import time

from flask import Flask, Response, g, request

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.before_request(_start_timer)
    app.after_request(_log_request)


def _start_timer() -> None:
    g.started_at = time.perf_counter()


def _log_request(response: Response) -> Response:
    if request.endpoint != "static":
        duration = time.perf_counter() - g.get("started_at", time.perf_counter())
        user = g.get("user")
        fields = {
            "method": request.method,
            "page": request.endpoint,
            "autotune": (request.view_args or {}).get("record_id"),
            "status": response.status_code,
            "ms": round(duration * 1000),
            "who": user.actor if user else None,
        }
        log.info("request", extra=fields)
    return response
