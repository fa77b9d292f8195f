"""The forecast page of an autotune: the form for the assumptions, and the result."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..auth import Permission, can, polled, requires
from ..autotunes.states import EDITABLE
from ..forecast.queue import ForecastQueue
from ..forecast.results import Forecast
from ..forecast.scenario import Scenario
from ..forecast.status import ForecastStatus, Stage
from ..forecast.summary_text import format_chance, format_days, sentences
from .assumptions import assumptions_in, read_inputs
from .charts import ending_chart, share_charts, table_indexes
from .comparison_table import comparison_rows, describe_scenario, short_label
from .request_context import find
from .wait_budget import wait_timeout

blueprint = Blueprint("forecast", __name__)

PAGE_LEASE = 30.0  # seconds after which a forecast is cancelled unless the page is loaded again (no JavaScript)
POLL_LEASE = 5.0  # seconds after which a forecast is cancelled unless the page's script polls again


@blueprint.get("/autotunes/<record_id>/forecast")
@requires(Permission.VIEW)
def show(record_id: str) -> ResponseReturnValue:
    inputs = read_inputs(find(record_id), assumptions_in(request.args))
    if inputs.scenario and request.args.get("again"):
        forecast_queue().clear_failure(inputs.scenario)
        assumptions: dict[str, Any] = {**inputs.assumptions.query}
        return redirect(url_for("forecast.show", record_id=record_id, _anchor="forecast", **assumptions), 303)
    forecast_queue().start_worker()
    status = _wait_for_summary(inputs.scenario) if inputs.scenario else None
    page = render_template(
        "forecast/page.html",
        inputs=inputs,
        status=status,
        assumptions_query=urlencode(inputs.assumptions.query),
        editable=inputs.record.state in EDITABLE and can("write"),
        **_result_context(status.forecast if status else None),
    )
    return page, 422 if inputs.assumptions.error_list() else 200


@blueprint.get("/autotunes/<record_id>/forecast.json")
@requires(Permission.VIEW)
@polled
def show_json(record_id: str) -> ResponseReturnValue:
    """The status of the forecast, and once it is complete the forecast. Each request renews its lease."""
    forecast_queue().start_worker()
    inputs = read_inputs(find(record_id), assumptions_in(request.args))
    if not inputs.scenario:
        messages = [error.message for error in (*inputs.missing, *inputs.assumptions.error_list())]
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


def _wait_for_summary(scenario: Scenario) -> ForecastStatus:
    with wait_timeout() as seconds:
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
    data = asdict(status.forecast)
    plan, table = data["summary"], data["comparison"]
    plan["question"], plan["verdict"] = plan.pop("scenario"), plan.pop("winner_stats")
    plan["question"]["launches"] = plan["question"].pop("runs")
    return {"sentences": sentences(status.forecast.summary), "plan": plan, "table": table}


@blueprint.record
def _register_template_helpers(state: Any) -> None:
    state.app.jinja_env.filters.update(
        short_label=short_label, format_days=format_days, format_chance=format_chance, status_text=status_text
    )
