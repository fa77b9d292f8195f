"""The queue of forecasts: one worker process, which executes short steps of them in turn, and a cache of the results.

The forecast with the fewest steps so far is next, so everybody's first answer comes before anybody's details. It goes
on as long as somebody asks for it: each request renews its lease. Public methods may be called from any thread.
"""

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from .results import Forecast
from .scenario import Scenario
from .status import CRASHED, NO_WORKER, PERSON_LIMIT, QUEUE_FULL, SHUTTING_DOWN, TIMED_OUT, ForecastStatus, Stage
from .worker_process import WorkerProcess

log = logging.getLogger(__name__)

TIMEOUT = 30.0  # seconds for one step; the longest ones take some
MAX_JOBS, MAX_JOBS_OF_PERSON = 20, 3
CACHE_SIZE = 32
FAILURE_SECONDS = 3.0  # how long a failure is remembered, so that everybody who waits for it is notified


@dataclass(eq=False)
class _Job:
    scenario: Scenario
    people: set[str | None] = field(default_factory=set)  # who asked for it
    lease: float = 0.0  # when it expires
    steps: int = 0  # with the one that is being executed
    parts: dict[str, Any] = field(default_factory=dict)  # of the forecast
    status: ForecastStatus = field(default_factory=lambda: ForecastStatus(Stage.RUNNING))


class ForecastQueue:
    """`timeout` is in seconds; leases are measured by `clock`."""

    def __init__(self, timeout: float = TIMEOUT, clock: Callable[[], float] = time.monotonic) -> None:
        self._timeout, self._clock = timeout, clock
        self._changed = threading.Condition()
        self._jobs: list[_Job] = []  # the oldest first
        self._results: OrderedDict[Scenario, tuple[float, ForecastStatus]] = OrderedDict()  # with when it expires
        self._worker: WorkerProcess | None = None
        self._runner: threading.Thread | None = None
        self._closed = False

    def request(self, scenario: Scenario, lease: float, wait: float = 0.0, person: str | None = None) -> ForecastStatus:
        """The status of the forecast, which is started if need be and goes on for `lease` seconds.

        Waits up to `wait` seconds for its summary. `person` is the login name, None where nobody logs in.
        """
        with self._changed:
            if status := self._result(scenario):
                return status
            job = next((job for job in self._jobs if job.scenario == scenario), None)
            if not job and (reason := self._refusal(person)):
                return ForecastStatus(Stage.FAILED, error=reason)
            job = job or self._add(scenario)
            job.people.add(person)
            job.lease = self._clock() + lease
            self._changed.wait_for(lambda: job.parts or not job.status.stage.open, wait)
            position = self._position(job)
            return ForecastStatus(Stage.WAITING, position) if position else job.status

    def start_worker(self) -> None:
        """Starts the worker ahead of a request, while the assumptions are typed."""
        with self._changed, suppress(OSError):
            if not self._closed:
                self._running_worker()

    def clear_failure(self, scenario: Scenario) -> None:
        """Lets the next request try again at once."""
        with self._changed:
            if (status := self._result(scenario)) and status.stage is Stage.FAILED:
                del self._results[scenario]

    def close(self) -> None:
        """Cancels all forecasts and ends the worker."""
        with self._changed:
            self._closed = True
            for job in [*self._jobs]:
                self._finish(job, SHUTTING_DOWN)
            self._changed.notify_all()
            if self._worker:
                self._worker.kill()
        if self._runner:
            self._runner.join()
        self._close_worker()

    # --- the methods below are called with the lock held

    def _result(self, scenario: Scenario) -> ForecastStatus | None:
        expires, status = self._results.get(scenario, (0.0, None))
        if self._clock() >= expires:
            return None
        self._results.move_to_end(scenario)
        return status

    def _refusal(self, person: str | None) -> str:
        """Why this person cannot have one more forecast; blank if they can."""
        if self._closed:
            return SHUTTING_DOWN
        self._drop_expired()
        if person and sum(person in job.people for job in self._jobs) >= MAX_JOBS_OF_PERSON:
            return PERSON_LIMIT.format(MAX_JOBS_OF_PERSON)
        return QUEUE_FULL if len(self._jobs) >= MAX_JOBS else ""

    def _add(self, scenario: Scenario) -> _Job:
        job = _Job(scenario)
        self._jobs.append(job)
        self._changed.notify_all()
        if not self._runner:
            self._runner = threading.Thread(target=self._run_steps, name="forecasts", daemon=True)
            self._runner.start()
        return job

    def _priority(self, job: _Job) -> tuple[int, int]:
        """The lowest is next: the fewest steps, then the fewest older forecasts of the same person."""
        older = self._jobs[: self._jobs.index(job)]
        return job.steps, min(sum(person in other.people for other in older) for person in job.people)

    def _position(self, job: _Job) -> int:
        """How many forecasts have their first step before this one."""
        first_steps = [other for other in self._jobs if not other.parts]
        first_steps.sort(key=lambda other: (not other.steps, self._priority(other)))
        return first_steps.index(job) if job in first_steps else 0

    def _drop_expired(self) -> None:
        for job in [job for job in self._jobs if self._clock() > job.lease]:
            self._remove(job)

    def _remove(self, job: _Job) -> None:
        self._jobs.remove(job)
        if self._worker:
            self._worker.send("drop", job.scenario)

    def _finish(self, job: _Job, error: str = "") -> None:
        """A job that fails keeps the parts that it already had."""
        job.status = replace(job.status, stage=Stage.FAILED if error else Stage.DONE, error=error)
        self._remove(job)
        self._results.pop(job.scenario, None)  # so that it is the newest
        self._results[job.scenario] = self._clock() + (FAILURE_SECONDS if error else math.inf), job.status
        while len(self._results) > CACHE_SIZE:
            self._results.popitem(last=False)
        self._changed.notify_all()

    def _running_worker(self) -> WorkerProcess:
        if self._worker and not self._worker.is_running():
            self._close_worker()
        self._worker = self._worker or WorkerProcess()
        return self._worker

    def _close_worker(self) -> None:
        if self._worker:
            self._worker.close()
        self._worker = None

    # --- in the thread that has the steps executed

    def _run_steps(self) -> None:
        while job := self._next_job():
            try:
                self._step(job)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other forecasts go on
                self._fail(job, error)

    def _next_job(self) -> _Job | None:
        """Waits for a job until the queue is closed."""
        with self._changed:
            while not self._closed:
                self._drop_expired()
                if job := min(self._jobs, key=self._priority, default=None):
                    job.steps += 1
                    return job
                self._changed.wait()
        return None

    def _step(self, job: _Job) -> None:
        with self._changed:
            if job not in self._jobs:
                return
            worker = self._running_worker()
            worker.send("step", job.scenario)
        parts = worker.receive(self._timeout)
        with self._changed:
            if job in self._jobs:  # otherwise it was dropped in the meantime
                self._update(job, parts)

    def _update(self, job: _Job, parts: dict[str, Any]) -> None:
        progress = max(job.status.progress, parts.pop("progress"))  # in a new worker it starts again
        job.parts |= parts
        job.status = ForecastStatus(Stage.COMPARING, 0, progress, Forecast.from_dict(job.parts))
        if progress >= 1:
            self._finish(job)
        self._changed.notify_all()

    def _fail(self, job: _Job, error: Exception) -> None:
        """Fails only this one: a new worker starts the others again."""
        reason = TIMED_OUT if isinstance(error, TimeoutError) else NO_WORKER if isinstance(error, OSError) else CRASHED
        with self._changed:
            self._close_worker()
            if job in self._jobs:
                log.warning("a forecast failed", extra={"reason": reason}, exc_info=error)
                self._finish(job, reason)
