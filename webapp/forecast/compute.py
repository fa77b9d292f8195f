"""Computes a forecast in short steps, so that other forecasts can start in between."""

from collections.abc import Generator, Iterator
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from .recommendation import best_of, finalists, qualifies, why_none
from .results import ComparisonCell, CurvePoint, Forecast, Recommendation, Target
from .scenario import EXPLORATION_HOURS, MAX_FACTOR, MAX_RATE, MIN_FACTOR, MIN_RATE, THRESHOLDS, Scenario
from .simulation import BLOCK_SIZE, SimulationResult, simulate, simulate_blocks
from .summary import at_threshold, false_winners, median_days, outcome, summarize

# The finalists get so many times more runs: 10,000 on the page.
FINAL_RUNS_FACTOR = 10
# Medians of 1,000 and of 10,000 runs that differ by less, as a share of the days, may be equal.
TIE, FINAL_TIE = 0.06, 0.02
CURVE_FACTORS = (0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
BISECTIONS = 5

Step = dict[str, Any]


def compute_forecast(scenario: Scenario) -> Forecast:
    parts: Step = {}
    for step in forecast_steps(scenario):
        parts |= step
    return Forecast.from_dict(parts)


def forecast_steps(scenario: Scenario) -> Iterator[Step]:
    """The parts of a forecast as JSON with the `progress`, 0 to 1, of all; the summary is the first.

    A step is one simulation of 1,000 runs: about half a second, and up to some seconds for ten variants over 56 days.
    """
    work = _Work(scenario)
    stages = (work.summary, work.equal, work.comparison, work.recommendation, work.curve, work.target)
    for number, stage in enumerate(stages):
        for step in stage():
            yield {**step, "progress": (number + step.pop("part", 1.0)) / (len(stages) + 1)}
    yield {"progress": 1.0}


class _Work:
    """The stages of a forecast. A step with a `part`, the finished share of its stage, is not the last of it."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.results: dict[Scenario, SimulationResult] = {}
        self.cells: list[ComparisonCell] = []

    def simulate(self, scenario: Scenario) -> SimulationResult:
        if scenario not in self.results:
            self.results[scenario] = simulate(scenario)
        return self.results[scenario]

    def summary(self) -> Iterator[Step]:
        result = simulate(self.scenario, record=True)
        self.results[self.scenario] = replace(result, shares=np.zeros(0, np.float32))
        yield {"summary": asdict(summarize(self.scenario, result))}

    def equal(self) -> Iterator[Step]:
        result = self.simulate(self.scenario.with_equal_rates())
        yield {"equal": asdict(false_winners(at_threshold(result, self.scenario.threshold)[1]))}

    def comparison(self) -> Iterator[Step]:
        for index, window in enumerate(EXPLORATION_HOURS):
            scenario = replace(self.scenario, exploration_hours=window)
            self.simulate(scenario)
            yield {"part": (index + 0.5) / len(EXPLORATION_HOURS)}
            self.cells += self._cells(scenario)
            yield {"part": (index + 1) / len(EXPLORATION_HOURS)}
        yield {"comparison": [asdict(cell) for cell in self.cells]}

    def _cells(self, scenario: Scenario) -> list[ComparisonCell]:
        """Of one exploration window: a cell for each threshold."""
        result, equal = self.simulate(scenario), self.simulate(scenario.with_equal_rates())
        return [
            _cell(scenario, threshold, result, false_winners(at_threshold(equal, threshold)[1]).ended)
            for threshold in THRESHOLDS
        ]

    def recommendation(self) -> Iterator[Step]:
        if self.scenario.has_equal_rates:
            return
        max_wrong = self.scenario.max_wrong / 100
        windows = self.scenario.sound_windows
        others = [cell for cell in self.cells if cell.exploration_hours in windows]
        best, final = None, list[ComparisonCell]()
        while not best and (chosen := finalists(others, max_wrong, self.scenario.runs, TIE)):
            final += yield from self._simulate_again(chosen)
            best = best_of([cell for cell in final if qualifies(cell, max_wrong)], FINAL_TIE)
            others = [cell for cell in others if cell not in chosen]
        if best and best.setting == self.scenario.setting:
            best = next(cell for cell in self.cells if cell.setting == best.setting)
        reason = "" if best else why_none([*final, *others], max_wrong)
        yield {"recommendation": asdict(Recommendation(best, reason))}

    def _simulate_again(self, cells: list[ComparisonCell]) -> Generator[Step, None, list[ComparisonCell]]:
        """The same cells from more runs; the runs of a window serve all of its thresholds."""
        windows = sorted({cell.exploration_hours for cell in cells})
        final = []
        for index, window in enumerate(windows):
            of_window = [cell for cell in cells if cell.exploration_hours == window]
            scenario = replace(self.scenario, exploration_hours=window, runs=FINAL_RUNS_FACTOR * self.scenario.runs)
            blocks = []
            for block in simulate_blocks(scenario, highest=max(cell.threshold for cell in of_window)):
                blocks.append(block)
                yield {"part": (index + min(1, len(blocks) * BLOCK_SIZE / scenario.runs)) / len(windows)}
            result = SimulationResult.concatenate(blocks)
            final += [_cell(scenario, cell.threshold, result, cell.false_winner) for cell in of_window]
        return final

    def curve(self) -> Iterator[Step]:
        scenarios = {factor: self.scenario.with_factor(factor) for factor in CURVE_FACTORS}
        possible = {factor: scenario for factor, scenario in scenarios.items() if _is_possible(scenario)}
        points = []
        for factor, scenario in possible.items():
            ended, winner = at_threshold(self.simulate(scenario), scenario.threshold)
            points.append(CurvePoint(factor, scenario.rates, median_days(ended), outcome(winner, scenario)))
            yield {"part": len(points) / len(possible)}
        yield {"curve": [] if self.scenario.has_equal_rates else [asdict(point) for point in points]}

    def target(self) -> Iterator[Step]:
        if not self.scenario.target_days or self.scenario.has_equal_rates:
            return
        scenario = replace(self.scenario, days=self.scenario.target_days)
        cell = yield from self._best(scenario)
        left_out = () if cell else (yield from self._fewest_left_out(scenario))
        factor, rates = yield from self._smallest_factor(scenario, cell)
        yield {"target": asdict(Target(scenario.days, scenario.max_wrong, cell, left_out, factor, rates))}

    def _best(self, scenario: Scenario) -> Generator[Step, None, ComparisonCell | None]:
        """The setting that is right most often in time, from 1,000 runs; windows leave half of it for the bandit."""
        cells: list[ComparisonCell] = []
        for window in (window for window in scenario.sound_windows if window <= scenario.hours / 2):
            candidate = replace(scenario, exploration_hours=window)
            cells += [_cell(candidate, threshold, self.simulate(candidate)) for threshold in THRESHOLDS]
            yield {"part": 0.5}
        candidates = [cell for cell in cells if qualifies(cell, scenario.max_wrong / 100)]
        return max(candidates, key=lambda cell: cell.outcome.right, default=None)

    def _fewest_left_out(self, scenario: Scenario) -> Generator[Step, None, tuple[int, ...] | None]:
        """The best variant's closest rivals, as few as need be; None if even two variants are too many."""
        rates = dict(enumerate(scenario.rates))
        *rivals, _ = sorted(rates, key=rates.__getitem__)
        for count in range(1, len(rivals)):
            left_out = rivals[-count:]
            kept = tuple(rate for index, rate in rates.items() if index not in left_out)
            if (yield from self._best(replace(scenario, rates=kept))):
                return tuple(sorted(left_out))
        return None

    def _smallest_factor(
        self, scenario: Scenario, cell: ComparisonCell | None
    ) -> Generator[Step, None, tuple[float | None, tuple[float, ...] | None]]:
        """By bisection between the largest factor that is too small and the smallest that is not."""
        low, high = (MIN_FACTOR, 1.0) if cell else (1.0, MAX_FACTOR)
        smallest = scenario if cell else None
        if cell and (yield from self._best(scenario.with_factor(low))):
            return low, scenario.with_factor(low).rates
        for _ in range(BISECTIONS):
            middle = float(np.sqrt(low * high))
            candidate = scenario.with_factor(middle)
            if not _is_possible(candidate):
                high = middle
            elif (yield from self._best(candidate)):
                high, smallest = middle, candidate
            else:
                low = middle
        return (high, smallest.rates) if smallest else (None, None)


def _cell(
    scenario: Scenario, threshold: int, result: SimulationResult, false_winner: float | None = None
) -> ComparisonCell:
    ended, winner = at_threshold(result, threshold)
    return ComparisonCell(
        scenario.exploration_hours, threshold, median_days(ended), outcome(winner, scenario), false_winner
    )


def _is_possible(scenario: Scenario) -> bool:
    return all(MIN_RATE <= rate * factor <= MAX_RATE for rate in scenario.rates for factor in scenario.rate_factors)
