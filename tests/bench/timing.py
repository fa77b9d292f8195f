"""Measures alternately, so that other programs on the machine affect all measurements alike."""

from collections.abc import Callable, Mapping
from statistics import median

Measure = Callable[[], float]
MAX_ROUNDS = 99  # by default each part limits its rounds itself


def interleaved(measures: Mapping[str, Measure], rounds: int, best_of: int = 1) -> dict[str, float]:
    """Measures A, B, A, B and so on; the median over rounds of the best of `best_of` measurements in each.

    A first round is not counted. With 0 rounds it is the only one, to check that the benchmark works.
    """
    first = {name: measure() for name, measure in measures.items()}
    results: dict[str, list[float]] = {name: [] if rounds else [value] for name, value in first.items()}
    for _ in range(rounds):
        for name, measure in measures.items():
            results[name].append(min(measure() for _ in range(best_of)))
    return {name: median(values) for name, values in results.items()}
