"""Answers in words, as a person reads them back."""

from .choices import ATTRIBUTION_UNITS, ATTRIBUTION_WINDOWS, choice_of, window_words
from .fields import Field
from .form_data import Answers


def in_words(field: Field, answers: Answers) -> str:
    """What was typed or chosen for a field; blank where nothing was. Works for answers of any worth."""
    typed = str(answers.get(field.name) or "").strip()
    if field.name == "attributionWindow":
        return _window(typed, answers.get("attributionWindowUnit") or "")
    choice = choice_of(field.choices, typed)
    return choice.label if choice else typed


def _window(typed: str, unit: str) -> str:
    window = choice_of(ATTRIBUTION_WINDOWS, typed)
    if window is None or (unit and choice_of(ATTRIBUTION_UNITS, unit) is None):
        return f"{typed} {unit}".strip()
    return window_words(window.value, unit or None)
