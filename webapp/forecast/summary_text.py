"""The summary of a scenario in plain words, the most important first."""

from math import ceil, sqrt

from .results import COST_DAYS, Ending, Gain, ScenarioSummary, WinnerStats
from .scenario import DAY, Scenario

# Below this share of ended runs, their winners say little about runs that end later.
FEW_ENDED = 0.1
MIN_SUCCESSES = 0.05  # fewer are not worth a figure


def sentences(summary: ScenarioSummary) -> list[str]:
    parts = (
        _ending(summary.ending, summary.scenario),
        _range(summary.ending, summary.scenario),
        _winner(summary.winner_stats, summary.ending, summary.scenario),
        _cost(summary.winner_stats),
        _gain(summary.gain, summary.scenario),
        _accuracy(summary),
    )
    return [sentence for sentence in parts if sentence]


def _ending(ending: Ending, scenario: Scenario) -> str:
    days = format_days(scenario.days)
    if ending.chance == 0:
        return f"None of {scenario.runs:,} simulated runs end within {days}{_why_none(scenario)}."
    if ending.median is None:
        ended = format_chance(ending.chance)
        return f"Most simulated runs are still running after {days}: {ended} end within that time."
    return f"Half of the simulated runs end within {format_days(ending.median)}."


def _why_none(scenario: Scenario) -> str:
    """Where the horizon alone is the reason."""
    if scenario.attribution_hours >= scenario.days * DAY:
        window = format_days(scenario.attribution_hours / DAY)
        return f": no visit counts before its attribution window of {window} is over"
    return ": all are still exploring" if scenario.exploration_hours >= scenario.days * DAY else ""


def _range(ending: Ending, scenario: Scenario) -> str:
    if ending.low is None:
        return ""
    if ending.low == ending.high:
        return f"At least 8 in 10 end {format_days(ending.low)} after the start."
    if ending.high is None:
        late = f"{format_chance(1 - ending.chance)} are still running after {format_days(scenario.days)}"
        if ending.low == ending.median:
            return _capitalize(f"{late}.")
        return f"1 in 10 ends within {format_days(ending.low)}, and {late}."
    return f"8 in 10 end between {format_days(ending.low)} and {format_days(ending.high)} after the start."


def _winner(winner_stats: WinnerStats, ending: Ending, scenario: Scenario) -> str:
    if winner_stats.right is None:
        return "No winner is declared in that time, so none can be right or wrong."
    if _equal_rates(scenario):
        return "All variants have the same rate, so no winner can be wrong."
    wrong = _capitalize(f"{format_chance(winner_stats.wrong)} pick the wrong variant")
    sentence = f"{wrong}; of those that end, {format_chance(winner_stats.right)} are right."
    return f"{sentence} So few end that this says little about the rest." if ending.chance < FEW_ENDED else sentence


def _cost(winner_stats: WinnerStats) -> str:
    if winner_stats.cost_per_day is None or winner_stats.cost is None:
        return ""
    return (
        f"Once it gets all traffic, a wrong winner costs {_successes(winner_stats.cost_per_day)} a day on average: "
        f"{_successes(winner_stats.cost)} every {COST_DAYS} days."
    )


def _gain(gain: Gain, scenario: Scenario) -> str:
    days = format_days(scenario.days)
    if _equal_rates(scenario):
        return "All variants have the same rate, so nothing is gained or lost compared with an equal split."
    if gain.mean == gain.low == gain.high == 0:
        return f"Traffic stays equally split for all {days}, so nothing is gained or lost."
    if max(abs(gain.mean), abs(gain.low), abs(gain.high)) < MIN_SUCCESSES:
        return f"Compared with an equal split, almost nothing is gained or lost in {days}."
    change = f"{'gains' if gain.mean >= 0 else 'loses'} {_successes(abs(gain.mean))}"
    low, high = _signed(gain.low), _signed(gain.high)
    band = f"8 in 10 are between {low} and {high}" if low != high else f"at least 8 in 10 are at {low}"
    return f"Compared with an equal split, a run {change} on average in {days}; {band}."


def _equal_rates(scenario: Scenario) -> bool:
    return len(set(scenario.rates)) == 1


def _accuracy(summary: ScenarioSummary) -> str:
    runs = summary.scenario.runs
    ended = round(runs * summary.ending.chance)
    sentence = f"Based on {runs:,} simulated runs. Accurate to about ±{_margin(runs)} points"
    if ended == 0 or _margin(ended) == _margin(runs):
        return f"{sentence}."
    return f"{sentence}, or ±{_margin(ended)} among the runs that end."


def _margin(runs: int) -> str:
    """Half of a 95% interval, in percentage points, at its widest."""
    return f"{min(50, ceil(98 / sqrt(runs)))}"


def format_chance(chance: float) -> str:
    """A chance that is not certain is never rounded to certain."""
    percent = 100 * chance
    if 0 < percent < 1:
        return "fewer than 1 in 100"
    if 99 < percent < 100:
        return "more than 99 in 100"
    return f"{percent:.0f} in 100"


def _capitalize(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def format_days(days: float) -> str:
    """Rounded up, so that "within" stays true."""
    if days < 1:
        hours = max(1, _round_up(days * DAY))
        return "1 hour" if hours == 1 else f"{hours} hours"
    text = f"{_round_up(days * 10) / 10:g}" if days < 10 else f"{_round_up(days)}"
    return "1 day" if text == "1" else f"{text} days"


def _round_up(value: float) -> int:
    return ceil(round(value, 6))


def _successes(count: float) -> str:
    if count < MIN_SUCCESSES:
        return "almost no successes"
    text = _rounded(count)
    return "1 success" if text == "1" else f"{text} successes"


def _signed(successes: float) -> str:
    return ("\N{MINUS SIGN}" if successes < 0 else "+") + _rounded(abs(successes))


def _rounded(successes: float) -> str:
    return f"{successes:,.0f}" if successes >= 10 or successes < MIN_SUCCESSES else f"{successes:.2g}"
