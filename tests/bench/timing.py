"""Measures in turn on a noisy machine, so that what disturbs one disturbs the other as well."""

from collections.abc import Callable, Mapping
from statistics import median

Measure = Callable[[], float]
MANY = 99  # rounds: as many as a part itself thinks good


def interleaved(measures: Mapping[str, Measure], rounds: int, best_of: int = 1) -> dict[str, float]:
    """A B A B: the median over rounds of the best of a few tries in each; a first round is left out.

    With no rounds the first one is all there is: no figure to trust, but enough to see that it can be measured.
    """
    first = {name: measure() for name, measure in measures.items()}
    seen: dict[str, list[float]] = {name: [] if rounds else [once] for name, once in first.items()}
    for _ in range(rounds):
        for name, measure in measures.items():
            seen[name].append(min(measure() for _ in range(best_of)))
    return {name: median(values) for name, values in seen.items()}
