"""The status of a forecast that somebody requested."""

from dataclasses import dataclass
from enum import StrEnum

from .results import Forecast


class Stage(StrEnum):
    """The values are part of forecast.json."""

    WAITING = "waiting"
    RUNNING = "running"
    COMPARING = "planned"  # the summary is complete, the comparison of other settings is not
    DONE = "done"
    FAILED = "failed"

    @property
    def open(self) -> bool:
        return self not in (Stage.DONE, Stage.FAILED)


@dataclass(frozen=True)
class ForecastStatus:
    """`queue_position` counts the forecasts ahead of this one; `progress` is 0 to 1 within the stage."""

    stage: Stage
    queue_position: int = 0
    progress: float = 0.0
    forecast: Forecast | None = None
    error: str = ""


def failed(error: str) -> ForecastStatus:
    return ForecastStatus(Stage.FAILED, error=error)


QUEUE_FULL = "Too many forecasts are running. Try again in a minute."
CRASHED = "The forecast stopped unexpectedly. Try again; other forecasts are not affected."
TIMED_OUT = "The forecast took too long and was cancelled. Try fewer days."
SHUTTING_DOWN = "The server is shutting down. Try again in a moment."
NO_WORKER = "The forecast could not be started on this server. Contact your administrator."
