"""What must hold of every plan and table."""

import itertools
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from webapp.forecast.results import Cell
from webapp.forecast.scenario import EXPLORATION_HOURS, THRESHOLDS, Question
from webapp.forecast.serialization import read_answer, write_answer
from webapp.forecast.steps import answer, plan, steps, table

BASE = Question((0.1, 0.13, 0.11), 500, 24, 1, 90, days=10, launches=400)

CASES = (
    BASE,
    replace(BASE, attribution_hours=24 * 24, days=40, exploration_hours=1),
    replace(BASE, visits_per_day=3, attribution_hours=7 / 60),
    replace(BASE, visits_per_day=10_000_000, rates=(1e-5, 2e-5), days=2),
    replace(BASE, rates=(0.999, 0.998), threshold=99),
    replace(BASE, rates=tuple(np.linspace(0.05, 0.1, 20).tolist()), launches=10, days=90),
    replace(BASE, days=1, exploration_hours=336),
)


class CalledOffError(Exception):
    pass


@pytest.mark.parametrize("question", CASES, ids=str)
def test_shares_sum_to_one_and_lie_in_their_bands(question: Question) -> None:
    result = plan(question)
    mean, low, high = (np.array([getattr(path, name) for path in result.shares]) for name in ("mean", "low", "high"))
    assert np.abs(mean.sum(axis=0) - 1).max() < 1e-6
    assert low.min() >= 0
    assert high.max() <= 1
    assert (low <= high + 1e-12).all()
    assert len(result.days) == mean.shape[1] <= 250
    assert (result.days[0], result.days[-1]) == (0, question.days)


@pytest.mark.parametrize("question", CASES, ids=str)
def test_ending_hangs_together(question: Question) -> None:
    ending = plan(question).ending
    known = [day for day in (ending.low, ending.median, ending.high) if day is not None]
    assert known == sorted(known)
    assert all(question.exploration_hours / 24 <= day <= question.days for day in known)
    assert (ending.median is None) == (ending.chance < 0.5)
    for day, chance in ending.chances:
        assert (chance is None) == (day > question.days)
        assert chance is None or chance <= ending.chance


def test_the_same_question_has_the_same_answer_and_another_seed_another() -> None:
    assert plan(BASE) == plan(BASE)
    assert plan(BASE).gain != plan(replace(BASE, seed=2)).gain


def test_plan_and_table_are_those_of_the_answer() -> None:
    both = answer(BASE)
    assert both.plan == plan(BASE)
    assert both.table == table(replace(BASE, threshold=99, exploration_hours=336))


def test_the_table_has_the_plans_own_figures() -> None:
    both = answer(BASE)
    cell = next(c for c in both.table if (c.exploration_hours, c.threshold) == (24, 90))
    ending = both.plan.ending
    assert cell == Cell(24, 90, ending.median, ending.chance, both.plan.verdict.right)


def test_a_higher_threshold_never_ends_sooner_in_the_table() -> None:
    cells = table(BASE)
    places = [(window, threshold) for window in EXPLORATION_HOURS for threshold in THRESHOLDS]
    assert [(cell.exploration_hours, cell.threshold) for cell in cells] == places
    for low, high in itertools.pairwise(cells):
        if low.exploration_hours == high.exploration_hours:
            assert low.ended >= high.ended
            assert (low.median_days or np.inf) <= (high.median_days or np.inf)


def test_an_exploration_window_beyond_the_horizon_ends_nothing() -> None:
    result = plan(replace(BASE, exploration_hours=336))
    assert (result.ending.chance, result.ending.median, result.verdict.right) == (0, None, None)
    assert (result.gain.mean, result.gain.low, result.gain.high) == (0, 0, 0)
    assert set(result.shares[0].mean) == {float(np.float32(1 / 3))}


def test_nothing_ends_before_the_attribution_window() -> None:
    result = plan(replace(BASE, rates=(0.01, 0.9), exploration_hours=1, attribution_hours=72))
    assert result.ending.low is not None
    assert 3 < result.ending.low < 3.2


def test_a_winner_keeps_all_traffic() -> None:
    result = plan(replace(BASE, rates=(0.01, 0.9)))
    assert result.ending.chance == 1
    assert result.shares[1].mean[-1] == pytest.approx(result.verdict.right)


def test_more_visits_never_make_it_slower_within_error() -> None:
    visits = (50, 200, 800, 3200)
    chances = [plan(replace(BASE, visits_per_day=count)).ending.chances[0][1] for count in visits]
    assert None not in chances
    error = 4 * np.sqrt(0.5 / BASE.launches)
    assert all(more >= less - error for less, more in itertools.pairwise(chances))
    assert chances[-1] > chances[0] + error


def test_variants_in_another_order_have_the_same_figures_within_error() -> None:
    one, other = (plan(replace(BASE, rates=rates, launches=2000)) for rates in ((0.1, 0.13), (0.13, 0.1)))
    assert one.ending.chance == pytest.approx(other.ending.chance, abs=4 * np.sqrt(0.5 / 2000))
    assert one.shares[0].mean == pytest.approx(other.shares[1].mean, abs=4 * np.sqrt(0.5 / 2000))


def test_ties_for_the_best_are_right() -> None:
    assert plan(replace(BASE, rates=(0.1, 0.1), threshold=80)).verdict.right == 1


def test_what_a_wrong_winner_costs() -> None:
    verdict = plan(replace(BASE, rates=(0.1, 0.11), threshold=80)).verdict
    assert 0 < verdict.wrong < 1
    assert verdict.cost_per_day == pytest.approx(500 * 0.01)
    assert verdict.cost == pytest.approx(28 * 500 * 0.01)


def test_more_launches_than_one_block() -> None:
    many = plan(replace(BASE, launches=1500))
    assert many.ending.chance == pytest.approx(plan(BASE).ending.chance, abs=0.1)
    assert round(many.ending.chance * 1500) == pytest.approx(many.ending.chance * 1500)


def test_progress_rises_to_one_for_the_plan_and_then_for_the_table() -> None:
    reports: list[float] = []
    stages = []
    for _ in steps(replace(BASE, launches=10), reports.append):
        stages.append(reports.copy())
        reports.clear()
    assert len(stages) == 2
    for stage in stages:
        assert stage == sorted(stage)
        assert stage[-1] == pytest.approx(1)
        assert stage[0] > 0


def test_the_plan_comes_before_its_table_and_stays_the_same() -> None:
    first, both = steps(BASE)
    assert first.table == ()
    assert both == answer(BASE)
    assert first.plan == both.plan


def test_the_chance_to_have_ended_by_each_time_leads_to_that_of_the_horizon() -> None:
    found = plan(BASE)
    by_day = found.ending.by_day
    assert len(by_day) == len(found.days)
    assert list(by_day) == sorted(by_day)
    assert (by_day[0], by_day[-1]) == (0, found.ending.chance)
    assert all(found.ending.by_day[found.days.index(day)] == chance for day, chance in found.ending.chances if chance)


def test_progress_that_raises_calls_the_work_off() -> None:
    reports: list[float] = []

    def stop(done: float) -> None:
        reports.append(done)
        if done > 0.1:
            raise CalledOffError

    with pytest.raises(CalledOffError):
        answer(BASE, stop)
    assert max(reports) < 0.11


@pytest.mark.parametrize("question", CASES[:2], ids=str)
def test_an_answer_survives_the_way_through_json_to_the_last_digit(question: Question) -> None:
    found = answer(replace(question, launches=10))
    assert read_answer(json.loads(json.dumps(write_answer(found), allow_nan=False))) == found


def test_asking_and_reading_do_without_numpy() -> None:
    code = "import sys, webapp.forecast.queue, webapp.forecast.summary_text; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
