"""Waiting for an outcome inside a request: at most half of the threads at a time, so that the others stay free."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app


def init_app(app: Flask) -> None:
    threads = app.extensions["desk"].settings.threads
    app.extensions["waiting"] = threading.Semaphore(max(1, threads // 2))


@contextmanager
def patience(seconds: float) -> Iterator[float]:
    """How long this request may wait: `seconds` while most threads are free, else 0."""
    places: threading.Semaphore = current_app.extensions["waiting"]
    patient = places.acquire(blocking=False)
    try:
        yield seconds if patient else 0.0
    finally:
        if patient:
            places.release()
