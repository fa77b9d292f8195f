"""Threads that talk to Statsig while a page waits for a part of the time, or does not wait at all."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor


class BoundedExecutor:
    """Runs work in a fixed number of threads. There is no queue: without a free thread, nothing is started."""

    def __init__(self, count: int, name: str) -> None:
        self._free = threading.BoundedSemaphore(count)
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    def acquire(self) -> bool:
        return self._free.acquire(blocking=False)

    def release(self) -> None:
        self._free.release()

    def run(self, work: Callable[[], None]) -> threading.Event:
        """Runs work in a thread that was acquired, then releases it; the event is set when the work is done."""
        done = threading.Event()
        try:
            self._pool.submit(self._work, work, done)
        except RuntimeError:  # the server is shutting down
            self.release()
            raise
        return done

    def _work(self, work: Callable[[], None], done: threading.Event) -> None:
        try:
            work()
        finally:
            self.release()
            done.set()

    def close(self) -> None:
        self._pool.shutdown(wait=True)
