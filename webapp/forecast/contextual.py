"""The forecast of a contextual autotune: how soon each variant has enough samples.

Statsig's public SDK shows how it serves; how it learns is not public. So there are two bounds here, and no success
rates, no gain and no end. docs/forecast.md derives the bounds.
"""

from dataclasses import dataclass
from math import ceil, floor

from .scenario import DAY

SAMPLES = 1_000  # what Statsig names for a contextual autotune; we count them per variant
CLASSIC_SAMPLES = 100
DEFAULT_RANDOM_SHARE = 0.1  # of Statsig's console
LATE_DAYS = 28
MAX_ADVISED_SHARE = 0.5  # with more, what was learned is hardly used
YEAR = 365


@dataclass(frozen=True)
class Pace:
    """How many samples a variant gets a day, and the days until every variant has enough of them counted."""

    samples_per_day: float
    days: float


@dataclass(frozen=True)
class Remedy:
    """Settings with which every variant has enough samples in time, each alone; None where that is not enough.

    share_with_two_variants: the random share that is enough for two variants, where neither of the others is.
    """

    variants: int | None
    random_share: float | None
    share_with_two_variants: float | None


@dataclass(frozen=True)
class ContextualForecast:
    """Both paces are averages, if the visits are as assumed.

    earliest: all traffic is random, as before there is a model. No way of serving is faster.
    latest: from the random share alone. The variant with the fewest samples gets at least this many.
    remedy: None where the latest is early enough.
    """

    variants: int
    visits_per_day: float
    random_share: float
    random_visits_per_day: float
    attribution_hours: float
    earliest: Pace
    latest: Pace
    remedy: Remedy | None
    samples_needed: int = SAMPLES
    samples_for_classic: int = CLASSIC_SAMPLES
    late_days: int = LATE_DAYS


def compute_contextual(
    variants: int, visits_per_day: float, random_share: float, attribution_hours: float
) -> ContextualForecast:
    random_visits = visits_per_day * random_share
    latest = _pace(variants, random_visits, attribution_hours)
    late = latest.days > LATE_DAYS
    return ContextualForecast(
        variants=variants,
        visits_per_day=visits_per_day,
        random_share=random_share,
        random_visits_per_day=random_visits,
        attribution_hours=attribution_hours,
        earliest=_pace(variants, visits_per_day, attribution_hours),
        latest=latest,
        remedy=_remedy(variants, visits_per_day, random_share, attribution_hours) if late else None,
    )


def _pace(variants: int, random_visits: float, attribution_hours: float) -> Pace:
    per_day = random_visits / variants
    return Pace(per_day, SAMPLES / per_day + attribution_hours / DAY)


def _remedy(variants: int, visits_per_day: float, random_share: float, attribution_hours: float) -> Remedy:
    visits = _visits_in_time(visits_per_day, attribution_hours)
    most_variants = floor(visits * random_share / SAMPLES)
    enough_variants = most_variants if most_variants >= 2 else None
    share = _share(variants, visits)
    return Remedy(enough_variants, share, None if enough_variants or share else _share(2, visits))


def _visits_in_time(visits_per_day: float, attribution_hours: float) -> float:
    """Those of the first LATE_DAYS days that are counted by then."""
    return visits_per_day * (LATE_DAYS - attribution_hours / DAY)


def _share(variants: int, visits: float) -> float | None:
    share = ceil(100 * variants * SAMPLES / visits) / 100
    return share if share <= MAX_ADVISED_SHARE else None


def contextual_sentences(forecast: ContextualForecast) -> list[str]:
    return [verdict(forecast), *warnings(forecast), *findings(forecast)]


def verdict(forecast: ContextualForecast) -> str:
    few = "are too few" if forecast.earliest.days > LATE_DAYS else "may be too few"
    return (
        f"There {few if forecast.remedy else 'are enough'} visits: every variant has the {SAMPLES:,} samples that "
        f"Statsig names for a contextual autotune {_period(forecast)} after the start."
    )


def _period(forecast: ContextualForecast) -> str:
    first, last = format_period(forecast.earliest.days), format_period(forecast.latest.days)
    if first == last:
        return first
    for unit in (" days", " hours"):
        if first.endswith(unit) and last.endswith(unit):
            first = first.removesuffix(unit)
    return f"{first} to {last.removeprefix('about ')}"


def format_period(days: float) -> str:
    """Rounded up, so that more than LATE_DAYS never looks like LATE_DAYS."""
    if days > YEAR:
        return "more than a year"
    if days < 1:
        hours = ceil(round(days * DAY, 6))
        return "about 1 hour" if hours == 1 else f"about {hours} hours"
    rounded = ceil(round(10 * days, 6)) / 10 if days < 100 else ceil(round(days, 6))
    return "about 1 day" if rounded == 1 else f"about {rounded:g} days"


def warnings(forecast: ContextualForecast) -> list[str]:
    """What to change, and why."""
    found = [_remedy_sentence(forecast.remedy)] if forecast.remedy else []
    return [*found, _all_random(forecast)] if forecast.random_share == 1 else found


def _all_random(forecast: ContextualForecast) -> str:
    enough = _share(forecast.variants, _visits_in_time(forecast.visits_per_day, forecast.attribution_hours))
    example = f", such as {max(enough, DEFAULT_RANDOM_SHARE):g}" if enough else ""
    return (
        "All traffic stays random, so what the autotune learns is never used: "
        f"choose a smaller long-term exploration allocation{example}."
    )


def _remedy_sentence(remedy: Remedy) -> str:
    in_time = f"To have them within {LATE_DAYS} days at the latest, use"
    allocation = "a long-term exploration allocation of at least"
    if remedy.share_with_two_variants:
        return f"{in_time} 2 variants and {allocation} {remedy.share_with_two_variants:g}: neither alone is enough."
    ways = [f"at most {remedy.variants} variants"] if remedy.variants else []
    ways += [f"{allocation} {remedy.random_share:g}"] if remedy.random_share else []
    if ways:
        return f"{in_time} {', or '.join(ways)}."
    return (
        f"Not even 2 variants with half of the traffic random have them within {LATE_DAYS} days: "
        f"consider a classic autotune, for which Statsig names {CLASSIC_SAMPLES} samples."
    )


def findings(forecast: ContextualForecast) -> list[str]:
    """How much traffic is random, and last that there is no winner."""
    visits = f"{format_count(forecast.visits_per_day)} {'visit' if forecast.visits_per_day == 1 else 'visits'}"
    random_visits = format_count(forecast.random_visits_per_day)
    return [
        f"{100 * forecast.random_share:.6g}% of the traffic stays random: {random_visits} of {visits} a day.",
        "A contextual autotune never declares a winner: measure its effect with a linked experiment.",
    ]


def format_count(count: float) -> str:
    return f"{count:,.0f}" if count >= 10 else f"{float(f'{count:.2g}'):.9f}".rstrip("0").rstrip(".")
