"""Waiting for an outcome inside a request: at most half of the threads at a time, so that the others stay free."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app

PATIENCE = 3.0  # seconds that a press waits for its outcome, and a page for its plan


def init_app(app: Flask) -> None:
    app.extensions["patience"] = PATIENCE
    threads = app.extensions["services"].settings.threads
    app.extensions["waiting"] = threading.Semaphore(max(1, threads // 2))


@contextmanager
def patience() -> Iterator[float]:
    """How many seconds this request may wait: those of the app while most threads are free, else 0."""
    places: threading.Semaphore = current_app.extensions["waiting"]
    patient = places.acquire(blocking=False)
    try:
        yield current_app.extensions["patience"] if patient else 0.0
    finally:
        if patient:
            places.release()
