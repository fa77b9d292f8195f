"""Numbers of a forecast in words: counts of 100 runs, days, rates and successes."""

from collections.abc import Sequence
from math import ceil, floor

from .results import Outcome
from .scenario import DAY, Scenario

MIN_SUCCESSES = 0.05  # fewer are not worth a figure
ROUNDING = 1e-9


def per_100(outcome: Outcome) -> tuple[tuple[int, float], tuple[int, float], tuple[int, float]]:
    """Right, wrong and running of 100 runs: whole numbers that add to 100, each with its exact share."""
    shares = (outcome.right, outcome.wrong, outcome.running)
    whole = [floor(100 * share + ROUNDING) for share in shares]
    by_remainder = sorted(range(3), key=lambda index: round(whole[index] - 100 * shares[index], 6))
    for index in by_remainder[: 100 - sum(whole)]:
        whole[index] += 1
    right, wrong, running = zip(whole, shares, strict=True)
    return right, wrong, running


def of_100(share: float) -> tuple[int, float]:
    """The whole number of 100 runs, with the exact share."""
    return floor(100 * share + 0.5 + ROUNDING), share


def format_count(whole: int, share: float) -> str:
    """Of 100 runs. What is not certain is never rounded to certain."""
    return f"{number(whole, share)} in 100"


def number(whole: int, share: float) -> str:
    if whole == 0 and share > 0:
        return "fewer than 1"
    return "more than 99" if whole == 100 and share < 1 else str(whole)


def short_count(whole: int, share: float) -> str:
    """The same for a table."""
    return number(whole, share).replace("fewer than ", "<").replace("more than ", ">")


def format_median(days: float | None, scenario: Scenario) -> str:
    return f"more than {format_days(scenario.days)}" if days is None else format_days(days)


def format_days(days: float) -> str:
    """Rounded up, so that "within" stays true."""
    if days < 1:
        hours = max(1, _round_up(days * DAY))
        return "1 hour" if hours == 1 else f"{hours} hours"
    text = f"{_round_up(days * 10) / 10:g}" if days < 10 else f"{_round_up(days)}"
    return "1 day" if text == "1" else f"{text} days"


def format_hours(hours: float) -> str:
    minutes = round(hours * 60)
    return format_days(hours / DAY) if minutes >= 60 else "1 minute" if minutes == 1 else f"{minutes} minutes"


def _round_up(value: float) -> int:
    return ceil(round(value, 6))


def format_visits(visits: float) -> str:
    count = f"{visits:,.10g}"
    return f"{count} visit" if count == "1" else f"{count} visits"


def format_rates(values: Sequence[float], names: Sequence[str]) -> str:
    """Names that are not those of the values are left out."""
    rates = [f"{100 * rate:.6g}%" for rate in values]
    if len(set(rates)) == 1:
        return f"a success rate of {rates[0]} for all variants"
    if len(names) == len(rates):
        rates = [f"{rate} for {name}" for name, rate in zip(names, rates, strict=True)]
    return f"success rates of {', '.join(rates[:-1])} and {rates[-1]}"


def format_successes(count: float) -> str:
    if count < MIN_SUCCESSES:
        return "almost no successes"
    text = rounded(count)
    return "1 success" if text == "1" else f"{text} successes"


def short_successes(successes: float) -> str:
    """For a table."""
    return f"<{MIN_SUCCESSES}" if 0 < successes < MIN_SUCCESSES else rounded(successes)


def rounded(successes: float) -> str:
    return f"{successes:,.0f}" if successes >= 10 or successes < MIN_SUCCESSES else f"{successes:.2g}"
