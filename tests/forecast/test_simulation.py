"""Properties that every summary and every comparison has."""

import itertools
import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special

from webapp.forecast.compute import compute_forecast, forecast_steps
from webapp.forecast.results import Forecast
from webapp.forecast.scenario import EXPLORATION_HOURS, MIN_FACTOR, THRESHOLDS, Scenario

from .compute import compute_summary

BASE = Scenario((0.1, 0.14, 0.11), 500, 24, 1, 90, days=10, runs=200)

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
    assert len(result.days) == mean.shape[1] <= 125
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


@pytest.fixture(scope="module")
def forecast() -> Forecast:
    return compute_forecast(replace(BASE, target_days=8))


def test_outcomes_add_up_to_all_runs(forecast: Forecast) -> None:
    outcomes = [forecast.summary.outcome, *(cell.outcome for cell in forecast.comparison)]
    outcomes += [point.outcome for point in forecast.curve]
    for outcome in outcomes:
        assert outcome.right + outcome.wrong + outcome.running == pytest.approx(1)
        assert (outcome.expected_loss > 0) == (outcome.wrong > 0)


def test_comparison_has_the_figures_of_the_summary(forecast: Forecast) -> None:
    cell = next(cell for cell in forecast.comparison if cell.setting == (24, 90))
    assert forecast.equal is not None
    assert cell.outcome == forecast.summary.outcome
    assert cell.median_days == forecast.summary.ending.median
    assert cell.false_winner == forecast.equal.wrong
    assert forecast.summary == compute_summary(forecast.summary.scenario)
    assert next(point for point in forecast.curve if point.factor == 1).outcome == forecast.summary.outcome


def test_comparison_is_that_of_every_other_setting(forecast: Forecast) -> None:
    other = compute_forecast(replace(BASE, threshold=99, exploration_hours=336))
    assert other.comparison == forecast.comparison


def test_higher_threshold_never_ends_sooner_in_the_comparison(forecast: Forecast) -> None:
    settings = [(window, threshold) for window in EXPLORATION_HOURS for threshold in THRESHOLDS]
    assert [cell.setting for cell in forecast.comparison] == settings
    for low, high in itertools.pairwise(forecast.comparison):
        if low.exploration_hours == high.exploration_hours:
            assert low.outcome.ended >= high.outcome.ended
            assert (low.median_days or np.inf) <= (high.median_days or np.inf)
            assert low.false_winner is not None and high.false_winner is not None
            assert low.false_winner >= high.false_winner


def test_recommended_setting_keeps_the_limits_and_none_that_does_ends_clearly_sooner(forecast: Forecast) -> None:
    assert forecast.recommendation is not None
    best = forecast.recommendation.cell
    assert best is not None and best.median_days is not None
    assert best.outcome.wrong <= 0.05 and best.outcome.ended >= 0.8
    for cell in forecast.comparison:
        if cell.outcome.wrong <= 0.02 and cell.outcome.ended >= 0.85 and cell.median_days is not None:
            assert cell.median_days >= best.median_days * 0.85


def test_slower_setting_is_recommended_where_the_soonest_fails_with_more_runs() -> None:
    """With a day and 80%, 5 in 100 of 20 runs are wrong, but 10 in 100 of 200."""
    recommendation = compute_forecast(replace(BASE, runs=20, seed=0)).recommendation
    assert recommendation is not None and recommendation.cell is not None
    assert recommendation.cell.outcome.wrong <= 0.05


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"visits_per_day": 5}, "No setting ends in at least 80 of 100 runs: the most are"),
        ({"rates": (0.1, 0.101), "threshold": 80, "days": 28, "max_wrong": 0.1, "runs": 100}, "the best is wrong in"),
    ],
)
def test_no_recommendation_has_a_reason(changes: dict[str, Any], reason: str) -> None:
    recommendation = compute_forecast(replace(BASE, **changes)).recommendation
    assert recommendation is not None and recommendation.cell is None
    assert reason in recommendation.reason


def test_larger_differences_are_found_more_often(forecast: Forecast) -> None:
    right = [point.outcome.right for point in forecast.curve]
    assert [point.factor for point in forecast.curve] == [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0]
    assert all(more >= less - 0.1 for less, more in itertools.pairwise(right))
    assert right[-1] > right[0] + 0.2


def test_target_is_met_by_its_setting_and_its_smallest_difference(forecast: Forecast) -> None:
    target = forecast.target
    assert target is not None and target.rates is not None and target.factor is not None
    assert target.left_out is not None and (target.cell is None) == bool(target.left_out)
    if target.cell:
        assert target.cell.outcome.ended >= 0.8 and target.cell.outcome.wrong <= 0.05
    found = compute_forecast(replace(BASE, rates=target.rates, days=8)).comparison
    assert any(cell.outcome.ended >= 0.75 and cell.outcome.wrong <= 0.08 for cell in found)


@pytest.mark.parametrize(("rates", "left_out"), [((0.134, 0.135, 0.1), (0,)), ((0.1, 0.135, 0.134), (2,))])
def test_target_leaves_out_the_closest_rivals(rates: tuple[float, ...], left_out: tuple[int, ...]) -> None:
    target = compute_forecast(replace(BASE, rates=rates, runs=40, visits_per_day=2000, target_days=8)).target
    assert target is not None and target.left_out == left_out


def test_target_says_that_even_the_smallest_difference_tried_is_found() -> None:
    target = compute_forecast(Scenario((0.1, 0.2), 1_000_000, 24, 1, 95, days=7, runs=50, target_days=7)).target
    assert target is not None and target.factor == MIN_FACTOR


def test_tied_variants_lead_an_ab_test_equally_often() -> None:
    """With a visit a week nearly all tests end without a success."""
    rates = ((0.1, 0.11), (0.11, 0.1))
    right = [compute_summary(Scenario(pair, 1 / 7, 24, 1, 95, days=7)).ab_test.right for pair in rates]
    assert right == pytest.approx([0.5, 0.5], abs=0.06)


def test_threshold_that_is_met_exactly_is_reached() -> None:
    """Three successes of three against nothing seen are 80%: without them, half of the runs take 4.6 days."""
    summary = compute_summary(Scenario((0.2, 0.6), 1, 1, 1, 80, days=28, runs=4000))
    assert summary.ending.median == pytest.approx(3.9, abs=0.35)


def test_equal_variants_end_as_often_as_an_independent_simulation_found() -> None:
    scenario = Scenario((0.04, 0.04), 2000, 24, 1, 95)
    chances = [compute_summary(replace(scenario, threshold=threshold)).ending.chance for threshold in (80, 95)]
    assert chances == [pytest.approx(0.99, abs=0.02), pytest.approx(0.56, abs=0.06)]


def test_attribution_as_long_as_the_exploration_cancels_it() -> None:
    outcomes = [compute_summary(Scenario((0.1, 0.11), 2000, 24, hours, 95, runs=2000)).outcome for hours in (1, 24)]
    right = [outcome.right / outcome.ended for outcome in outcomes]
    assert right == [pytest.approx(0.97, abs=0.02), pytest.approx(0.88, abs=0.03)]


def test_weekends_that_convert_less_make_wrong_winners_which_a_week_of_exploration_prevents() -> None:
    week = Scenario((0.1, 0.11), 2000, 24, 1, 95, runs=2000, rate_factors=(1, 1, 1, 1, 1, 0.6, 0.6), start_day=4)
    usual = replace(week, rate_factors=(1,) * 7)
    wrong = [
        compute_summary(scenario).outcome.wrong for scenario in (usual, week, replace(week, exploration_hours=168))
    ]
    assert wrong[0] < 0.04 < wrong[1]
    assert wrong[2] < 0.02


def test_week_without_a_pattern_changes_nothing() -> None:
    assert compute_summary(replace(BASE, start_day=3)).outcome == compute_summary(BASE).outcome


def test_ab_test_is_that_of_an_equal_split() -> None:
    summary = compute_summary(replace(BASE, rates=(0.1, 0.11), days=7, runs=4000))
    visits = 500 * (7 - 1 / 24) / 2
    deviation = np.sqrt((0.1 * 0.9 + 0.11 * 0.89) / visits)
    assert summary.ab_test.right == pytest.approx(special.ndtr(0.01 / deviation), abs=0.03)
    assert summary.ab_test.cost == pytest.approx(500 * 7 * 0.005)
    assert summary.ab_test.autotune_cost == pytest.approx(summary.ab_test.cost - summary.gain.mean)


def test_successes_are_those_counted_when_exploration_ends() -> None:
    summary = compute_summary(replace(BASE, rates=(0.1, 0.2), attribution_hours=6))
    assert summary.successes == pytest.approx([250 * 0.75 * 0.1, 250 * 0.75 * 0.2], rel=0.05)


def test_no_run_ends_when_exploration_exceeds_the_horizon() -> None:
    result = compute_summary(replace(BASE, exploration_hours=336))
    assert (result.ending.chance, result.ending.median, result.outcome.running) == (0, None, 1)
    assert (result.gain.mean, result.gain.low, result.gain.high) == (0, 0, 0)
    assert set(result.shares[0].mean) == {float(np.float32(1 / 3))}


def test_no_run_ends_before_the_attribution_window() -> None:
    result = compute_summary(replace(BASE, rates=(0.01, 0.9), exploration_hours=1, attribution_hours=72))
    assert result.ending.low is not None
    assert 3 < result.ending.low < 3.2


def test_winner_keeps_all_traffic() -> None:
    result = compute_summary(replace(BASE, rates=(0.01, 0.9)))
    assert result.ending.chance == 1
    assert result.shares[1].mean[-1] == pytest.approx(result.outcome.right)


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
    assert compute_summary(replace(BASE, rates=(0.1, 0.1), threshold=80)).outcome.wrong == 0


def test_wrong_winner_costs_the_rate_difference() -> None:
    summary = compute_summary(replace(BASE, rates=(0.1, 0.11), threshold=80))
    assert 0 < summary.outcome.wrong < 1
    assert summary.wrong_winner is not None
    assert summary.wrong_winner.cost_per_day == pytest.approx(500 * 0.01)
    assert summary.wrong_winner.cost == pytest.approx(28 * 500 * 0.01)
    assert summary.outcome.expected_loss == pytest.approx(summary.outcome.wrong * 500 * 0.01)


def test_runs_beyond_one_block_are_counted() -> None:
    many = compute_summary(replace(BASE, runs=1500))
    assert many.ending.chance == pytest.approx(compute_summary(BASE).ending.chance, abs=0.1)
    assert round(many.ending.chance * 1500) == pytest.approx(many.ending.chance * 1500)


def test_progress_rises_to_one_and_the_summary_comes_first() -> None:
    steps = list(forecast_steps(replace(BASE, runs=10)))
    progress = [step["progress"] for step in steps]
    assert progress == sorted(progress) and progress[0] > 0 and progress[-1] == 1
    assert "summary" in steps[0]


def test_chance_to_have_ended_rises_to_that_of_the_horizon() -> None:
    summary = compute_summary(BASE)
    by_day = summary.ending.by_day
    assert len(by_day) == len(summary.days)
    assert list(by_day) == sorted(by_day)
    assert (by_day[0], by_day[-1]) == (0, summary.ending.chance)
    assert all(by_day[summary.days.index(day)] == chance for day, chance in summary.ending.chances if chance)


@pytest.mark.parametrize("scenario", CASES[:1], ids=str)
def test_forecast_survives_a_json_round_trip_to_the_last_digit(scenario: Scenario) -> None:
    forecast = compute_forecast(replace(scenario, runs=10))
    assert Forecast.from_dict(json.loads(json.dumps(asdict(forecast), allow_nan=False))) == forecast


def test_queue_and_summary_text_do_not_import_numpy() -> None:
    code = "import sys, webapp.forecast.queue, webapp.forecast.summary_text; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
