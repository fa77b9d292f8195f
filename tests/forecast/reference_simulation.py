"""A slow, simple simulation of autotunes: one run and one visit at a time, in plain Python.

Shares no code with the app. The probability of being best is an exact sum for two variants; for more it is
integrated over the rates by the midpoint rule.
"""

import random
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import exp, lgamma, log, prod

NODES = 300
ROUNDING = 1e-9  # a threshold that is met exactly is reached


@dataclass(frozen=True)
class Setting:
    rates: tuple[float, ...]
    visits_per_day: float
    exploration_hours: int
    attribution_hours: float
    threshold: int
    days: int
    visit_factors: tuple[float, ...] = (1.0,) * 7
    rate_factors: tuple[float, ...] = (1.0,) * 7
    start_day: int = 0

    def weekday(self, hour: int) -> int:
        return (self.start_day + hour // 24) % 7


@dataclass(frozen=True)
class Run:
    """`ended` is the hour or None; `shares` has the first variant's share of traffic in each hour."""

    ended: int | None
    winner: int | None
    shares: list[float]
    gain: float


def simulate_run(setting: Setting, source: random.Random) -> Run:
    variants = range(len(setting.rates))
    visits = arrivals(setting, source)
    exposures: list[tuple[float, int, bool]] = []
    share = [1 / len(setting.rates)] * len(setting.rates)
    ended = winner = None
    shares, gain = [], 0.0
    for hour in range(setting.days * 24):
        if hour >= setting.exploration_hours and ended is None:
            share = probability_of_best(counts(setting, exposures, hour))
            if max(share) >= setting.threshold / 100 - ROUNDING:
                ended, winner = hour, share.index(max(share))
                share = [float(variant == winner) for variant in variants]
        shares.append(share[0])
        day = setting.weekday(hour)
        mean = sum(share[v] * setting.rates[v] for v in variants) - sum(setting.rates) / len(share)
        gain += mean * setting.rate_factors[day] * setting.visits_per_day / 24 * setting.visit_factors[day]
        if ended is None:
            for time in visits[hour]:
                variant = source.choices(variants, share)[0]
                rate = setting.rates[variant] * setting.rate_factors[day]
                exposures.append((time, variant, source.random() < rate))
    if ended is None:
        share = probability_of_best(counts(setting, exposures, setting.days * 24))
        if max(share) >= setting.threshold / 100 - ROUNDING and setting.days * 24 >= setting.exploration_hours:
            ended, winner = setting.days * 24, share.index(max(share))
    return Run(ended, winner, shares, gain)


def arrivals(setting: Setting, source: random.Random) -> list[list[float]]:
    """The times of all visits, in hours, by hour: those of the busiest day, thinned on the others."""
    hours: list[list[float]] = [[] for _ in range(setting.days * 24)]
    busiest = max(setting.visit_factors)
    rate = setting.visits_per_day / 24 * busiest
    time = source.expovariate(rate)
    while time < len(hours):
        if source.random() < setting.visit_factors[setting.weekday(int(time))] / busiest:
            hours[int(time)].append(time)
        time += source.expovariate(rate)
    return hours


def counts(setting: Setting, exposures: list[tuple[float, int, bool]], hour: int) -> tuple[tuple[int, int], ...]:
    """Successes and failures of each variant among the exposures that count at the hour."""
    observed = [[0, 0] for _ in setting.rates]
    for time, variant, success in exposures:
        if time + setting.attribution_hours <= hour:
            observed[variant][0 if success else 1] += 1
    return tuple((good, bad) for good, bad in observed)


@cache
def probability_of_best(observed: tuple[tuple[int, int], ...]) -> list[float]:
    if len(observed) == 2:
        first = exact_of_two(*observed)
        return [first, 1 - first]
    densities = [density(*count) for count in observed]
    below = [[total - d / 2 for total, d in zip(accumulate(masses), masses, strict=True)] for masses in densities]
    variants = range(len(observed))
    best = [
        sum(d * prod(below[other][k] for other in variants if other != v) for k, d in enumerate(densities[v]))
        for v in variants
    ]
    return [mass / sum(best) for mass in best]


@cache
def density(good: int, bad: int) -> list[float]:
    rates = [(k + 0.5) / NODES for k in range(NODES)]
    raw = [exp(good * log(rate) + bad * log(1 - rate) - log_beta(good + 1, bad + 1)) for rate in rates]
    return [mass / sum(raw) for mass in raw]


@cache
def exact_of_two(one: tuple[int, int], other: tuple[int, int]) -> float:
    """The probability that Beta(a, b) exceeds Beta(c, d), where a - 1 and b - 1 are the counts of the first variant.

    The sum over k < a of B(c + k, b + d) / ((b + k) B(1 + k, b) B(c, d)).
    """
    (a, b), (c, d) = ((good + 1, bad + 1) for good, bad in (one, other))
    log_beta_cd = log_beta(c, d)
    return sum(exp(log_beta(c + k, b + d) - log(b + k) - log_beta(1 + k, b) - log_beta_cd) for k in range(a))


def log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
