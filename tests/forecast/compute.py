"""Only the summary of a forecast."""

from webapp.forecast.compute import forecast_stages
from webapp.forecast.results import ScenarioSummary
from webapp.forecast.scenario import Scenario


def ignore_progress(progress: float) -> None:
    pass


def compute_summary(scenario: Scenario) -> ScenarioSummary:
    return next(forecast_stages(scenario, ignore_progress)).summary
