"""The forecast that is kept with an autotune is the answer where the same is requested again, without the worker."""

import json
import logging
from dataclasses import asdict, dataclass
from typing import Any

from ..auth import current_user
from ..autotunes.kept_forecasts import keep_forecast
from ..forecast.contextual import ContextualForecast, compute_contextual, contextual_sentences
from ..forecast.results import Forecast
from ..forecast.scenario import Scenario
from ..forecast.status import ForecastStatus, Stage
from ..store import ForecastRecord, StoreError, queries
from .assumptions import ForecastInputs
from .forecast_result import forecast_sentences
from .request_context import forecast_person, forecast_queue, services
from .sidebar import LEASE
from .wait_budget import wait_timeout

log = logging.getLogger(__name__)

_CONTEXTUAL_SCENARIO = ("variants", "visits_per_day", "random_share", "attribution_hours")


@dataclass(frozen=True)
class KeptForecast:
    forecast: Forecast | ContextualForecast
    created_at: float
    created_by: str

    @property
    def status(self) -> ForecastStatus | None:
        """None for a contextual autotune, whose forecast is computed at once."""
        if isinstance(self.forecast, ContextualForecast):
            return None
        return ForecastStatus(Stage.DONE, progress=1.0, forecast=self.forecast)


def find_kept(inputs: ForecastInputs) -> KeptForecast | None:
    """None if the settings or the assumptions are not those of the kept forecast, or if that is a headline only."""
    record = _find_record(inputs)
    if not record:
        return None
    stored = stored_forecast(record)
    forecast = inputs.contextual or (stored if stored and stored.is_complete else None)
    return KeptForecast(forecast, record.created_at, record.created_by) if forecast else None


def _find_record(inputs: ForecastInputs) -> ForecastRecord | None:
    if not inputs.asked or not inputs.record:
        return None
    with services().store.read() as session:
        record = queries.forecast(session, inputs.record.id)
    return record if record and stored_scenario(record) == inputs.asked else None


def keep_headline(inputs: ForecastInputs) -> None:
    """Keeps the forecast that the form's sidebar has shown, so that the review and the created autotune show it too."""
    if not inputs.asked or not inputs.can_be_edited or _find_record(inputs):
        return
    forecast = inputs.contextual or _summary(inputs)
    if forecast:
        _keep(inputs, forecast)


def _summary(inputs: ForecastInputs) -> Forecast | None:
    if not inputs.scenario or inputs.unsupported:
        return None
    with wait_timeout() as seconds:
        return forecast_queue().request(inputs.scenario, LEASE, seconds, forecast_person()).forecast


def keep_if_new(inputs: ForecastInputs, kept: KeptForecast | None, status: ForecastStatus | None) -> None:
    """Keeps a finished forecast if its user may write the autotune, and it can still be edited."""
    done = status.forecast if status and status.stage is Stage.DONE else None
    forecast = inputs.contextual or done
    if forecast and not kept and inputs.can_be_edited:
        _keep(inputs, forecast)


def _keep(inputs: ForecastInputs, forecast: Forecast | ContextualForecast) -> None:
    if not inputs.record:
        return
    try:
        keep_forecast(services(), inputs.record, _new_record(inputs, inputs.record.id, forecast))
    except StoreError as error:  # what cannot be kept can still be shown
        log.error("a forecast was not kept", extra={"autotune": inputs.record.id, "error": type(error).__name__})


def _new_record(inputs: ForecastInputs, autotune_id: str, forecast: Forecast | ContextualForecast) -> ForecastRecord:
    return ForecastRecord(
        autotune_id=autotune_id,
        assumptions=json.dumps(inputs.assumptions.query),
        scenario=json.dumps(_scenario(forecast)),
        sentences=json.dumps(_sentences(forecast)),
        result=json.dumps(asdict(forecast)),
        created_at=services().clock(),
        created_by=current_user().actor,
    )


def _scenario(forecast: Forecast | ContextualForecast) -> dict[str, Any]:
    if isinstance(forecast, ContextualForecast):
        return {name: getattr(forecast, name) for name in _CONTEXTUAL_SCENARIO}
    return asdict(forecast.summary.scenario)


def _sentences(forecast: Forecast | ContextualForecast) -> list[str]:
    return contextual_sentences(forecast) if isinstance(forecast, ContextualForecast) else forecast_sentences(forecast)


def stored_scenario(record: ForecastRecord) -> Scenario | ContextualForecast:
    """To be compared with `ForecastInputs.asked`."""
    data = json.loads(record.scenario)
    return compute_contextual(**data) if "random_share" in data else Scenario(**data)


def stored_forecast(record: ForecastRecord) -> Forecast | None:
    """None if another version of the desk kept it, with other figures."""
    try:
        return Forecast.from_dict(json.loads(record.result))
    except (AttributeError, LookupError, TypeError, ValueError):
        return None


def answer_json(kept: KeptForecast | None) -> dict[str, Any]:
    """What forecast.json adds to an answer that was kept."""
    return {"kept": {"at": kept.created_at, "who": kept.created_by}} if kept else {}
