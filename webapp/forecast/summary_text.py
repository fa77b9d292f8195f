"""A plan in plain words, the most important first."""

from math import ceil, sqrt

from .results import COST_DAYS, Ending, Gain, Plan, Verdict
from .scenario import DAY, Question

# Below this share of ended launches, what they chose says little about launches that end later.
FEW = 0.1
NOTHING = 0.05  # successes: fewer are not worth a figure


def sentences(plan: Plan) -> list[str]:
    parts = (
        _ending(plan.ending, plan.question),
        _early(plan.ending, plan.question),
        _verdict(plan.verdict, plan.ending, plan.question),
        _cost(plan.verdict),
        _gain(plan.gain, plan.question),
        _precision(plan),
    )
    return [sentence for sentence in parts if sentence]


def _ending(ending: Ending, question: Question) -> str:
    if ending.chance == 0:
        none = f"None of {question.launches:,} simulated launches ends within {days_words(question.days)}"
        return f"{none}{_why_none(question)}."
    if ending.median is None:
        return (
            f"Most such launches are still running after {days_words(question.days)}: "
            f"{chance_words(ending.chance)} end within that time."
        )
    return f"Half of such launches end within {days_words(ending.median)}."


def _why_none(question: Question) -> str:
    """Where the horizon alone is the reason."""
    if question.attribution_hours >= question.days * DAY:
        return (
            f": no visit counts before its attribution window of {days_words(question.attribution_hours / DAY)} is over"
        )
    return ": they still explore then" if question.exploration_hours >= question.days * DAY else ""


def _early(ending: Ending, question: Question) -> str:
    if ending.low is None:
        return ""
    if ending.low == ending.high:
        return f"At least 8 in 10 end at {days_words(ending.low)} after the start."
    if ending.high is None:
        late = f"{chance_words(1 - ending.chance)} are still running after {days_words(question.days)}"
        if ending.low == ending.median:
            return _capital(f"{late}.")
        return f"1 in 10 ends within {days_words(ending.low)}, and {late}."
    return f"8 in 10 end between {days_words(ending.low)} and {days_words(ending.high)} after the start."


def _verdict(verdict: Verdict, ending: Ending, question: Question) -> str:
    if verdict.right is None:
        return "No winner is declared in that time, so none can be right or wrong."
    if len(set(question.rates)) == 1:
        return "All variants have the same rate, so no winner can be wrong."
    right = f"of those that end, {chance_words(verdict.right)} are right"
    chosen = _capital(f"{chance_words(verdict.wrong)} pick the wrong variant; {right}.")
    return f"{chosen} So few end that this says little of the rest." if ending.chance < FEW else chosen


def _cost(verdict: Verdict) -> str:
    if verdict.cost_per_day is None or verdict.cost is None:
        return ""
    return (
        f"A wrong winner costs {_count(verdict.cost_per_day)} a day on average once it gets all traffic: "
        f"{_count(verdict.cost)} every {COST_DAYS} days."
    )


def _gain(gain: Gain, question: Question) -> str:
    if len(set(question.rates)) == 1:
        return "All variants have the same rate, so nothing is gained or lost against an equal split."
    if gain.mean == gain.low == gain.high == 0:
        return f"Traffic stays equally split to the end of {days_words(question.days)}, so nothing is gained or lost."
    if max(abs(gain.mean), abs(gain.low), abs(gain.high)) < NOTHING:
        return f"Against an equal split, next to nothing is gained or lost in {days_words(question.days)}."
    change = f"{'gains' if gain.mean >= 0 else 'loses'} {_count(abs(gain.mean))}"
    low, high = _signed(gain.low), _signed(gain.high)
    most = f"8 in 10 are between {low} and {high}" if low != high else f"at least 8 in 10 are at {low}"
    return f"Against an equal split, a launch {change} on average in {days_words(question.days)}; {most}."


def _precision(plan: Plan) -> str:
    launches = plan.question.launches
    ended = round(launches * plan.ending.chance)
    said = f"From {launches:,} simulated launches: chances are right to about {_error(launches)} in 100"
    return f"{said}, those of the ones that end to about {_error(ended)}." if 0 < ended < launches else f"{said}."


def _error(launches: int) -> str:
    """The half of a 95% interval, in percent, at its widest."""
    return f"{min(50, ceil(98 / sqrt(launches)))}"


def chance_words(chance: float) -> str:
    """A chance as words; one that is not certain is never rounded to certain."""
    percent = 100 * chance
    if 0 < percent < 1:
        return "fewer than 1 in 100"
    if 99 < percent < 100:
        return "more than 99 in 100"
    return f"{percent:.0f} in 100"


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]


def days_words(days: float) -> str:
    """Rounded up, so that "within" stays true."""
    if days < 1:
        hours = max(1, _up(days * DAY))
        return "1 hour" if hours == 1 else f"{hours} hours"
    shown = f"{_up(days * 10) / 10:g}" if days < 10 else f"{_up(days)}"
    return "1 day" if shown == "1" else f"{shown} days"


def _up(value: float) -> int:
    return ceil(round(value, 6))


def _count(successes: float) -> str:
    if successes < NOTHING:
        return "next to no successes"
    shown = _rounded(successes)
    return "1 success" if shown == "1" else f"{shown} successes"


def _signed(successes: float) -> str:
    return ("\N{MINUS SIGN}" if successes < 0 else "+") + _rounded(abs(successes))


def _rounded(successes: float) -> str:
    return f"{successes:,.0f}" if successes >= 10 or successes < NOTHING else f"{successes:.2g}"
