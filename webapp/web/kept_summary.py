"""What the page of an autotune says about its kept forecast."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..forecast.contextual import ContextualForecast
from ..forecast.form import WEEKDAYS
from ..forecast.formats import format_days, format_hours, format_rates, format_visits
from ..forecast.scenario import Scenario
from ..store import AutotuneRecord, ForecastRecord
from .assumptions import ForecastInputs, read_inputs
from .comparison_table import WINDOWS
from .forecast_result import Counts, forecast_counts
from .kept_forecast import stored_forecast, stored_scenario


@dataclass(frozen=True)
class KeptSummary:
    """`query` leads to the forecast page; None if the current settings allow no forecast with these assumptions.

    made_with: the settings that have changed since, as they were; blank if none has.
    """

    created_at: float
    created_by: str
    headline: str
    counts: Counts | None
    details: str
    assumptions: str
    made_with: str
    query: dict[str, str] | None


def summarize_kept(record: AutotuneRecord, kept: ForecastRecord | None) -> KeptSummary | None:
    if not kept:
        return None
    query, scenario = _query(kept), stored_scenario(kept)
    inputs = read_inputs(record, query)
    headline, *details = json.loads(kept.sentences)
    forecast = stored_forecast(kept)
    return KeptSummary(
        created_at=kept.created_at,
        created_by=kept.created_by,
        headline=headline,
        counts=forecast_counts(forecast) if forecast else None,
        details=details[0] if details else "",
        assumptions=_assumptions(scenario, inputs.variant_names),
        made_with=_made_with(scenario, inputs),
        query=query if inputs.asked else None,
    )


def panel_inputs(record: AutotuneRecord, assumptions: Mapping[str, str], kept: ForecastRecord | None) -> ForecastInputs:
    """For the form of a new forecast: with the assumptions of the kept one, if they still fit the settings."""
    inputs = read_inputs(record, assumptions or (_query(kept) if kept else {}))
    return inputs if assumptions or inputs.asked else read_inputs(record, {})


def kept_json(kept: ForecastRecord | None) -> dict[str, Any] | None:
    if not kept:
        return None
    text = {"assumptions": _query(kept), "sentences": json.loads(kept.sentences)}
    return {"at": kept.created_at, "who": kept.created_by, **text}


def _query(kept: ForecastRecord) -> dict[str, str]:
    query: dict[str, str] = json.loads(kept.assumptions)
    return query


def _assumptions(scenario: Scenario | ContextualForecast, names: tuple[str, ...]) -> str:
    visits = f"{format_visits(scenario.visits_per_day)} per day"
    if isinstance(scenario, ContextualForecast):
        return visits
    assumed = [f"{visits} over {format_days(scenario.days)}", format_rates(scenario.rates, names), *_details(scenario)]
    return f"{', '.join(assumed[:-1])}, and {assumed[-1]}"


def _details(scenario: Scenario) -> Iterator[str]:
    """What was changed among the assumptions that are filled in already."""
    by_weekday = {"visits": scenario.visit_factors, "success rate": scenario.rate_factors}
    for name, factors in by_weekday.items():
        for day, factor in zip(WEEKDAYS, factors, strict=True):
            if factor != 1:
                yield f"{100 * factor:g}% of the {name} on {day}s"
    if any(set(factors) != {1} for factors in by_weekday.values()):
        yield f"a start on a {WEEKDAYS[scenario.start_day]}"
    if scenario.max_wrong != Scenario.max_wrong:
        yield f"at most {scenario.max_wrong:g} in 100 wrong winners"
    if scenario.target_days:
        yield f"an end within {format_days(scenario.target_days)}"


def _made_with(scenario: Scenario | ContextualForecast, inputs: ForecastInputs) -> str:
    if scenario == inputs.asked:
        return ""
    if not inputs.asked:
        reason = "; the current ones allow no forecast" if inputs.unsupported or inputs.missing else ""
        return f"other settings ({', '.join(_settings(scenario))}){reason}"
    current = _settings(inputs.asked)
    changed = [setting for setting in _settings(scenario) if setting not in current]
    return f"other settings: {', '.join(changed)}" if changed else "an earlier version of the desk"


def _settings(scenario: Scenario | ContextualForecast) -> list[str]:
    attribution = f"attribution window {format_hours(scenario.attribution_hours)}"
    if isinstance(scenario, ContextualForecast):
        share = f"long-term exploration allocation {scenario.random_share:g}"
        return ["contextual autotune", f"{scenario.variants} variants", attribution, share]
    exploration = f"exploration window {WINDOWS[scenario.exploration_hours].short_label}"
    threshold = f"winner threshold {scenario.threshold:g}%"
    return ["classic autotune", f"{len(scenario.rates)} variants", exploration, attribution, threshold]
