"""A forecast as the context of its page, and as JSON with the same figures."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ..forecast.formats import format_median, of_100, per_100, short_count, short_successes
from ..forecast.results import CurvePoint, Forecast, Outcome, Recommendation, Target
from ..forecast.summary_text import (
    equal_sentence,
    no_recommendation,
    recommendation_reason,
    recommendation_sentence,
    sentences,
    target_sentences,
)
from .charts import curve_chart, table_indexes, traffic_chart
from .comparison_table import TableCell, comparison_rows, describe_scenario, setting_name, table_cell


@dataclass(frozen=True)
class Counts:
    """Of 100 runs, as texts; `equal` is how many declare a winner if nothing is better."""

    right: str
    wrong: str
    running: str
    equal: str = ""


@dataclass(frozen=True)
class Recommended:
    """`cell` and `own` are those of the table; `words` say the same in a sentence."""

    name: str
    words: str
    reason: str
    is_current: bool
    cell: TableCell
    own: TableCell


@dataclass(frozen=True)
class CurveRow:
    factor: float
    best: float
    median: str
    right: str
    wrong: str
    running: str
    loss: str


def result_context(forecast: Forecast | None, names: Sequence[str]) -> dict[str, Any]:
    if not forecast:
        return {"forecast": None}
    summary = forecast.summary
    return {
        "forecast": forecast,
        "description": describe_scenario(summary, names),
        "sentences": forecast_sentences(forecast),
        "counts": forecast_counts(forecast),
        "recommendation": _recommended(forecast),
        "no_recommendation": no_recommendation(forecast),
        "traffic_chart": traffic_chart(summary, names),
        "table_indexes": table_indexes(summary),
        "comparison_rows": comparison_rows(forecast),
        "curve_chart": curve_chart(forecast),
        "curve_rows": [_curve_row(point, forecast) for point in forecast.curve],
        "target_sentences": _target_sentences(forecast, names),
    }


def forecast_sentences(forecast: Forecast) -> list[str]:
    """The verdict first; then what if nothing is better, as soon as that is known."""
    verdict, *others = sentences(forecast.summary)
    scenario = forecast.summary.scenario
    equal = [equal_sentence(forecast.equal, scenario)] if forecast.equal and not scenario.has_equal_rates else []
    return [verdict, *equal, *others]


def forecast_counts(forecast: Forecast) -> Counts:
    right, wrong, running = (short_count(*count) for count in per_100(forecast.summary.outcome))
    equal = forecast.equal and short_count(*of_100(forecast.equal.wrong))
    return Counts(right, wrong, running, equal or "")


def _recommended(forecast: Forecast) -> Recommended | None:
    cell = forecast.recommendation and forecast.recommendation.cell
    if not cell:
        return None
    scenario = forecast.summary.scenario
    return Recommended(
        name=setting_name(cell),
        words=recommendation_sentence(forecast, setting_name(cell)),
        reason=recommendation_reason(scenario),
        is_current=cell.setting == scenario.setting,
        cell=table_cell(cell, forecast),
        own=table_cell(forecast.own_cell, forecast),
    )


def _target_sentences(forecast: Forecast, names: Sequence[str]) -> list[str]:
    target = forecast.target
    if not target:
        return []
    return target_sentences(target, setting_name(target.cell) if target.cell else "", names)


def _curve_row(point: CurvePoint, forecast: Forecast) -> CurveRow:
    right, wrong, running = (short_count(*count) for count in per_100(point.outcome))
    median = format_median(point.median_days, forecast.summary.scenario)
    loss = short_successes(point.outcome.expected_loss)
    return CurveRow(point.factor, max(point.rates), median, right, wrong, running, loss)


def forecast_json(forecast: Forecast, names: Sequence[str]) -> dict[str, Any]:
    """Programs rely on these keys."""
    data = asdict(forecast)
    plan, table = data.pop("summary"), data.pop("comparison")
    plan["question"] = plan.pop("scenario")
    plan["question"]["launches"] = plan["question"].pop("runs")
    plan["verdict"] = {**_outcome_json(forecast.summary.outcome), "wrong_winner": plan.pop("wrong_winner")}
    del plan["outcome"]
    for row, cell in zip(table, forecast.comparison, strict=True):
        row["outcome"] = _outcome_json(cell.outcome)
    return {
        "sentences": forecast_sentences(forecast),
        "plan": plan,
        "table": table,
        **_others_json(data, forecast, names),
    }


def _others_json(data: dict[str, Any], forecast: Forecast, names: Sequence[str]) -> dict[str, Any]:
    for row, point in zip(data["curve"], forecast.curve, strict=True):
        row["outcome"] = _outcome_json(point.outcome)
    data["equal"] = forecast.equal and _outcome_json(forecast.equal)
    recommended = _recommended(forecast)
    words = recommended.words if recommended else no_recommendation(forecast)
    _add_words(data, "recommendation", forecast.recommendation, words)
    _add_words(data, "target", forecast.target, _target_sentences(forecast, names))
    return data


def _add_words(data: dict[str, Any], name: str, part: Recommendation | Target | None, words: str | list[str]) -> None:
    if part:
        data[name]["words"] = words
    if part and part.cell:
        data[name]["cell"]["outcome"] = _outcome_json(part.cell.outcome)


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    """With the whole numbers of 100 that the page shows."""
    right, wrong, running = (count for count, _ in per_100(outcome))
    return {**asdict(outcome), "per_100": {"right": right, "wrong": wrong, "running": running}}
