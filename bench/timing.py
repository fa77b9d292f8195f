"""Measuring on a noisy machine: turn by turn, so that what disturbs one disturbs the other as well."""

from collections.abc import Callable, Mapping
from statistics import median

Measure = Callable[[], float]


def interleaved(measures: Mapping[str, Measure], rounds: int, best_of: int = 1) -> dict[str, float]:
    """A B A B: the median over rounds of the best of a few tries in each; a first round is left out."""
    seen: dict[str, list[float]] = {name: [] for name in measures}
    for measure in measures.values():
        measure()
    for _ in range(rounds):
        for name, measure in measures.items():
            seen[name].append(min(measure() for _ in range(best_of)))
    return {name: median(values) for name, values in seen.items()}
