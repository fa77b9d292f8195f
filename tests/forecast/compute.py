"""Only the summary of a forecast."""

from webapp.forecast.results import ScenarioSummary
from webapp.forecast.scenario import Scenario
from webapp.forecast.simulation import simulate
from webapp.forecast.summary import summarize


def compute_summary(scenario: Scenario) -> ScenarioSummary:
    return summarize(scenario, simulate(scenario, record=True))
