"""The comparison of every threshold and exploration window, as the cells of a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ..contract.choices import EXPLORATION_WINDOWS, WINNER_THRESHOLDS, Choice, window_hours
from ..forecast.form import WEEKDAYS
from ..forecast.formats import format_days, format_hours, format_rates, format_visits, of_100, per_100, short_count
from ..forecast.recommendation import MIN_ENDED
from ..forecast.results import ComparisonCell, Forecast, Outcome, ScenarioSummary
from ..forecast.scenario import SAME_EVERY_DAY

WINDOWS = {round(window_hours(choice.text)): choice for choice in EXPLORATION_WINDOWS}
THRESHOLDS = {int(choice.text.removesuffix("%")): choice for choice in WINNER_THRESHOLDS}


@dataclass(frozen=True)
class TableCell:
    """`median` in words; the counts of 100 runs are texts. `tint` is good, risky (often wrong) or slow (few end)."""

    window: Choice
    threshold: Choice
    median: str
    outcome: Outcome
    right: str
    wrong: str
    running: str
    false_winner: str
    tint: str
    current: bool
    recommended: bool


def comparison_rows(forecast: Forecast) -> list[tuple[Choice, list[TableCell]]]:
    """A row for each exploration window; none before the comparison is complete."""
    best = forecast.recommendation and forecast.recommendation.cell
    shown = [best if best and cell.setting == best.setting else cell for cell in forecast.comparison]
    rows = groupby(shown, key=lambda cell: cell.exploration_hours)
    return [(WINDOWS[hours], [table_cell(cell, forecast) for cell in cells]) for hours, cells in rows]


def describe_scenario(summary: ScenarioSummary, names: Sequence[str]) -> str:
    """The settings and assumptions of a forecast, in a sentence."""
    scenario = summary.scenario
    return (
        f"Assumed: {format_rates(scenario.rates, names)}, {format_visits(scenario.visits_per_day)} per day, "
        f"an exploration window of {WINDOWS[scenario.exploration_hours].short_label}, "
        f"an attribution window of {format_hours(scenario.attribution_hours)} "
        f"and a threshold of {THRESHOLDS[scenario.threshold].label}, "
        f"over {format_days(scenario.days)}{_week(summary)}."
    )


def _week(summary: ScenarioSummary) -> str:
    scenario = summary.scenario
    if scenario.visit_factors == scenario.rate_factors == SAME_EVERY_DAY:
        return ""
    return f" from a {WEEKDAYS[scenario.start_day]} on, with the weekdays’ visits and rates"


def setting_name(cell: ComparisonCell) -> str:
    """Such as `1 week of exploration and a threshold of 95%`."""
    window, threshold = WINDOWS[cell.exploration_hours], THRESHOLDS[cell.threshold]
    return f"{window.short_label} of exploration and a threshold of {threshold.label}"


def table_cell(cell: ComparisonCell, forecast: Forecast) -> TableCell:
    scenario, recommendation = forecast.summary.scenario, forecast.recommendation
    best = recommendation.cell if recommendation else None
    right, wrong, running = (short_count(*count) for count in per_100(cell.outcome))
    return TableCell(
        window=WINDOWS[cell.exploration_hours],
        threshold=THRESHOLDS[cell.threshold],
        median=_median(cell, scenario.days),
        outcome=cell.outcome,
        right=right,
        wrong=wrong,
        running=running,
        false_winner="" if cell.false_winner is None else short_count(*of_100(cell.false_winner)),
        tint=_tint(cell, scenario.max_wrong),
        current=cell.setting == scenario.setting,
        recommended=best is not None and cell.setting == best.setting,
    )


def _median(cell: ComparisonCell, days: int) -> str:
    return f"over {format_days(days)}" if cell.median_days is None else format_days(cell.median_days)


def _tint(cell: ComparisonCell, max_wrong: float) -> str:
    if cell.outcome.wrong > max_wrong / 100:
        return "risky"
    return "good" if cell.outcome.ended >= MIN_ENDED else "slow"
