"""The worker process: reads scenarios from standard input and writes forecasts to standard output, as JSON lines.

in    {"id": 7, "scenario": {...}, "comparison": true}, or {"cancel": 7}
out   {"id": 7, "progress": 0.4}, {"id": 7, "forecast": {...}} (first without its comparison, then with it),
      and finally {"id": 7, "finished": ""}, or the reason why it stopped: "cancelled", "timeout" or "failed"

It exits when its standard input closes. It is started as `python -m forecast.worker` from the folder `webapp/`, so that
it does not import the whole app.
"""

import json
import os
import sys
import threading
import time
import traceback
from dataclasses import asdict
from itertools import islice
from queue import SimpleQueue
from typing import Any

from .compute import forecast_stages
from .scenario import Scenario
from .simulation import Progress

REPORT_INTERVAL = 0.1  # seconds between two progress reports


class _Stopped(Exception):
    """Its text is the reason."""


class Worker:
    """`cpu_limit` is in seconds of processor time per scenario: a busy machine must not make it fail."""

    def __init__(self, cpu_limit: float) -> None:
        self.cpu_limit = cpu_limit
        self.inbox: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self.cancelled: set[int] = set()

    def listen(self) -> None:
        for line in sys.stdin:
            message = json.loads(line)
            if "cancel" in message:
                self.cancelled.add(message["cancel"])
            else:
                self.inbox.put(message)
        os._exit(0)  # the web process is gone

    def work(self) -> None:
        while True:
            message = self.inbox.get()
            reason = self._run(message["id"], message["scenario"], message.get("comparison", True))
            self.cancelled.discard(message["id"])
            send({"id": message["id"], "finished": reason})

    def _run(self, job_id: int, scenario: dict[str, Any], comparison: bool) -> str:
        try:
            stages = forecast_stages(Scenario(**scenario), self._reporter(job_id))
            for forecast in islice(stages, 2 if comparison else 1):
                send({"id": job_id, "forecast": asdict(forecast)})
        except _Stopped as reason:
            return str(reason)
        except Exception:  # noqa: BLE001 - whatever it is, the next scenario must still run
            traceback.print_exc()
            return "failed"
        return ""

    def _reporter(self, job_id: int) -> Progress:
        cpu_start, last_report = time.process_time(), time.monotonic()

        def report(progress: float) -> None:
            nonlocal last_report
            now = time.monotonic()
            if job_id in self.cancelled:
                raise _Stopped("cancelled")
            if time.process_time() - cpu_start > self.cpu_limit:
                raise _Stopped("timeout")
            if now - last_report > REPORT_INTERVAL:
                last_report = now
                send({"id": job_id, "progress": progress})

        return report


def send(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> None:
    worker = Worker(float(sys.argv[1]))
    threading.Thread(target=worker.listen, daemon=True).start()
    worker.work()


if __name__ == "__main__":
    main()
