"""The table of every threshold by every exploration window, in the words of its cells."""

from dataclasses import dataclass
from itertools import groupby

from ..contract.choices import EXPLORATION_WINDOWS, WINNER_THRESHOLDS, Choice, window_hours
from ..forecast.results import Answer, Cell, Plan
from ..forecast.summary_text import FEW, chance_words, days_words

WINDOWS = {round(window_hours(choice.text)): choice for choice in EXPLORATION_WINDOWS}
THRESHOLDS = {int(choice.text.removesuffix("%")): choice for choice in WINNER_THRESHOLDS}


@dataclass(frozen=True)
class Place:
    """One cell: `end` and `right` in words, and whether it is what the autotune says now."""

    window: Choice
    threshold: Choice
    end: str
    right: str
    chosen: bool


def rows_of(answer: Answer) -> list[tuple[Choice, list[Place]]]:
    """A row for each exploration window; none before the table is known."""
    rows = groupby(answer.table, key=lambda cell: cell.exploration_hours)
    return [(WINDOWS[hours], [_place(cell, answer.plan) for cell in cells]) for hours, cells in rows]


def setting_of(plan: Plan) -> str:
    """What was asked for, in a line."""
    asked = plan.question
    window, threshold = WINDOWS[asked.exploration_hours], THRESHOLDS[int(asked.threshold)]
    return (
        f"With {asked.visits_per_day:,.10g} {'visit' if asked.visits_per_day == 1 else 'visits'} a day, "
        f"an exploration window of {short(window)}, an attribution window of {_attribution(asked.attribution_hours)} "
        f"and a threshold of {threshold.label}, over {days_words(asked.days)}."
    )


def _attribution(hours: float) -> str:
    minutes = round(hours * 60)
    return days_words(hours / 24) if minutes >= 60 else "1 minute" if minutes == 1 else f"{minutes} minutes"


def short(window: Choice) -> str:
    """`1 week` for `1 week (168 hours)`."""
    return window.label.partition(" (")[0]


def _place(cell: Cell, plan: Plan) -> Place:
    now = (plan.question.exploration_hours, plan.question.threshold)
    return Place(
        window=WINDOWS[cell.exploration_hours],
        threshold=THRESHOLDS[cell.threshold],
        end=_end(cell, plan),
        right=_right(cell, plan),
        chosen=now == (cell.exploration_hours, cell.threshold),
    )


def _end(cell: Cell, plan: Plan) -> str:
    if cell.median_days is None:
        return f"over {days_words(plan.question.days)}"
    return days_words(cell.median_days)


def _right(cell: Cell, plan: Plan) -> str:
    """How many end right; where few end at all, how many do, as those few say little of the rest."""
    if cell.right is None:
        return "none ends"
    if cell.ended < FEW:
        return f"{chance_words(cell.ended)} end"
    if len(set(plan.question.rates)) == 1:
        return "all are equal"
    return f"{chance_words(cell.right)} right"
