"""The planner's launches through MABWiser's Thompson sampling, hour by hour: every visit asks it for a variant.

It learns once an hour from the visits whose attribution window has ended, as the planner does. It has no rule for the
end, so its launches go on to the horizon, unless one of `webapp.forecast` would have ended it: both stop alike.
"""

import numpy as np
from mabwiser.mab import MAB, LearningPolicy

from webapp.forecast.probability import probability_of_best
from webapp.forecast.scenario import Question

HIGHEST = 0.99  # the planner plays on to its highest threshold, since one run answers for all


def play(question: Question, launches: int) -> None:
    for seed in range(launches):
        _launch(question, seed)


def _launch(question: Question, seed: int) -> None:
    random = np.random.default_rng(seed)
    arms = list(range(len(question.rates)))
    bandit = MAB(arms, LearningPolicy.ThompsonSampling(), seed=seed)
    bandit.fit([arms[0]], [0])
    waiting: list[tuple[list[int], list[int]]] = []
    counts = np.zeros((2, len(arms), 1))
    for hour in range(question.hours):
        visits = int(random.poisson(question.visits_per_day / 24))
        explores = hour < question.exploration_hours
        chosen = random.integers(len(arms), size=visits).tolist() if explores else _asked(bandit, visits)
        won = (random.random(visits) < np.array(question.rates)[chosen]).astype(int).tolist() if visits else []
        waiting.append((chosen, won))
        if len(waiting) > question.attribution_hours:
            _learn(bandit, counts, *waiting.pop(0))
        if not explores and probability_of_best(counts[0], counts[1]).max() >= HIGHEST:
            return


def _asked(bandit: MAB, visits: int) -> list[int]:
    return [int(bandit.predict()) for _ in range(visits)]


def _learn(
    bandit: MAB, counts: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]", chosen: list[int], won: list[int]
) -> None:
    if not chosen:
        return
    bandit.partial_fit(chosen, won)
    for lost in (0, 1):
        those = [arm for arm, success in zip(chosen, won, strict=True) if success != lost]
        counts[lost, :, 0] += np.bincount(those, minlength=counts.shape[1])
