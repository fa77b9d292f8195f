"""The headline of a forecast beside the form and the review."""

from typing import Any

from ..forecast.contextual import verdict
from .assumptions import ForecastInputs
from .forecast_result import forecast_counts, forecast_sentences
from .request_context import forecast_person, forecast_queue

LEASE = 5.0  # seconds after which the forecast is cancelled unless the script asks for it again


def headline_context(inputs: ForecastInputs, wait: float = 0.0) -> dict[str, Any]:
    """`is_simulating`: the headline was not ready after these seconds, and follows soon."""
    context = {"inputs": inputs, "headline": "", "counts": None, "is_simulating": False}
    if inputs.contextual:
        return context | {"headline": verdict(inputs.contextual)}
    if not inputs.scenario or inputs.unsupported:
        return context
    status = forecast_queue().request(inputs.scenario, LEASE, wait, forecast_person())
    if not status.forecast:
        return context | {"headline": status.error, "is_simulating": status.stage.open}
    return context | {
        "headline": forecast_sentences(status.forecast)[0],
        "counts": forecast_counts(status.forecast),
    }
