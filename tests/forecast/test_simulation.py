"""Properties that every summary and every comparison has."""

import itertools
import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from webapp.forecast.compute import compute_forecast, forecast_stages
from webapp.forecast.results import ComparisonCell, Forecast
from webapp.forecast.scenario import EXPLORATION_HOURS, THRESHOLDS, Scenario

from .compute import compute_summary, ignore_progress

BASE = Scenario((0.1, 0.13, 0.11), 500, 24, 1, 90, days=10, runs=400)

CASES = (
    BASE,
    replace(BASE, attribution_hours=24 * 24, days=40, exploration_hours=1),
    replace(BASE, visits_per_day=3, attribution_hours=7 / 60),
    replace(BASE, visits_per_day=10_000_000, rates=(1e-5, 2e-5), days=2),
    replace(BASE, rates=(0.999, 0.998), threshold=99),
    replace(BASE, rates=tuple(np.linspace(0.05, 0.1, 20).tolist()), runs=10, days=90),
    replace(BASE, days=1, exploration_hours=336),
)


@pytest.mark.parametrize("scenario", CASES, ids=str)
def test_shares_sum_to_one_and_lie_in_their_bands(scenario: Scenario) -> None:
    result = compute_summary(scenario)
    mean, low, high = (np.array([getattr(path, name) for path in result.shares]) for name in ("mean", "low", "high"))
    assert np.abs(mean.sum(axis=0) - 1).max() < 1e-6
    assert low.min() >= 0
    assert high.max() <= 1
    assert (low <= high + 1e-12).all()
    assert len(result.days) == mean.shape[1] <= 250
    assert (result.days[0], result.days[-1]) == (0, scenario.days)


@pytest.mark.parametrize("scenario", CASES, ids=str)
def test_ending_figures_are_consistent(scenario: Scenario) -> None:
    ending = compute_summary(scenario).ending
    known = [day for day in (ending.low, ending.median, ending.high) if day is not None]
    assert known == sorted(known)
    assert all(scenario.exploration_hours / 24 <= day <= scenario.days for day in known)
    assert (ending.median is None) == (ending.chance < 0.5)
    for day, chance in ending.chances:
        assert (chance is None) == (day > scenario.days)
        assert chance is None or chance <= ending.chance


def test_same_scenario_has_the_same_forecast_and_another_seed_another() -> None:
    assert compute_summary(BASE) == compute_summary(BASE)
    assert compute_summary(BASE).gain != compute_summary(replace(BASE, seed=2)).gain


def test_forecast_has_the_figures_of_the_summary_alone() -> None:
    forecast = compute_forecast(BASE)
    assert forecast.summary == compute_summary(BASE)
    assert forecast.comparison == compute_forecast(replace(BASE, threshold=99, exploration_hours=336)).comparison


def test_comparison_has_the_figures_of_the_summary() -> None:
    forecast = compute_forecast(BASE)
    cell = next(c for c in forecast.comparison if (c.exploration_hours, c.threshold) == (24, 90))
    ending = forecast.summary.ending
    assert cell == ComparisonCell(24, 90, ending.median, ending.chance, forecast.summary.winner_stats.right)


def test_higher_threshold_never_ends_sooner_in_the_comparison() -> None:
    cells = compute_forecast(BASE).comparison
    settings = [(window, threshold) for window in EXPLORATION_HOURS for threshold in THRESHOLDS]
    assert [(cell.exploration_hours, cell.threshold) for cell in cells] == settings
    for low, high in itertools.pairwise(cells):
        if low.exploration_hours == high.exploration_hours:
            assert low.ended >= high.ended
            assert (low.median_days or np.inf) <= (high.median_days or np.inf)


def test_no_run_ends_when_exploration_exceeds_the_horizon() -> None:
    result = compute_summary(replace(BASE, exploration_hours=336))
    assert (result.ending.chance, result.ending.median, result.winner_stats.right) == (0, None, None)
    assert (result.gain.mean, result.gain.low, result.gain.high) == (0, 0, 0)
    assert set(result.shares[0].mean) == {float(np.float32(1 / 3))}


def test_no_run_ends_before_the_attribution_window() -> None:
    result = compute_summary(replace(BASE, rates=(0.01, 0.9), exploration_hours=1, attribution_hours=72))
    assert result.ending.low is not None
    assert 3 < result.ending.low < 3.2


def test_winner_keeps_all_traffic() -> None:
    result = compute_summary(replace(BASE, rates=(0.01, 0.9)))
    assert result.ending.chance == 1
    assert result.shares[1].mean[-1] == pytest.approx(result.winner_stats.right)


def test_more_visits_never_end_later_within_error() -> None:
    visits = (50, 200, 800, 3200)
    chances = [compute_summary(replace(BASE, visits_per_day=count)).ending.chances[0][1] for count in visits]
    assert None not in chances
    error = 4 * np.sqrt(0.5 / BASE.runs)
    assert all(more >= less - error for less, more in itertools.pairwise(chances))
    assert chances[-1] > chances[0] + error


def test_variant_order_does_not_change_the_figures_within_error() -> None:
    one, other = (compute_summary(replace(BASE, rates=rates, runs=2000)) for rates in ((0.1, 0.13), (0.13, 0.1)))
    assert one.ending.chance == pytest.approx(other.ending.chance, abs=4 * np.sqrt(0.5 / 2000))
    assert one.shares[0].mean == pytest.approx(other.shares[1].mean, abs=4 * np.sqrt(0.5 / 2000))


def test_winner_among_equally_best_variants_is_right() -> None:
    assert compute_summary(replace(BASE, rates=(0.1, 0.1), threshold=80)).winner_stats.right == 1


def test_wrong_winner_costs_the_rate_difference() -> None:
    winner_stats = compute_summary(replace(BASE, rates=(0.1, 0.11), threshold=80)).winner_stats
    assert 0 < winner_stats.wrong < 1
    assert winner_stats.cost_per_day == pytest.approx(500 * 0.01)
    assert winner_stats.cost == pytest.approx(28 * 500 * 0.01)


def test_runs_beyond_one_block_are_counted() -> None:
    many = compute_summary(replace(BASE, runs=1500))
    assert many.ending.chance == pytest.approx(compute_summary(BASE).ending.chance, abs=0.1)
    assert round(many.ending.chance * 1500) == pytest.approx(many.ending.chance * 1500)


def test_progress_rises_to_one_for_summary_and_then_for_comparison() -> None:
    reports: list[float] = []
    stages = []
    for _ in forecast_stages(replace(BASE, runs=10), reports.append):
        stages.append(reports.copy())
        reports.clear()
    assert len(stages) == 2
    for stage in stages:
        assert stage == sorted(stage)
        assert stage[-1] == pytest.approx(1)
        assert stage[0] > 0


def test_summary_comes_before_the_comparison_and_stays_the_same() -> None:
    first, both = forecast_stages(BASE, ignore_progress)
    assert first.comparison == ()
    assert both == compute_forecast(BASE)
    assert first.summary == both.summary


def test_chance_to_have_ended_rises_to_that_of_the_horizon() -> None:
    summary = compute_summary(BASE)
    by_day = summary.ending.by_day
    assert len(by_day) == len(summary.days)
    assert list(by_day) == sorted(by_day)
    assert (by_day[0], by_day[-1]) == (0, summary.ending.chance)
    assert all(by_day[summary.days.index(day)] == chance for day, chance in summary.ending.chances if chance)


@pytest.mark.parametrize("scenario", CASES[:2], ids=str)
def test_forecast_survives_a_json_round_trip_to_the_last_digit(scenario: Scenario) -> None:
    forecast = compute_forecast(replace(scenario, runs=10))
    assert Forecast.from_dict(json.loads(json.dumps(asdict(forecast), allow_nan=False))) == forecast


def test_queue_and_summary_text_do_not_import_numpy() -> None:
    code = "import sys, webapp.forecast.queue, webapp.forecast.summary_text; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
