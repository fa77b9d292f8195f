"""The queue of forecasts: one worker process, a lease for each forecast, and a cache of the last results.

A forecast runs as long as somebody asks for it: each request renews its lease, and a forecast whose lease has expired
is cancelled by killing the worker. All public methods may be called from any thread.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from .results import ComparisonCell, Forecast
from .scenario import EXPLORATION_HOURS, THRESHOLDS, Scenario
from .status import CRASHED, NO_WORKER, QUEUE_FULL, SHUTTING_DOWN, TIMED_OUT, ForecastStatus, Stage, failed
from .worker_process import WorkerProcess

log = logging.getLogger(__name__)

TIMEOUT = 120.0  # seconds for a forecast with its comparison, several times what the largest one takes
MAX_JOBS = 5  # one runs, the others wait
CACHE_SIZE = 32
FAILURE_SECONDS = 3.0  # how long a failure is remembered, so that everybody who waits for it is notified


@dataclass(eq=False)
class _Job:
    scenario: Scenario
    lease: float = 0.0  # when it expires
    progress: float = 0.0
    forecast: Forecast | None = None
    final_status: ForecastStatus | None = None


class ForecastQueue:
    """`timeout` is in seconds; leases are measured by `clock`."""

    def __init__(
        self, timeout: float = TIMEOUT, max_jobs: int = MAX_JOBS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._timeout, self._max_jobs, self._clock = timeout, max_jobs, clock
        self._changed = threading.Condition()
        self._jobs: list[_Job] = []  # the first one is running
        self._forecasts: OrderedDict[Scenario, Forecast] = OrderedDict()
        self._comparisons: OrderedDict[Scenario, tuple[ComparisonCell, ...]] = OrderedDict()
        self._failures: OrderedDict[Scenario, tuple[float, ForecastStatus]] = OrderedDict()
        self._worker: WorkerProcess | None = None
        self._runner: threading.Thread | None = None
        self._closed = False

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
                self._running_worker()

    def clear_failure(self, scenario: Scenario) -> None:
        """Lets the next request try again at once."""
        with self._changed:
            self._failures.pop(scenario, None)

    def shorten_lease(self, scenario: Scenario, lease: float) -> None:
        """For a page that polls: without a request for `lease` seconds, nobody looks at it any more."""
        with self._changed:
            if job := self._find(scenario):
                job.lease = self._clock() + lease

    def close(self) -> None:
        """Cancels all forecasts and ends the worker."""
        with self._changed:
            self._closed = True
            for job in self._jobs:
                job.final_status = failed(SHUTTING_DOWN)
            self._jobs.clear()
            self._changed.notify_all()
            if self._worker:
                self._worker.kill()
        if self._runner:
            self._runner.join()
        if self._worker:
            self._worker.close()

    # --- the methods below are called with the lock held

    def _cached(self, scenario: Scenario) -> ForecastStatus | None:
        if forecast := self._forecasts.get(scenario):
            self._forecasts.move_to_end(scenario)
            return ForecastStatus(Stage.DONE, progress=1.0, forecast=forecast)
        expires, status = self._failures.get(scenario, (0.0, None))
        return status if self._clock() < expires else None

    def _find(self, scenario: Scenario) -> _Job | None:
        return next((job for job in self._jobs if job.scenario == scenario), None)

    def _add(self, scenario: Scenario) -> _Job | None:
        self._jobs[1:] = [job for job in self._jobs[1:] if not self._expired(job)]
        if self._closed or len(self._jobs) >= self._max_jobs:
            return None
        job = _Job(scenario)
        self._jobs.append(job)
        self._changed.notify_all()
        if not self._runner:
            self._runner = threading.Thread(target=self._run_jobs, name="forecasts", daemon=True)
            self._runner.start()
        return job

    def _expired(self, job: _Job) -> bool:
        return self._clock() > job.lease

    def _status(self, job: _Job) -> ForecastStatus:
        if queue_position := self._jobs.index(job):
            return ForecastStatus(Stage.WAITING, queue_position=queue_position)
        return ForecastStatus(Stage.COMPARING if job.forecast else Stage.RUNNING, 0, job.progress, job.forecast)

    def _running_worker(self) -> WorkerProcess:
        if self._worker and not self._worker.is_running():
            self._worker.close()
            self._worker = None
        self._worker = self._worker or WorkerProcess()
        return self._worker

    def _finish(self, job: _Job, status: ForecastStatus) -> None:
        """A job that fails keeps the summary that it already had."""
        job.final_status = status = replace(status, forecast=job.forecast)
        self._jobs.remove(job)
        if status.stage is Stage.FAILED:
            log.warning("a forecast failed", extra={"reason": status.error})
            _cache(self._failures, job.scenario, (self._clock() + FAILURE_SECONDS, status))
        self._changed.notify_all()

    # --- in the thread that runs the jobs, one after the other

    def _run_jobs(self) -> None:
        while job := self._next_job():
            reason = CRASHED
            try:
                self._run(job)
            except Exception as error:
                log.exception("a forecast could not be run")
                reason = NO_WORKER if isinstance(error, OSError) else CRASHED
            with self._changed:
                if job in self._jobs:
                    self._finish(job, failed(reason))

    def _next_job(self) -> _Job | None:
        """The first job whose lease has not expired; waits for one until the queue is closed."""
        with self._changed:
            while not self._closed:
                if not self._jobs:
                    self._changed.wait()
                elif self._expired(self._jobs[0]):
                    self._jobs.pop(0)
                else:
                    return self._jobs[0]
        return None

    def _run(self, job: _Job) -> None:
        """Returns once the job is finished or cancelled, or the worker has exited."""
        with self._changed:
            worker = self._running_worker()
            comparison = self._comparisons.get(_comparison_key(job.scenario), ())
        timer = threading.Timer(self._timeout, self._time_out, [job, worker])
        timer.start()
        try:
            for message in worker.run(job.scenario, with_comparison=not comparison):
                with self._changed:
                    if job in self._jobs:  # otherwise it has timed out, or the queue is closed
                        self._update(job, message, comparison)
                    if job not in self._jobs:
                        return
        finally:
            timer.cancel()
            if not (job.forecast and job.forecast.comparison):
                worker.close()

    def _update(self, job: _Job, message: dict[str, Any], comparison: tuple[ComparisonCell, ...]) -> None:
        if "forecast" in message:
            forecast = Forecast.from_dict(message["forecast"])
            job.forecast, job.progress = replace(forecast, comparison=comparison or forecast.comparison), 0.0
            self._changed.notify_all()
        else:
            job.progress = message["progress"]
        if job.forecast and job.forecast.comparison:
            _cache(self._forecasts, job.scenario, job.forecast)
            _cache(self._comparisons, _comparison_key(job.scenario), job.forecast.comparison)
            self._finish(job, ForecastStatus(Stage.DONE, progress=1.0))
        elif self._expired(job):
            self._jobs.remove(job)

    def _time_out(self, job: _Job, worker: WorkerProcess) -> None:
        with self._changed:
            if job in self._jobs:
                self._finish(job, failed(TIMED_OUT))
                worker.kill()


def _comparison_key(scenario: Scenario) -> Scenario:
    """Equal for all scenarios with the same comparison, which covers every window and threshold."""
    return replace(scenario, exploration_hours=EXPLORATION_HOURS[-1], threshold=THRESHOLDS[-1])


def _cache(cache: OrderedDict[Scenario, Any], scenario: Scenario, value: Any) -> None:
    cache[scenario] = value
    while len(cache) > CACHE_SIZE:
        cache.popitem(last=False)
