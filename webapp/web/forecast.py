"""The forecast page of an autotune: the form for the assumptions, and the result."""

from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..auth import Permission, can, requires, unattended
from ..autotunes.drafts import stored_form_data
from ..autotunes.states import EDITABLE
from ..contract.errors import FieldError
from ..contract.form_data import FormData
from ..forecast.inputs import (
    ASSUMPTIONS,
    BEST_VARIANT,
    Field,
    build_scenario,
    missing_fields,
    rate_fields,
    unsupported_reason,
    variant_names,
)
from ..forecast.queue import ForecastQueue
from ..forecast.results import Forecast
from ..forecast.scenario import Scenario
from ..forecast.status import ForecastStatus, Stage
from ..forecast.summary_text import format_chance, format_days, sentences
from ..store import AutotuneRecord
from .assumptions import assumptions_in, initial_assumptions
from .charts import ending_chart, share_charts, table_indexes
from .comparison_table import comparison_rows, describe_scenario, short_label
from .request_context import find
from .wait_budget import patience

blueprint = Blueprint("forecast", __name__)

PAGE_LEASE = 30.0  # seconds after which a forecast is cancelled unless the page is loaded again (no JavaScript)
POLL_LEASE = 5.0  # seconds after which a forecast is cancelled unless the page's script polls again


@dataclass(frozen=True)
class ForecastInputs:
    """What the page was asked for. `unsupported` and `missing` do not depend on the assumptions, `errors` do."""

    record: AutotuneRecord
    form_data: FormData
    assumptions: dict[str, str]
    unsupported: str
    missing: list[FieldError]
    errors: list[FieldError]
    scenario: Scenario | None

    @property
    def variant_names(self) -> tuple[str, ...]:
        return variant_names(self.form_data)

    @property
    def rate_fields(self) -> tuple[Field, ...]:
        return rate_fields(self.variant_names)

    @property
    def scenario_key(self) -> str:
        """Differs once somebody has changed the autotune while its forecast runs."""
        return sha256(repr(self.scenario).encode()).hexdigest()[:12]

    @property
    def has_own_rates(self) -> bool:
        return any(self.assumptions.get(field.name) for field in self.rate_fields)

    @property
    def best_variant(self) -> str:
        """The name of the variant that the lift applies to; blank where all rates are equal."""
        equal_rates = self.scenario is not None and len(set(self.scenario.rates)) == 1
        names = self.variant_names
        return names[BEST_VARIANT] if len(names) > BEST_VARIANT and not equal_rates else ""


@blueprint.get("/autotunes/<record_id>/forecast")
@requires(Permission.VIEW)
def show(record_id: str) -> ResponseReturnValue:
    inputs = _read_inputs(record_id)
    if inputs.scenario and request.args.get("again"):
        forecast_queue().clear_failure(inputs.scenario)
        assumptions: dict[str, Any] = {**inputs.assumptions}
        return redirect(url_for("forecast.show", record_id=record_id, _anchor="forecast", **assumptions), 303)
    forecast_queue().start_worker()
    status = _wait_for_summary(inputs.scenario) if inputs.scenario else None
    page = render_template(
        "forecast/page.html",
        inputs=inputs,
        status=status,
        errors={error.field: error.message for error in reversed(inputs.errors)},
        assumptions_query=urlencode(inputs.assumptions),
        editable=inputs.record.state in EDITABLE and can("write"),
        **_result_context(status.forecast if status else None),
    )
    return page, 422 if inputs.errors else 200


@blueprint.get("/autotunes/<record_id>/forecast.json")
@requires(Permission.VIEW)
@unattended
def as_json(record_id: str) -> ResponseReturnValue:
    """The status of the forecast, and once it is complete the forecast. Each request renews its lease."""
    forecast_queue().start_worker()
    inputs = _read_inputs(record_id)
    if not inputs.scenario:
        messages = [error.message for error in (*inputs.missing, *inputs.errors)]
        reason = inputs.unsupported or ". ".join(messages) or "Enter the visits per day"
        return jsonify(stage=Stage.FAILED, trouble=reason), 422
    status = forecast_queue().request(inputs.scenario, POLL_LEASE)
    forecast_queue().shorten_lease(inputs.scenario, POLL_LEASE)
    progress = {"stage": status.stage, "done": status.progress, "words": status_text(status)}
    return jsonify(asked=inputs.scenario_key, **progress, **_forecast_json(status))


def forecast_queue() -> ForecastQueue:
    queue: ForecastQueue = current_app.extensions["forecasts"]
    return queue


def status_text(status: ForecastStatus) -> str:
    if status.stage is Stage.WAITING:
        ahead = status.queue_position
        return "1 forecast is ahead of yours." if ahead == 1 else f"{ahead} forecasts are ahead of yours."
    if status.stage is Stage.RUNNING:
        return f"Running 1,000 simulations: {status.progress:.0%}."
    if status.stage is Stage.COMPARING:
        return f"Simulating the other settings: {status.progress:.0%}."
    return status.error


def _read_inputs(record_id: str) -> ForecastInputs:
    record = find(record_id)
    form_data, entered = stored_form_data(record), assumptions_in(request.args)
    assumptions = initial_assumptions() | entered
    unsupported, missing = unsupported_reason(form_data), missing_fields(form_data)
    result = build_scenario(form_data, assumptions) if entered and not unsupported and not missing else None
    scenario = result if isinstance(result, Scenario) else None
    errors = result if isinstance(result, list) else []
    return ForecastInputs(record, form_data, assumptions, unsupported, missing, errors, scenario)


def _wait_for_summary(scenario: Scenario) -> ForecastStatus:
    with patience() as seconds:
        return forecast_queue().request(scenario, PAGE_LEASE, seconds)


def _result_context(forecast: Forecast | None) -> dict[str, Any]:
    if not forecast:
        return {"forecast": None}
    summary = forecast.summary
    return {
        "forecast": forecast,
        "description": describe_scenario(summary),
        "sentences": sentences(summary),
        "share_charts": share_charts(summary),
        "ending_chart": ending_chart(summary),
        "table_indexes": table_indexes(summary),
        "comparison_rows": comparison_rows(forecast),
    }


def _forecast_json(status: ForecastStatus) -> dict[str, Any]:
    """The forecast once it is complete, since polling should be cheap. Programs rely on these keys."""
    if status.stage is not Stage.DONE or not status.forecast:
        return {}
    plan, table = asdict(status.forecast).values()
    plan["question"], plan["verdict"] = plan.pop("scenario"), plan.pop("winner_stats")
    plan["question"]["launches"] = plan["question"].pop("runs")
    return {"sentences": sentences(status.forecast.summary), "plan": plan, "table": table}


@blueprint.record
def _register_template_helpers(state: Any) -> None:
    state.app.jinja_env.filters.update(
        short_label=short_label, format_days=format_days, format_chance=format_chance, status_text=status_text
    )
    state.app.jinja_env.globals.update(
        assumption_fields=ASSUMPTIONS,
        forecast_unsupported=unsupported_reason,
        forecast_missing=missing_fields,
    )
