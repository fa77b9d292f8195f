"""Simulates a scenario and its alternatives, and summarizes the runs."""

from collections.abc import Iterator

from .results import Forecast, ScenarioSummary
from .scenario import EXPLORATION_HOURS, Scenario
from .simulation import Progress, SimulationResult, simulate
from .summary import comparison_row, summarize


def ignore_progress(progress: float) -> None:
    """For callers that do not report progress."""


def compute_summary(scenario: Scenario, report: Progress = ignore_progress) -> ScenarioSummary:
    """The summary alone. `report` is called with the progress from 0 to 1, and cancels the work by raising."""
    return summarize(scenario, simulate(scenario, scenario.exploration_hours, report))


def compute_forecast(scenario: Scenario, report: Progress = ignore_progress) -> Forecast:
    *_, forecast = forecast_stages(scenario, report)
    return forecast


def forecast_stages(scenario: Scenario, report: Progress = ignore_progress) -> Iterator[Forecast]:
    """First the summary with an empty comparison, then both; the progress starts again for the comparison."""
    own_result = simulate(scenario, scenario.exploration_hours, report)
    summary = summarize(scenario, own_result)
    yield Forecast(summary, ())
    results = {scenario.exploration_hours: own_result}
    others = [window for window in EXPLORATION_HOURS if window not in results]
    for index, window in enumerate(others):
        results[window] = _simulate_part(scenario, window, (index, len(others)), report)
    rows = (comparison_row(scenario, window, results[window]) for window in EXPLORATION_HOURS)
    yield Forecast(summary, tuple(cell for row in rows for cell in row))


def _simulate_part(scenario: Scenario, window: int, part: tuple[int, int], report: Progress) -> SimulationResult:
    index, count = part
    return simulate(scenario, window, lambda progress: report((index + progress) / count))
