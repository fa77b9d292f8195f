"""Answers in words, as a person reads them back."""

from .answers import Answers
from .choices import ATTRIBUTION_WINDOWS, bare_number, choice_of, window_hours
from .fields import FIELD, Field


def in_words(field: Field, answers: Answers) -> str:
    """What was typed or chosen for a field; blank where nothing was. Works for answers of any worth."""
    typed = str(answers.get(field.name) or "").strip()
    if field.name == "attributionWindow":
        return _window(typed, answers.get("attributionWindowUnit") or "")
    choice = choice_of(field.choices, typed)
    return choice.label if choice else typed


def _window(typed: str, unit: str) -> str:
    """The window together with its unit, since neither says anything alone."""
    window = choice_of(ATTRIBUTION_WINDOWS, typed)
    units = choice_of(FIELD["attributionWindowUnit"].choices, unit or "hour")
    if window is None or units is None:
        return f"{typed} {unit}".strip()
    label = units.label.removesuffix("s") if window.label == "1" else units.label
    hours = window_hours(window.value, units.value)
    return f"{bare_number(window.value)} {label}" + (f" ({hours:g} hours)" if units.value == "day" else "")
