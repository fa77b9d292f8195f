"""Plans on the way: asked for by a page, made by one worker process, kept for whoever asks next.

The worker alone imports NumPy. It starts with the first plan and stays.
"""

from .asking import (
    BEST,
    GUESSES,
    MOST_PLANNED,
    Guesses,
    missing,
    not_estimated,
    question_of,
    rate_fields,
    variant_names,
)
from .plans import Plans
from .standing import Stage, Standing

__all__ = [
    "BEST",
    "GUESSES",
    "MOST_PLANNED",
    "Guesses",
    "Plans",
    "Stage",
    "Standing",
    "missing",
    "not_estimated",
    "question_of",
    "rate_fields",
    "variant_names",
]
