"""The forecast's runs through MABWiser's Thompson sampling, hour by hour: every visit asks it for a variant.

It learns once an hour from the visits whose attribution window has ended, as the forecast does. It has no rule for the
end, so its runs end at the horizon or where a run of `webapp.forecast` would have ended.
"""

import numpy as np
from mabwiser.mab import MAB, LearningPolicy

from webapp.forecast.probability import probability_of_best
from webapp.forecast.scenario import Scenario

HIGHEST_THRESHOLD = 0.99  # one simulation serves all thresholds


def simulate(scenario: Scenario, runs: int) -> None:
    for seed in range(runs):
        _simulate_run(scenario, seed)


def _simulate_run(scenario: Scenario, seed: int) -> None:
    random = np.random.default_rng(seed)
    arms = list(range(len(scenario.rates)))
    bandit = MAB(arms, LearningPolicy.ThompsonSampling(), seed=seed)
    bandit.fit([arms[0]], [0])
    pending: list[tuple[list[int], list[int]]] = []
    counts = np.zeros((2, len(arms), 1))
    for hour in range(scenario.hours):
        visits = int(random.poisson(scenario.visits_per_day / 24))
        explores = hour < scenario.exploration_hours
        chosen = random.integers(len(arms), size=visits).tolist() if explores else _choose(bandit, visits)
        successes = (random.random(visits) < np.array(scenario.rates)[chosen]).astype(int).tolist() if visits else []
        pending.append((chosen, successes))
        if len(pending) > scenario.attribution_hours:
            _learn(bandit, counts, *pending.pop(0))
        if not explores and probability_of_best(counts[0], counts[1]).max() >= HIGHEST_THRESHOLD:
            return


def _choose(bandit: MAB, visits: int) -> list[int]:
    return [int(bandit.predict()) for _ in range(visits)]


def _learn(
    bandit: MAB, counts: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", chosen: list[int], successes: list[int]
) -> None:
    if not chosen:
        return
    bandit.partial_fit(chosen, successes)
    for row in (0, 1):
        arms_of_outcome = [arm for arm, success in zip(chosen, successes, strict=True) if success != row]
        counts[row, :, 0] += np.bincount(arms_of_outcome, minlength=counts.shape[1])
