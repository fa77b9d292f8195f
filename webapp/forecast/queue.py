"""The plans of a desk: a short line, one worker, a lease for each, and the last answers.

A plan lives as long as somebody asks for it: each asking renews its lease, and what nobody asks for any more is
called off. All methods may be called from any thread.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from .results import Answer, Cell
from .scenario import EXPLORATION_HOURS, THRESHOLDS, Question
from .serialization import read_answer, write_question
from .status import BUSY, CLOSING, CRASHED, LATE, NO_WORKER, Stage, Standing, failed
from .worker_process import Process

log = logging.getLogger(__name__)

LIMIT = 120.0  # seconds of the processor that a plan with its table may take
SILENCE = 60.0  # seconds without a word after which a worker hangs
LINE = 5  # plans at a time: one is made, the others wait
KEPT = 32  # answers
REMEMBERED = 3.0  # seconds that a failure answers for a plan, so that everybody who waits learns of it
TICK = 0.25  # seconds between two looks at the leases

Table = tuple[Cell, ...]
TROUBLE = {"late": LATE, "failed": CRASHED}


@dataclass
class _Job:
    question: Question
    lease: float
    number: int
    heard: float = 0.0  # when the worker last spoke of it
    done: float = 0.0
    answer: Answer | None = None
    off: bool = False
    hangs: bool = False
    over: Standing | None = None
    table: Table | None = None  # where it is known from another window or threshold


class Plans:
    """`limit` in seconds of the processor, `silence` in those of `clock`; `line` plans at a time."""

    def __init__(
        self,
        limit: float = LIMIT,
        line: int = LINE,
        silence: float = SILENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit, self._most, self._silence, self._clock = limit, line, silence, clock
        self._changed = threading.Condition()
        self._numbers = count(1)
        self._line: list[_Job] = []  # the first is being made
        self._made: OrderedDict[Question, Answer] = OrderedDict()
        self._tables: OrderedDict[Question, Table] = OrderedDict()
        self._failed: dict[Question, tuple[float, Standing]] = {}
        self._process: Process | None = None
        self._watching = self._closed = False

    def ask(self, question: Question, lease: float, wait: float = 0.0) -> Standing:
        """How the plan stands, begun if need be; it goes on for at least `lease` seconds.

        Waits up to `wait` seconds until its plan is there.
        """
        with self._changed:
            if known := self._known(question):
                return known
            job = self._find(question) or self._add(question)
            if job is None:
                return failed(CLOSING if self._closed else BUSY)
            job.lease = max(job.lease, self._clock() + lease)
            self._changed.wait_for(lambda: job.answer or job.over, wait)
            return job.over or self._standing(job)

    def warm(self) -> None:
        """Somebody is about to ask: the worker may start while the guesses are typed."""
        with self._changed, suppress(OSError):
            if not self._closed:
                self._process = self._process or Process(self._limit, self._hear)

    def forget_failure(self, question: Question) -> None:
        """Somebody wants it tried once more."""
        with self._changed:
            self._failed.pop(question, None)

    def shorten(self, question: Question, lease: float) -> None:
        """Somebody who asks often is there: from now on silence for `lease` seconds means that they left."""
        with self._changed:
            if job := self._find(question):
                job.lease = self._clock() + lease

    @property
    def worker(self) -> int | None:
        """The id of the worker process, where there is one."""
        with self._changed:
            return self._process.pid if self._process else None

    def close(self) -> None:
        """Calls everything off and ends the worker."""
        with self._changed:
            self._closed = True
            process, self._process = self._process, None
            for job in self._line:
                job.over = failed(CLOSING)
            self._line.clear()
            self._changed.notify_all()
        if process:
            process.close()

    # --- all below is called with the lock held

    def _known(self, question: Question) -> Standing | None:
        if answer := self._made.get(question):
            self._made.move_to_end(question)
            return Standing(Stage.DONE, done=1.0, answer=answer)
        until, standing = self._failed.get(question, (0.0, None))
        return standing if self._clock() < until else None

    def _find(self, question: Question) -> _Job | None:
        return next((job for job in self._line if job.question == question and not job.off), None)

    def _add(self, question: Question) -> _Job | None:
        if self._closed or len(self._line) >= self._most:
            return None
        job = _Job(question, 0.0, next(self._numbers))
        self._line.append(job)
        if len(self._line) == 1:
            self._begin()
        if not self._watching:
            self._watching = True
            threading.Thread(target=self._watch, name="plans", daemon=True).start()
        return job

    def _standing(self, job: _Job) -> Standing:
        if ahead := self._line.index(job):
            return Standing(Stage.WAITING, ahead=ahead)
        if job.answer and job.answer.table:
            return Standing(Stage.DONE, 0, 1.0, job.answer)
        return Standing(Stage.PLANNED if job.answer else Stage.RUNNING, 0, job.done, job.answer)

    def _begin(self) -> None:
        """Gives the first of the line to the worker."""
        while self._line:
            job = self._line[0]
            try:
                self._process = self._process or Process(self._limit, self._hear)
            except OSError:
                self._end(job, failed(NO_WORKER))
                continue
            job.heard, job.table = self._clock(), self._tables.get(_of_table(job.question))
            asked = {"id": job.number, "question": write_question(job.question), "table": job.table is None}
            self._process.say(asked)
            return

    def _end(self, job: _Job, standing: Standing) -> None:
        """What was there before it failed stays."""
        job.over = standing = replace(standing, answer=standing.answer or job.answer)
        self._line.remove(job)
        now = self._clock()
        self._failed = {question: kept for question, kept in self._failed.items() if kept[0] > now}
        if standing.stage is Stage.FAILED and not job.off:
            self._failed[job.question] = (now + REMEMBERED, standing)
        self._changed.notify_all()

    # --- in the threads that listen and watch

    def _hear(self, process: Process, message: dict[str, Any] | None) -> None:
        with self._changed:
            if process is not self._process:
                return
            job = self._line[0] if self._line else None
            if message is None:
                self._process = None
                log.warning("the planner ended", extra={"at_work": job is not None})
                if job:
                    self._end(job, failed(LATE if job.hangs else CRASHED))
                    self._begin()
            elif job and job.number == message["id"]:
                self._take(job, message)

    def _take(self, job: _Job, message: dict[str, Any]) -> None:
        job.heard = self._clock()
        if "done" in message:
            job.done = message["done"]
        elif "answer" in message:
            found = read_answer(message["answer"])
            job.answer, job.done = replace(found, table=job.table or found.table), 0.0
            self._changed.notify_all()
        else:
            self._end(job, self._outcome(job, message["over"]))
            self._begin()

    def _outcome(self, job: _Job, over: str) -> Standing:
        if over or job.answer is None:
            return failed(TROUBLE.get(over, CRASHED))
        _keep(self._made, job.question, job.answer)
        _keep(self._tables, _of_table(job.question), job.answer.table)
        return Standing(Stage.DONE, done=1.0, answer=job.answer)

    def _watch(self) -> None:
        while self._look():
            time.sleep(TICK)

    def _look(self) -> bool:
        """Calls off what nobody asks for, and ends a worker that hangs; whether there is anything to watch."""
        with self._changed:
            now = self._clock()
            for job in [job for job in self._line if now > job.lease and not job.off]:
                self._call_off(job)
            first = self._line[0] if self._line else None
            if first and self._process and now - first.heard > self._silence:
                first.hangs = True
                self._process.kill()
            self._watching = first is not None
            return self._watching

    def _call_off(self, job: _Job) -> None:
        job.off = True
        if job is self._line[0] and self._process:
            self._process.say({"off": job.number})  # the worker answers when it has stopped
        else:
            self._end(job, failed(CRASHED))


def _of_table(question: Question) -> Question:
    """The same for all questions that have the same table: it holds every window and threshold."""
    return replace(question, exploration_hours=EXPLORATION_HOURS[-1], threshold=THRESHOLDS[-1])


def _keep(cache: OrderedDict[Question, Any], question: Question, found: Answer | Table) -> None:
    cache[question] = found
    while len(cache) > KEPT:
        cache.popitem(last=False)
