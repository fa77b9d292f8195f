"""The comparison of every threshold and exploration window, as the cells of a table."""

from dataclasses import dataclass
from itertools import groupby

from ..contract.choices import EXPLORATION_WINDOWS, WINNER_THRESHOLDS, Choice, window_hours
from ..forecast.results import ComparisonCell, Forecast, ScenarioSummary
from ..forecast.summary_text import FEW_ENDED, format_chance, format_days

WINDOWS = {round(window_hours(choice.text)): choice for choice in EXPLORATION_WINDOWS}
THRESHOLDS = {int(choice.text.removesuffix("%")): choice for choice in WINNER_THRESHOLDS}


@dataclass(frozen=True)
class TableCell:
    """`end` and `right` in words; `current` where these are the autotune's own settings."""

    window: Choice
    threshold: Choice
    end: str
    right: str
    current: bool


def comparison_rows(forecast: Forecast) -> list[tuple[Choice, list[TableCell]]]:
    """A row for each exploration window; none before the comparison is complete."""
    rows = groupby(forecast.comparison, key=lambda cell: cell.exploration_hours)
    return [(WINDOWS[hours], [_table_cell(cell, forecast.summary) for cell in cells]) for hours, cells in rows]


def describe_scenario(summary: ScenarioSummary) -> str:
    """The settings and assumptions of a forecast, in a sentence."""
    scenario = summary.scenario
    window, threshold = WINDOWS[scenario.exploration_hours], THRESHOLDS[int(scenario.threshold)]
    visits = f"{scenario.visits_per_day:,.10g} {'visit' if scenario.visits_per_day == 1 else 'visits'}"
    return (
        f"With {visits} per day, an exploration window of {short_label(window)}, "
        f"an attribution window of {_attribution(scenario.attribution_hours)} "
        f"and a threshold of {threshold.label}, over {format_days(scenario.days)}."
    )


def _attribution(hours: float) -> str:
    minutes = round(hours * 60)
    return format_days(hours / 24) if minutes >= 60 else "1 minute" if minutes == 1 else f"{minutes} minutes"


def short_label(window: Choice) -> str:
    """`1 week` for `1 week (168 hours)`."""
    return window.label.partition(" (")[0]


def _table_cell(cell: ComparisonCell, summary: ScenarioSummary) -> TableCell:
    current = (summary.scenario.exploration_hours, summary.scenario.threshold)
    return TableCell(
        window=WINDOWS[cell.exploration_hours],
        threshold=THRESHOLDS[cell.threshold],
        end=_end(cell, summary),
        right=_right(cell, summary),
        current=current == (cell.exploration_hours, cell.threshold),
    )


def _end(cell: ComparisonCell, summary: ScenarioSummary) -> str:
    if cell.median_days is None:
        return f"over {format_days(summary.scenario.days)}"
    return format_days(cell.median_days)


def _right(cell: ComparisonCell, summary: ScenarioSummary) -> str:
    """How many winners are right; where few runs end, how many do, as those say little about the rest."""
    if cell.right is None:
        return "none ends"
    if cell.ended < FEW_ENDED:
        return f"{format_chance(cell.ended)} end"
    if len(set(summary.scenario.rates)) == 1:
        return "all are equal"
    return f"{format_chance(cell.right)} right"
