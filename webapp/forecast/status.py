"""The status of a forecast that somebody requested."""

from dataclasses import dataclass
from enum import StrEnum
from importlib.util import find_spec

from .results import Forecast


class Stage(StrEnum):
    """The values are part of forecast.json."""

    WAITING = "waiting"
    RUNNING = "running"
    COMPARING = "planned"  # the summary is complete, other parts are not
    DONE = "done"
    FAILED = "failed"

    @property
    def open(self) -> bool:
        return self not in (Stage.DONE, Stage.FAILED)


@dataclass(frozen=True)
class ForecastStatus:
    """`queue_position` counts the forecasts whose first step comes before this one's; `progress` is 0 to 1."""

    stage: Stage
    queue_position: int = 0
    progress: float = 0.0
    forecast: Forecast | None = None
    error: str = ""

    @property
    def part_count(self) -> int:
        """How many parts of the forecast are complete."""
        return self.forecast.part_count if self.forecast else 0


QUEUE_FULL = "Too many forecasts are running. Try again in a minute."
PERSON_LIMIT = "You have {} forecasts running. Wait until one is complete, or close its page, then try again."
CRASHED = "The forecast stopped unexpectedly. Try again; other forecasts are not affected."
TIMED_OUT = "The forecast took too long and was cancelled. Try fewer days."
SHUTTING_DOWN = "The server is shutting down. Try again in a moment."
NO_WORKER = "The forecast could not be started on this server. Contact your administrator."
HOW_TO_INSTALL = (
    "Forecasts are not installed. "
    'As the administrator run: pip install "autotune-desk[forecast]", then restart the desk.'
)
NOT_INSTALLED = "" if find_spec("numpy") else HOW_TO_INSTALL  # only the worker imports NumPy
