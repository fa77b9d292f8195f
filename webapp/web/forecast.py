"""The forecast page of an autotune: the form for the assumptions, and the result."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..auth import Permission, polled, requires
from ..autotunes.drafts import stored_form_data
from ..forecast.contextual import (
    ContextualForecast,
    contextual_sentences,
    findings,
    format_count,
    format_period,
    verdict,
    warnings,
)
from ..forecast.formats import format_days, of_100, short_count
from ..forecast.status import ForecastStatus, Stage
from ..store import AutotuneRecord
from .assumptions import ForecastInputs, assumptions_in, read_inputs
from .charts import outcome_bar
from .forecast_result import forecast_json, result_context
from .kept_forecast import answer_json, find_kept, keep_if_new
from .offers import offers
from .request_context import find, forecast_person, forecast_queue, load_projects, services
from .suggestions import Known, chosen_project, load_known
from .template_context import field_label
from .wait_budget import wait_timeout

blueprint = Blueprint("forecast", __name__)

PAGE_LEASE = 30.0  # seconds after which a forecast is cancelled unless the page is loaded again (no JavaScript)
POLL_LEASE = 5.0  # seconds after which a forecast is cancelled unless the page's script polls again
# What is simulated while so many parts are complete.
NEXT_PARTS = ("equal variants", "the other settings", "the best settings", "other differences", "your goal", "the rest")


@blueprint.get("/autotunes/<record_id>/forecast")
@requires(Permission.VIEW)
def show(record_id: str) -> ResponseReturnValue:
    record = find(record_id)
    inputs = read_inputs(record, assumptions_in(request.args))
    if inputs.scenario and request.args.get("again"):
        forecast_queue().clear_failure(inputs.scenario)
        assumptions: dict[str, Any] = {**inputs.assumptions.query}
        return redirect(url_for("forecast.show", record_id=record_id, _anchor="forecast", **assumptions), 303)
    kept = find_kept(inputs)
    if inputs.is_simulated and not (inputs.scenario or inputs.missing):
        forecast_queue().start_worker()
    status = kept.status if kept else _wait_for_summary(inputs)
    keep_if_new(inputs, kept, status)
    known = _known(record)
    page = render_template(
        "forecast/page.html",
        inputs=inputs,
        status=status,
        kept=kept,
        assumptions_query=urlencode(inputs.assumptions.query),
        editable=inputs.can_be_edited,
        known=known,
        offers=offers(known, inputs.assumptions),
        **result_context(status.forecast if status else None, inputs.variant_names),
        **_contextual_context(inputs.contextual),
    )
    return page, 422 if inputs.assumptions.error_list() else 200


def _known(record: AutotuneRecord) -> Known:
    with services().store.read() as session:
        load_projects(session)
        return load_known(session, chosen_project(record.project), stored_form_data(record))


@blueprint.get("/autotunes/<record_id>/forecast.json")
@requires(Permission.VIEW)
@polled
def show_json(record_id: str) -> ResponseReturnValue:
    """The status of the forecast, and once it is complete the forecast. Each request renews its lease."""
    inputs = read_inputs(find(record_id), assumptions_in(request.args))
    kept = find_kept(inputs)
    if inputs.contextual:
        keep_if_new(inputs, kept, None)
        return jsonify(asked=inputs.scenario_key, **_contextual_json(inputs.contextual), **answer_json(kept))
    if not inputs.scenario or (inputs.unsupported and not kept):
        errors = (*inputs.missing, *inputs.assumptions.error_list())
        messages = [f"{field_label(error)}{error.message}" for error in errors]
        reason = inputs.unsupported or ". ".join(messages) or "Enter the visits per day"
        return jsonify(stage=Stage.FAILED, trouble=reason), 422
    status = (kept and kept.status) or forecast_queue().request(inputs.scenario, POLL_LEASE, person=forecast_person())
    keep_if_new(inputs, kept, status)
    progress = {"stage": status.stage, "done": status.progress, "words": status_text(status)}
    forecast = status.forecast if status.stage is Stage.DONE else None
    result = forecast_json(forecast, inputs.variant_names) if forecast else {}
    return jsonify(asked=inputs.scenario_key, parts=status.part_count, **progress, **result, **answer_json(kept))


def status_text(status: ForecastStatus) -> str:
    if status.stage is Stage.WAITING:
        ahead = status.queue_position
        return "1 forecast is ahead of yours." if ahead == 1 else f"{ahead} forecasts are ahead of yours."
    if status.stage is Stage.RUNNING:
        return "Simulating 1,000 runs."
    if status.stage is Stage.COMPARING:
        return f"Simulating {NEXT_PARTS[status.part_count - 1]}: {status.progress:.0%} of all."
    return status.error


def _wait_for_summary(inputs: ForecastInputs) -> ForecastStatus | None:
    if not inputs.scenario or inputs.unsupported:
        return None
    with wait_timeout() as seconds:
        return forecast_queue().request(inputs.scenario, PAGE_LEASE, seconds, forecast_person())


def _contextual_context(forecast: ContextualForecast | None) -> dict[str, Any]:
    if not forecast:
        return {}
    return {"verdict": verdict(forecast), "warnings": warnings(forecast), "findings": findings(forecast)}


def _contextual_json(forecast: ContextualForecast) -> dict[str, Any]:
    """Computed at once, so it is always complete."""
    progress = {"stage": Stage.DONE, "done": 1.0, "words": ""}
    return {**progress, "sentences": contextual_sentences(forecast), "contextual": asdict(forecast)}


@blueprint.record
def _register_template_helpers(state: Any) -> None:
    state.app.jinja_env.filters.update(
        format_days=format_days,
        format_chance=lambda share: short_count(*of_100(share)) + "%",
        outcome_bar=outcome_bar,
        status_text=status_text,
    )
    state.app.jinja_env.filters.update(format_count=format_count, format_period=format_period)
