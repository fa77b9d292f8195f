"""The enums of Create Autotune: each choice once, in words, with every spelling that the page lists.

Statsig's page spells one hour as `1`, `1hr` and `1hrs`. All are understood; `value` is what is sent.
"""

from collections.abc import Iterable
from dataclasses import dataclass

HOURS_PER_UNIT = {"min": 1 / 60, "hour": 1.0, "day": 24.0}


@dataclass(frozen=True)
class Choice:
    """`value` is sent as JSON; `spellings` are what is understood, among them the `text` of the form's option.

    `hint` explains it, where the label alone does not.
    """

    value: str | bool
    label: str
    spellings: tuple[str, ...]
    hint: str = ""

    @property
    def text(self) -> str:
        return str(self.value).lower() if isinstance(self.value, bool) else self.value

    @property
    def short_label(self) -> str:
        """`1 week (168 hours)` as "1 week"."""
        return self.label.partition(" (")[0]


def _hours(number: int, label: str) -> Choice:
    return Choice(f"{number}hr", label, (f"{number}", f"{number}hr", f"{number}hrs"))


def _plain(value: str, label: str) -> Choice:
    return Choice(value, label, (value,))


def _boolean(value: bool, label: str, hint: str = "") -> Choice:
    return Choice(value, label, (str(value).lower(),), hint)


EXPLORATION_WINDOWS = (
    _hours(1, "1 hour"),
    _hours(24, "1 day (24 hours)"),
    _hours(48, "2 days (48 hours)"),
    _hours(168, "1 week (168 hours)"),
    _hours(336, "2 weeks (336 hours)"),
)
ATTRIBUTION_WINDOWS = tuple(_hours(number, str(number)) for number in (1, 2, 4, 24))
ATTRIBUTION_UNITS = (_plain("min", "minutes"), _plain("hour", "hours"), _plain("day", "days"))
WINNER_THRESHOLDS = tuple(_plain(f"{percent}%", f"{percent}%") for percent in (80, 90, 95, 98, 99))
OPTIMIZATION_PARAMETERS = (
    _plain("occurrence", "That the event occurs"),
    _plain("value", "The value it carries"),
)
KINDS = (
    _boolean(False, "Classic", "Finds the one variant that works best for everybody."),
    _boolean(True, "Contextual", "Learns which variant suits which user. Never declares a winner."),
)
DIRECTIONS = (_boolean(True, "Higher is better"), _boolean(False, "Lower is better"))


def find_choice(choices: Iterable[Choice], spelling: str) -> Choice | None:
    """The choice that a spelling names, or None."""
    return next((choice for choice in choices if spelling in choice.spellings), None)


def bare_number(window: str) -> str:
    """`2hr` as `2`: the spelling that leaves the unit to a member of its own."""
    return window.removesuffix("hr")


def window_words(window: str, unit: str | None = None) -> str:
    """`2hr` as "2 hours", with its unit, since neither says anything alone."""
    number, units = bare_number(window), find_choice(ATTRIBUTION_UNITS, unit or "hour")
    label = units.label if units else unit
    words = f"{number} {str(label).removesuffix('s') if number == '1' else label}"
    return f"{words} ({window_hours(window, unit):g} hours)" if unit == "day" else words


def window_hours(window: str, unit: str | None = None) -> float:
    """How long a window lasts, in hours. That a bare number goes by the unit is an inference."""
    return int(bare_number(window)) * HOURS_PER_UNIT[unit or "hour"]
