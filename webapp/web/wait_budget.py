"""Limits how many requests wait for an outcome: at most half of the threads, so that the others stay free."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app

WAIT_TIMEOUT = 3.0  # seconds that a create waits for its outcome, and a page for its forecast
VIEW_TIMEOUT = 0.0  # seconds that a page waits for Statsig to be read: it shows what is known, and follows by script


def init_app(app: Flask) -> None:
    app.extensions["wait_timeout"] = WAIT_TIMEOUT
    app.extensions["view_timeout"] = VIEW_TIMEOUT
    threads = app.extensions["services"].settings.threads
    app.extensions["waiting"] = threading.Semaphore(max(1, threads // 2))


@contextmanager
def wait_timeout(name: str = "wait_timeout") -> Iterator[float]:
    """Gives the seconds that this request may wait: 0 if half of the threads are waiting."""
    places: threading.Semaphore = current_app.extensions["waiting"]
    may_wait = places.acquire(blocking=False)
    try:
        yield current_app.extensions[name] if may_wait else 0.0
    finally:
        if may_wait:
            places.release()


def wait_for(done: threading.Event | None, budget: str = "wait_timeout") -> None:
    """Waits as long as this request may; None is done already."""
    if done is not None:
        with wait_timeout(budget) as seconds:
            done.wait(seconds)
