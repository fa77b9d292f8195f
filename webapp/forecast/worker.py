"""The process that plans: questions come in on standard input, answers go out, a line of JSON each.

in    {"id": 7, "question": "...", "table": true}    or    {"off": 7}, when nobody wants to know any more
out   {"id": 7, "done": 0.4}, {"id": 7, "answer": {...}} (first the plan, then with its table),
      and as the last {"id": 7, "over": ""}, or with the reason: "off", "late" or "failed"

It ends with its standard input. It is started as `python -m forecast.worker` from the folder above,
so that it need not import the rest of the desk.
"""

import json
import os
import sys
import threading
import time
import traceback
from itertools import islice
from queue import SimpleQueue
from typing import Any

from .serialization import read_question, write_answer
from .simulation import Progress
from .steps import steps

PAUSE = 0.1  # seconds between two reports of progress


class _CalledOff(Exception):
    """Its text is why."""


class Worker:
    """`limit` is how many seconds of the processor a question may take: a busy machine must not make it fail."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.inbox: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self.off: set[int] = set()

    def listen(self) -> None:
        for line in sys.stdin:
            message = json.loads(line)
            if "off" in message:
                self.off.add(message["off"])
            else:
                self.inbox.put(message)
        os._exit(0)  # whoever asked is gone: so is the reason to go on

    def work(self) -> None:
        while True:
            message = self.inbox.get()
            over = self._answer(message["id"], message["question"], message.get("table", True))
            self.off.discard(message["id"])
            say({"id": message["id"], "over": over})

    def _answer(self, number: int, question: str, table: bool) -> str:
        try:
            for answer in islice(steps(read_question(question), self._progress(number)), 2 if table else 1):
                say({"id": number, "answer": write_answer(answer)})
        except _CalledOff as reason:
            return str(reason)
        except Exception:  # noqa: BLE001 - whatever it is, the next question deserves an answer
            traceback.print_exc()
            return "failed"
        return ""

    def _progress(self, number: int) -> Progress:
        began, said = time.process_time(), time.monotonic()

        def progress(done: float) -> None:
            nonlocal said
            now = time.monotonic()
            if number in self.off:
                raise _CalledOff("off")
            if time.process_time() - began > self.limit:
                raise _CalledOff("late")
            if now - said > PAUSE:
                said = now
                say({"id": number, "done": done})

        return progress


def say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> None:
    worker = Worker(float(sys.argv[1]))
    threading.Thread(target=worker.listen, daemon=True).start()
    worker.work()


if __name__ == "__main__":
    main()
