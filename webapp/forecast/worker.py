"""The worker process: executes one step of a forecast at a time, on command, as JSON lines.

in    ["step", {...}]: the next step of the forecast of this scenario; the first one opens it
      ["drop", {...}]: the forecast of this scenario is not needed any more; has no answer
out   what `forecast_steps` yields

It exits when its standard input closes, or with the traceback of an error. It is started as `python -m forecast.worker`
from the folder `webapp/`, so that it does not import the whole app.
"""

import json
import os
import sys
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Thread
from typing import Any

from .compute import forecast_steps
from .scenario import Scenario

_lines: SimpleQueue[str] = SimpleQueue()


def main() -> None:
    Thread(target=_read, daemon=True).start()
    forecasts: dict[Scenario, Iterator[dict[str, Any]]] = {}
    while True:
        command, values = json.loads(_lines.get())
        scenario = Scenario(**values)
        if command == "drop":
            forecasts.pop(scenario, None)
        else:
            steps = forecasts.setdefault(scenario, forecast_steps(scenario))
            sys.stdout.write(json.dumps(next(steps)) + "\n")
            sys.stdout.flush()


def _read() -> None:
    """In a thread of its own, so that the end of the web process ends a step too."""
    for line in sys.stdin:
        _lines.put(line)
    os._exit(0)


if __name__ == "__main__":
    main()
