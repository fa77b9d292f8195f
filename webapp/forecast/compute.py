"""Simulates a scenario and its alternatives, and summarizes the runs."""

from collections.abc import Iterator

from .results import Forecast
from .scenario import EXPLORATION_HOURS, Scenario
from .simulation import Progress, SimulationResult, simulate
from .summary import comparison_row, summarize


def compute_forecast(scenario: Scenario) -> Forecast:
    *_, forecast = forecast_stages(scenario, lambda progress: None)
    return forecast


def forecast_stages(scenario: Scenario, report: Progress) -> Iterator[Forecast]:
    """First the summary with an empty comparison, then both.

    `report` is called with the progress from 0 to 1, which starts again for the comparison.
    """
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
