"""One log line for each request, without its query, form and cookies."""

import logging
import time

from flask import Flask, Response, g, request

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    if request.endpoint != "static":
        took = time.perf_counter() - g.get("began", time.perf_counter())
        user = g.get("user")
        fields = {
            "method": request.method,
            "page": request.endpoint,
            "autotune": (request.view_args or {}).get("record_id"),
            "status": response.status_code,
            "ms": round(took * 1000),
            "who": user.actor if user else None,
        }
        log.info("request", extra=fields)
    return response
