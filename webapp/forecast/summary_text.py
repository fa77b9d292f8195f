"""A forecast in plain words, the most important first."""

from collections.abc import Sequence

from .formats import (
    MIN_SUCCESSES,
    format_count,
    format_days,
    format_median,
    format_successes,
    number,
    of_100,
    per_100,
    rounded,
)
from .recommendation import MIN_ENDED
from .results import (
    COST_DAYS,
    ABTest,
    ComparisonCell,
    Forecast,
    Gain,
    Outcome,
    ScenarioSummary,
    Target,
    WrongWinner,
)
from .scenario import DAY, EXPLORATION_HOURS, MIN_FACTOR, Scenario

FEW_SUCCESSES = 40  # of a variant during exploration: with fewer, what is known about it is mostly chance


def headline(summary: ScenarioSummary) -> str:
    """How long, and how often wrong, in one sentence."""
    scenario, ending, wrong = summary.scenario, summary.ending, per_100(summary.outcome)[1]
    if scenario.has_equal_rates:
        declared = format_count(*_ended(summary.outcome))
        return f"All variants are equal here, yet {declared} runs declare a winner within {format_days(scenario.days)}."
    if ending.chance == 0:
        return f"No run finds a winner within {format_days(scenario.days)}{_why_none(scenario)}."
    picks = f"in all, {_many(wrong)} the wrong one"
    if ending.median is None:
        declared = format_count(*_ended(summary.outcome))
        return f"Only {declared} runs find a winner within {format_days(scenario.days)}; {picks}."
    return f"Half of the simulated runs find a winner within {format_days(ending.median)}{_later(summary)}; {picks}."


def _later(summary: ScenarioSummary) -> str:
    """When most have ended: a median alone would be taken for the duration."""
    ending, scenario = summary.ending, summary.scenario
    if ending.high is None:
        return f", {format_count(*_ended(summary.outcome))} within {format_days(scenario.days)}"
    return f", 90 in 100 within {format_days(ending.high)}" if ending.high != ending.median else ""


def equal_sentence(equal: Outcome, scenario: Scenario) -> str:
    """What if nothing is better?"""
    declared = format_count(*of_100(equal.wrong))
    return (
        f"If nothing is better, {declared} runs still declare a winner within {format_days(scenario.days)}, by chance: "
        "that costs no successes, but proves nothing. A higher threshold or a longer exploration makes it rarer."
    )


def sentences(summary: ScenarioSummary) -> list[str]:
    parts = (
        headline(summary),
        _cost(summary.wrong_winner, summary.outcome),
        _gain(summary.gain, summary.ab_test, summary.scenario),
        _ab_test(summary),
        few_successes(summary),
    )
    return [sentence for sentence in parts if sentence]


def recommendation_sentence(forecast: Forecast, setting: str) -> str:
    """`setting` names the recommended one, such as "1 week at 95%"."""
    recommended = forecast.recommendation and forecast.recommendation.cell
    scenario = forecast.summary.scenario
    if not recommended:
        return ""
    if recommended.setting == scenario.setting:
        return f"Your setting is the recommended one. {recommendation_reason(scenario)}"
    own = forecast.own_cell
    days, own_days = (format_median(cell.median_days, scenario) for cell in (recommended, own))
    wrong, own_wrong = (per_100(cell.outcome)[1] for cell in (recommended, own))
    return (
        f"{setting}: half end within {days} instead of {own_days}, {format_count(*wrong)} are wrong instead of "
        f"{number(*own_wrong)}{_false_winners(recommended, own)}. "
        f"{recommendation_reason(scenario)}"
    )


def recommendation_reason(scenario: Scenario) -> str:
    return (
        f"It keeps your limits, at most {scenario.max_wrong:g} in 100 wrong and at least 80 ended, "
        "and no other setting that does ends clearly sooner."
    )


def _false_winners(recommended: ComparisonCell, own: ComparisonCell) -> str:
    if recommended.false_winner is None or own.false_winner is None:
        return ""
    declared, own_declared = (number(*of_100(share)) for share in (recommended.false_winner, own.false_winner))
    return f", and if nothing is better, {declared} declare a winner instead of {own_declared}"


def no_recommendation(forecast: Forecast) -> str:
    """Why no setting is recommended; blank if one is, or that is not known yet."""
    recommendation, scenario = forecast.recommendation, forecast.summary.scenario
    if not recommendation or recommendation.cell:
        return ""
    enough_end = any(cell.outcome.ended >= MIN_ENDED for cell in forecast.comparison)
    accept = f", or accept more than {scenario.max_wrong:g} in 100 wrong" if enough_end else ""
    return (
        f"No setting is recommended. {recommendation.reason}. Try {_more(scenario)}, a larger difference or more "
        f"days{accept}."
    )


def target_sentences(target: Target, setting: str, names: Sequence[str]) -> list[str]:
    """What it takes to end in time; `setting` names that of the target's cell, `names` the variants."""
    if target.cell:
        ended, wrong = _ended(target.cell.outcome), per_100(target.cell.outcome)[1]
        answer = f"Choose {setting}: {format_count(*ended)} end in time, {format_count(*wrong)} are wrong."
    elif target.left_out:
        left_out = " and ".join(names[index] for index in target.left_out)
        answer = f"No setting meets this goal with {len(names)} variants. Without {left_out}, one does."
    else:
        answer = f"No setting meets this goal{', not even with two variants' if len(names) > 2 else ''}."
    return [answer, _smallest_difference(target)]


def _smallest_difference(target: Target) -> str:
    if not target.rates:
        return "Even a much larger difference would not be found in time: it takes more visits."
    lowest, highest = min(target.rates), max(target.rates)
    rates = f"{_different(100 * lowest, 100 * highest)}, a lift of {rounded(100 * (highest / lowest - 1))}%"
    if target.factor == MIN_FACTOR:
        return f"Even a much smaller difference is found in time: {rates}."
    return (
        f"The smallest difference that this traffic can find in time is {rates}; "
        "with less, no setting keeps the limits."
    )


def _different(low: float, high: float) -> str:
    """With as many digits as tell them apart, from each other and from 100%."""
    for digits in range(3, 10):
        texts = f"{low:.{digits}g}", f"{high:.{digits}g}"
        if texts[0] != texts[1] and texts[1] != "100":
            break
    return f"{texts[0]}% against {texts[1]}%"


def few_successes(summary: ScenarioSummary) -> str:
    """Advice where the even split says little about a variant."""
    fewest, scenario = min(summary.successes), summary.scenario
    is_exploring = scenario.exploration_hours >= scenario.hours
    if is_exploring or scenario.attribution_hours >= scenario.exploration_hours or fewest >= FEW_SUCCESSES:
        return ""
    per_hour = max(fewest, 1e-9) / (scenario.exploration_hours - scenario.attribution_hours)
    enough = scenario.attribution_hours + FEW_SUCCESSES / per_hour
    longer = next((hours for hours in EXPLORATION_HOURS if enough <= hours < scenario.hours), None)
    remedy = (
        f"exploring for {format_days(longer / DAY)} avoids that" if longer else f"only {_more(scenario)} avoid that"
    )
    return (
        f"When exploration ends, a variant has {format_successes(fewest)} on average. With fewer than {FEW_SUCCESSES}, "
        f"the first decisions are mostly chance; {remedy}."
    )


def _more(scenario: Scenario) -> str:
    return "more visits or fewer variants" if len(scenario.rates) > 2 else "more visits"


def _ended(outcome: Outcome) -> tuple[int, float]:
    running, share = per_100(outcome)[2]
    return 100 - running, 1 - share


def _many(count: tuple[int, float]) -> str:
    text = format_count(*count)
    if text == "0 in 100":
        return "none picks"
    return f"{text} {'picks' if count[0] <= 1 else 'pick'}"


def _why_none(scenario: Scenario) -> str:
    """Where the horizon alone is the reason."""
    if scenario.attribution_hours >= scenario.hours:
        window = format_days(scenario.attribution_hours / DAY)
        return f": no visit counts before its attribution window of {window} is over"
    return ": all are still exploring" if scenario.exploration_hours >= scenario.hours else ""


def _cost(wrong_winner: WrongWinner | None, outcome: Outcome) -> str:
    if wrong_winner is None:
        return ""
    return (
        f"Once it has all traffic, a wrong winner loses {format_successes(wrong_winner.cost_per_day)} a day compared "
        f"with the best variant, {format_successes(wrong_winner.cost)} every {COST_DAYS} days. "
        f"On average over all runs, the expected loss is {format_successes(outcome.expected_loss)} a day."
    )


def _gain(gain: Gain, ab_test: ABTest, scenario: Scenario) -> str:
    """Beside an A/B test: an even split for the same time."""
    days = format_days(scenario.days)
    if scenario.has_equal_rates:
        return "All variants have the same rate, so nothing is gained or lost compared with an A/B test."
    if gain.mean == gain.low == gain.high == 0:
        return f"Traffic stays equally split for all {days}, as in an A/B test, so nothing is gained or lost."
    if max(abs(gain.mean), abs(gain.low), abs(gain.high)) < MIN_SUCCESSES:
        return f"Compared with an A/B test, almost nothing is gained or lost in {days}."
    change = f"{'gains' if gain.mean >= 0 else 'loses'} {format_successes(abs(gain.mean))}"
    low, high = _signed(gain.low), _signed(gain.high)
    band = f"between {low} and {high} in 80 of 100 runs" if low != high else f"{low} in at least 80 of 100 runs"
    return (
        f"Compared with an A/B test of the same {days}, with an even split, the autotune {change} on average, {band}. "
        f"The A/B test costs {format_successes(ab_test.cost)} compared with the best variant alone, the autotune "
        f"{format_successes(ab_test.autotune_cost)}."
    )


def _ab_test(summary: ScenarioSummary) -> str:
    if summary.scenario.has_equal_rates:
        return ""
    ahead, declared = of_100(summary.ab_test.right), per_100(summary.outcome)[0]
    return (
        f"When the A/B test ends after {format_days(summary.scenario.days)}, the variant that is ahead is the right "
        f"one in {format_count(*ahead)} tests; the autotune has declared it the winner by then in {number(*declared)}."
    )


def _signed(successes: float) -> str:
    return ("\N{MINUS SIGN}" if successes < 0 else "+") + rounded(abs(successes))
