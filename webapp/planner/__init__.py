"""A planner for autotunes: what to expect of one before it is launched.

What stands here asks and reads; it does without NumPy. `answers` and `best` do the work, with it.
"""

from .question import (
    DAY,
    EXPLORATION_HOURS,
    MOST_DAYS,
    MOST_LAUNCHES,
    MOST_VARIANTS,
    MOST_VISITS,
    THRESHOLDS,
    Question,
    QuestionError,
)
from .sentences import FEW, chance_words, days_words, sentences
from .shapes import Answer, Cell, Ending, Gain, Plan, SharePath, Verdict
from .wire import read_answer, write_answer

__all__ = [
    "DAY",
    "EXPLORATION_HOURS",
    "FEW",
    "MOST_DAYS",
    "MOST_LAUNCHES",
    "MOST_VARIANTS",
    "MOST_VISITS",
    "THRESHOLDS",
    "Answer",
    "Cell",
    "Ending",
    "Gain",
    "Plan",
    "Question",
    "QuestionError",
    "SharePath",
    "Verdict",
    "chance_words",
    "days_words",
    "read_answer",
    "sentences",
    "write_answer",
]
