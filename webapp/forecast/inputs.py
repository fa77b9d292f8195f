"""From what stands in the form and two guesses to a question, or to why there is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..contract.characters import visible
from ..contract.choices import Choice, choice_of, window_hours
from ..contract.errors import FieldError
from ..contract.form import FIELDS, AutotuneForm
from ..contract.form_data import FormData as Answers
from ..contract.number_input import suggested_number
from .scenario import MOST_VISITS, Question, QuestionError

MOST_PLANNED = 10  # variants: more of them take minutes, and nobody could read the pictures
LOWEST_RATE, HIGHEST_RATE = 0.001, 99.999  # percent
MAX_LIFT = 1_000_000  # percent; a suggestion has to end somewhere
DAYS = (7, 14, 28, 56)
BEST = 1  # the variant that a lift makes the best: the first is the default, and the first to be beaten

CONTEXTUAL = (
    "Not estimated: a contextual autotune chooses by what is known of each user and never declares a winner, "
    "so there is no success rate for each variant to suppose and no end to foretell."
)
VALUE = (
    "Not estimated: this autotune optimizes a value. What happens depends on how much that value varies and on "
    "Statsig’s model of it, which is not published; a success rate says nothing of either."
)
MANY = f"Not estimated: a plan can have at most {MOST_PLANNED} variants, and this autotune has {{}}."

_READ = ("variants", "explorationWindow", "attributionWindow", "attributionWindowUnit", "winnerThreshold")
_NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?|\.[0-9]{1,15}")
_DOTTED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")  # 2.000: two, or two thousand?
_GROUPED = re.compile(r"[0-9]{1,3}(?:[, \u00a0\u202f][0-9]{3})+")


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    kind: str = "line"
    hint: str = ""
    missing: str = ""
    blank: str = ""
    start: str = ""
    example: str = ""
    choices: tuple[Choice, ...] = ()

    @property
    def required(self) -> bool:
        return bool(self.missing)


GUESSES = (
    Field("visits", "Visits a day", "number", hint="People who see any of the variants."),
    Field("rate", "Success rate in %", "number", hint="Of 100 viewers, how many succeed?"),
    Field(
        "lift",
        "Best is better by, in %",
        "number",
        hint="With 10, a rate of 5% becomes 5.5%.",
        start="10",
    ),
    Field(
        "days",
        "Days to simulate",
        "choice",
        hint="How far to look ahead.",
        missing="Choose how far to look ahead",
        start="28",
        choices=tuple(Choice(str(days), f"{days} days", (str(days),)) for days in DAYS),
    ),
)

Guesses = Mapping[str, str]
Names = tuple[str, ...]


def rate_fields(names: Names) -> tuple[Field, ...]:
    """A field for each variant's own rate."""
    return tuple(Field(f"rate-{row}", f"Rate of {name} in %", "number") for row, name in enumerate(names))


def not_estimated(answers: Answers) -> str:
    """Why no plan can be made of this autotune, whatever is guessed; blank where one can."""
    if answers.get("isContextual") == "true":
        return CONTEXTUAL
    if answers.get("optimizationParameter") == "value" or str(answers.get("valueColumn") or "").strip():
        return VALUE
    count = len(answers["variants"])
    return MANY.format(count) if count > MOST_PLANNED else ""


def missing(answers: Answers) -> list[FieldError]:
    """What must be filled in before a plan can be made: the number of variants, the windows, the threshold.

    The variants' JSON may be megabytes, and no plan depends on it.
    """
    form = AutotuneForm.from_data({**answers, "variants": [{**row, "json": ""} for row in answers["variants"]]})
    form.validate()
    return [error for error in form.error_list() if error.field in _READ]


def variant_names(answers: Answers) -> Names:
    """A name for each variant, those without one by their number; a name that two of them have, with the number."""
    typed = [visible(row["name"].strip()) for row in answers["variants"]]
    return tuple(_variant_name(name, index, typed.count(name) > 1) for index, name in enumerate(typed, 1))


def _variant_name(name: str, number: int, repeated: bool) -> str:
    if not name:
        return f"Variant {number}"
    return f"{name} (variant {number})" if repeated else name


def question_of(answers: Answers, guesses: Guesses) -> Question | list[FieldError]:
    """The question, or the guesses to mend. The answers must be such that nothing is `missing`."""
    problems: list[FieldError] = []
    visits = _visits(guesses.get("visits", ""), problems)
    days = _days(guesses.get("days", ""), problems)
    rates = _rates(variant_names(answers), guesses, problems)
    if problems:
        return problems
    try:
        return Question(rates, visits, days=days, **_choices(answers))
    except QuestionError as error:
        return [FieldError("", error.message)]


def _choices(answers: Answers) -> dict[str, Any]:
    value = {name: _value(name, answers) for name in _READ[1:]}
    return {
        "exploration_hours": round(window_hours(value["explorationWindow"])),
        "attribution_hours": window_hours(value["attributionWindow"], value["attributionWindowUnit"] or None),
        "threshold": int(value["winnerThreshold"].removesuffix("%")),
    }


def _value(name: str, answers: Answers) -> str:
    choice = choice_of(FIELDS[name].choices, str(answers.get(name) or "").strip())
    return choice.text if choice else ""


def _visits(text: str, problems: list[FieldError]) -> float:
    typed = text.strip()
    if _DOTTED.fullmatch(typed):
        meant = typed.replace(".", ",")
        problems.append(FieldError("visits", f"Write {meant}, or without the dot: a dot begins decimals"))
        return 0.0
    visits = None if "%" in typed else _number(re.sub("[^0-9]", "", typed) if _GROUPED.fullmatch(typed) else typed)
    if visits is None or not 1 <= visits <= MOST_VISITS:
        written = "" if "%" in typed else _written(typed, 1, MOST_VISITS)
        wanted = f"Enter the visits a day in figures, from 1 to {MOST_VISITS:,}"
        problems.append(FieldError("visits", written or wanted))
    return visits or 0.0


def _days(text: str, problems: list[FieldError]) -> int:
    if text.strip() not in map(str, DAYS):
        problems.append(FieldError("days", "Choose how far to look ahead"))
        return DAYS[0]
    return int(text)


def _rates(names: Names, guesses: Guesses, problems: list[FieldError]) -> tuple[float, ...]:
    """One for each variant where one is typed for any; else the second is the best, the others alike."""
    own = [guesses.get(f"rate-{row}", "").strip() for row in range(len(names))]
    if any(own):
        rows = enumerate(zip(own, names, strict=True))
        return tuple(_percent(text, f"rate-{row}", f" of {name}", problems) for row, (text, name) in rows)
    rate = _percent(guesses.get("rate", ""), "rate", "", problems)
    best = rate * _lift(guesses.get("lift", ""), rate, problems)
    return tuple(best if row == BEST else rate for row in range(len(names)))


def _lift(text: str, rate: float, problems: list[FieldError]) -> float:
    lift = _number(text)
    if lift is None:
        wanted = "Enter how much better the best is: a number such as 10, or 0"
        problems.append(FieldError("lift", _written(text, 0, MAX_LIFT) or wanted))
        return 1.0
    if rate * (1 + lift / 100) >= 1:
        problems.append(FieldError("lift", "Enter less: the best would succeed every time"))
    return 1 + lift / 100


def _percent(text: str, path: str, whose: str, problems: list[FieldError]) -> float:
    percent = _number(text)
    if percent is None or not LOWEST_RATE <= percent <= HIGHEST_RATE:
        wanted = f"Enter a success rate{whose} from {LOWEST_RATE} to {HIGHEST_RATE} percent, such as 5"
        problems.append(FieldError(path, _written(text, LOWEST_RATE, HIGHEST_RATE) or wanted))
        return 0.0
    return percent / 100


def _written(text: str, low: float, high: float) -> str:
    """What to write instead; blank where it is a number already, or nobody can tell."""
    written = "" if _number(text) is not None else suggested_number(text, low, high)
    return f"Write {written}{': decimals begin with a point' if ',' in text else ''}" if written else ""


def _number(text: str) -> float | None:
    typed = text.strip().removesuffix("%").strip()
    return float(typed) if _NUMBER.fullmatch(typed) else None
