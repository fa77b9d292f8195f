"""The worker process: reads scenarios from standard input and writes forecasts to standard output, as JSON lines.

in    {"scenario": {...}, "comparison": true}
out   {"progress": 0.4}, {"forecast": {...}}: first without its comparison, then with it, if that was requested

It exits when its standard input closes, or with the traceback of an error. It is started as `python -m forecast.worker`
from the folder `webapp/`, so that it does not import the whole app.
"""

import json
import sys
import time
from dataclasses import asdict
from itertools import islice
from typing import Any

from .compute import forecast_stages
from .scenario import Scenario
from .simulation import Progress

REPORT_INTERVAL = 0.1  # seconds between two progress reports


def run(scenario: Scenario, comparison: bool) -> None:
    for forecast in islice(forecast_stages(scenario, _reporter()), 2 if comparison else 1):
        send({"forecast": asdict(forecast)})


def _reporter() -> Progress:
    last_report = time.monotonic()

    def report(progress: float) -> None:
        nonlocal last_report
        now = time.monotonic()
        if now - last_report > REPORT_INTERVAL:
            last_report = now
            send({"progress": progress})

    return report


def send(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main() -> None:
    for line in sys.stdin:
        message = json.loads(line)
        run(Scenario(**message["scenario"]), message["comparison"])


if __name__ == "__main__":
    main()
