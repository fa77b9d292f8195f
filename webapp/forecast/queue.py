"""The queue of forecasts: one worker process, a lease for each forecast, and a cache of the last results.

A forecast runs as long as somebody asks for it: each request renews its lease, and a forecast whose lease has expired
is cancelled. All methods may be called from any thread.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from itertools import count
from typing import Any

from .results import ComparisonCell, Forecast
from .scenario import EXPLORATION_HOURS, THRESHOLDS, Scenario
from .status import CRASHED, NO_WORKER, QUEUE_FULL, SHUTTING_DOWN, TIMED_OUT, ForecastStatus, Stage, failed
from .worker_process import WorkerProcess

log = logging.getLogger(__name__)

CPU_LIMIT = 120.0  # seconds of processor time for a forecast with its comparison
WORKER_TIMEOUT = 60.0  # seconds without a message after which the worker counts as hung
MAX_JOBS = 5  # one runs, the others wait
CACHE_SIZE = 32
FAILURE_SECONDS = 3.0  # how long a failure is remembered, so that everybody who waits for it is notified
CHECK_INTERVAL = 0.25  # seconds

Comparison = tuple[ComparisonCell, ...]
ERRORS = {"timeout": TIMED_OUT, "failed": CRASHED}


@dataclass
class _Job:
    scenario: Scenario
    lease: float  # when it expires
    id: int
    last_message: float = 0.0  # when the worker sent it
    progress: float = 0.0
    forecast: Forecast | None = None
    cancelled: bool = False
    hung: bool = False
    final_status: ForecastStatus | None = None
    comparison: Comparison | None = None  # where it is cached from another window or threshold


class ForecastQueue:
    """`cpu_limit` is in seconds of processor time, `worker_timeout` in those of `clock`."""

    def __init__(
        self,
        cpu_limit: float = CPU_LIMIT,
        max_jobs: int = MAX_JOBS,
        worker_timeout: float = WORKER_TIMEOUT,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cpu_limit, self._max_jobs = cpu_limit, max_jobs
        self._worker_timeout, self._clock = worker_timeout, clock
        self._changed = threading.Condition()
        self._ids = count(1)
        self._jobs: list[_Job] = []  # the first one is running
        self._forecasts: OrderedDict[Scenario, Forecast] = OrderedDict()
        self._comparisons: OrderedDict[Scenario, Comparison] = OrderedDict()
        self._failures: dict[Scenario, tuple[float, ForecastStatus]] = {}
        self._worker: WorkerProcess | None = None
        self._watching = self._closed = False

    def request(self, scenario: Scenario, lease: float, wait: float = 0.0) -> ForecastStatus:
        """The status of the forecast, which is started if need be and goes on for at least `lease` seconds.

        Waits up to `wait` seconds for its summary.
        """
        with self._changed:
            if status := self._cached(scenario):
                return status
            job = self._find(scenario) or self._add(scenario)
            if job is None:
                return failed(SHUTTING_DOWN if self._closed else QUEUE_FULL)
            job.lease = max(job.lease, self._clock() + lease)
            self._changed.wait_for(lambda: job.forecast or job.final_status, wait)
            return job.final_status or self._status(job)

    def start_worker(self) -> None:
        """Starts the worker ahead of a request, while the assumptions are typed."""
        with self._changed, suppress(OSError):
            if not self._closed:
                self._worker = self._worker or WorkerProcess(self._cpu_limit, self._on_message)

    def clear_failure(self, scenario: Scenario) -> None:
        """Lets the next request try again at once."""
        with self._changed:
            self._failures.pop(scenario, None)

    def shorten_lease(self, scenario: Scenario, lease: float) -> None:
        """For a page that polls: without a request for `lease` seconds, nobody looks at it any more."""
        with self._changed:
            if job := self._find(scenario):
                job.lease = self._clock() + lease

    @property
    def worker_pid(self) -> int | None:
        with self._changed:
            return self._worker.pid if self._worker else None

    def close(self) -> None:
        """Cancels all forecasts and ends the worker."""
        with self._changed:
            self._closed = True
            worker, self._worker = self._worker, None
            for job in self._jobs:
                job.final_status = failed(SHUTTING_DOWN)
            self._jobs.clear()
            self._changed.notify_all()
        if worker:
            worker.close()

    # --- the methods below are called with the lock held

    def _cached(self, scenario: Scenario) -> ForecastStatus | None:
        if forecast := self._forecasts.get(scenario):
            self._forecasts.move_to_end(scenario)
            return ForecastStatus(Stage.DONE, progress=1.0, forecast=forecast)
        expires, status = self._failures.get(scenario, (0.0, None))
        return status if self._clock() < expires else None

    def _find(self, scenario: Scenario) -> _Job | None:
        return next((job for job in self._jobs if job.scenario == scenario and not job.cancelled), None)

    def _add(self, scenario: Scenario) -> _Job | None:
        if self._closed or len(self._jobs) >= self._max_jobs:
            return None
        job = _Job(scenario, 0.0, next(self._ids))
        self._jobs.append(job)
        if len(self._jobs) == 1:
            self._start_next()
        if not self._watching:
            self._watching = True
            threading.Thread(target=self._watch, name="forecast-leases", daemon=True).start()
        return job

    def _status(self, job: _Job) -> ForecastStatus:
        if queue_position := self._jobs.index(job):
            return ForecastStatus(Stage.WAITING, queue_position=queue_position)
        if job.forecast and job.forecast.comparison:
            return ForecastStatus(Stage.DONE, 0, 1.0, job.forecast)
        return ForecastStatus(Stage.COMPARING if job.forecast else Stage.RUNNING, 0, job.progress, job.forecast)

    def _start_next(self) -> None:
        """Sends the first job to the worker."""
        while self._jobs:
            job = self._jobs[0]
            try:
                self._worker = self._worker or WorkerProcess(self._cpu_limit, self._on_message)
            except OSError:
                self._finish(job, failed(NO_WORKER))
                continue
            job.last_message, job.comparison = self._clock(), self._comparisons.get(_comparison_key(job.scenario))
            message = {"id": job.id, "scenario": asdict(job.scenario), "comparison": job.comparison is None}
            self._worker.send(message)
            return

    def _finish(self, job: _Job, status: ForecastStatus) -> None:
        """A job that fails keeps the summary that it already had."""
        job.final_status = status = replace(status, forecast=status.forecast or job.forecast)
        self._jobs.remove(job)
        now = self._clock()
        self._failures = {scenario: failure for scenario, failure in self._failures.items() if failure[0] > now}
        if status.stage is Stage.FAILED and not job.cancelled:
            self._failures[job.scenario] = (now + FAILURE_SECONDS, status)
        self._changed.notify_all()

    # --- in the threads that read the worker's messages and watch the leases

    def _on_message(self, worker: WorkerProcess, message: dict[str, Any] | None) -> None:
        with self._changed:
            if worker is not self._worker:
                return
            job = self._jobs[0] if self._jobs else None
            if message is None:
                self._worker = None
                log.warning("the forecast worker exited", extra={"job_running": job is not None})
                if job:
                    self._finish(job, failed(TIMED_OUT if job.hung else CRASHED))
                    self._start_next()
            elif job and job.id == message["id"]:
                self._update(job, message)

    def _update(self, job: _Job, message: dict[str, Any]) -> None:
        job.last_message = self._clock()
        if "progress" in message:
            job.progress = message["progress"]
        elif "forecast" in message:
            forecast = Forecast.from_dict(message["forecast"])
            job.forecast, job.progress = replace(forecast, comparison=job.comparison or forecast.comparison), 0.0
            self._changed.notify_all()
        # A complete forecast does not wait for the last message: the worker may exit before it.
        if "finished" in message or (job.forecast and job.forecast.comparison):
            self._finish(job, self._final_status(job, message.get("finished", "")))
            self._start_next()

    def _final_status(self, job: _Job, reason: str) -> ForecastStatus:
        if reason or job.forecast is None:
            return failed(ERRORS.get(reason, CRASHED))
        _cache(self._forecasts, job.scenario, job.forecast)
        _cache(self._comparisons, _comparison_key(job.scenario), job.forecast.comparison)
        return ForecastStatus(Stage.DONE, progress=1.0, forecast=job.forecast)

    def _watch(self) -> None:
        while self._check_jobs():
            time.sleep(CHECK_INTERVAL)

    def _check_jobs(self) -> bool:
        """Cancels jobs whose lease has expired and kills a hung worker; False where no job is left."""
        with self._changed:
            now = self._clock()
            for job in [job for job in self._jobs if now > job.lease and not job.cancelled]:
                self._cancel(job)
            running = self._jobs[0] if self._jobs else None
            if running and self._worker and now - running.last_message > self._worker_timeout:
                running.hung = True
                self._worker.kill()
            self._watching = running is not None
            return self._watching

    def _cancel(self, job: _Job) -> None:
        job.cancelled = True
        if job is self._jobs[0] and self._worker:
            self._worker.send({"cancel": job.id})  # the worker replies once it has stopped
        else:
            self._finish(job, failed(CRASHED))


def _comparison_key(scenario: Scenario) -> Scenario:
    """Equal for all scenarios with the same comparison, which covers every window and threshold."""
    return replace(scenario, exploration_hours=EXPLORATION_HOURS[-1], threshold=THRESHOLDS[-1])


def _cache(cache: OrderedDict[Scenario, Any], scenario: Scenario, value: Forecast | Comparison) -> None:
    cache[scenario] = value
    while len(cache) > CACHE_SIZE:
        cache.popitem(last=False)
