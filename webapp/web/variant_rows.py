"""The buttons that change the form and store nothing: add, remove, format, clear."""

import re
from dataclasses import dataclass, field

from ..contract.errors import FieldError, Path
from ..contract.fields import CONTEXTUAL_ONLY, MAX_VARIANTS
from ..contract.form_data import Answers, empty_variant
from ..contract.json_input import JsonError, read_json, write_json

_ON_A_ROW = re.compile(r"(remove|format)-([0-9]{1,3})")


@dataclass
class FormUpdate:
    """The answers after a button, where the focus belongs now, and what stands in its way."""

    answers: Answers
    focus: Path = ()
    problems: list[FieldError] = field(default_factory=list)


def rearrange(answers: Answers, action: str, numbers: list[int]) -> FormUpdate | None:
    """None for a button that is none of these. `numbers` are those of the rows in the form: there may be gaps."""
    if match := _ON_A_ROW.fullmatch(action):
        if int(match[2]) not in numbers:
            return FormUpdate(answers)
        return (_remove if match[1] == "remove" else _format)(answers, numbers.index(int(match[2])))
    if action == "add":
        return _add(answers)
    return _clear(answers) if action == "clear" else None


def _add(answers: Answers) -> FormUpdate:
    rows = answers["variants"]
    if len(rows) >= MAX_VARIANTS:
        return FormUpdate(answers, ("variants",), [FieldError(("variants",), f"{MAX_VARIANTS} variants are the most")])
    return FormUpdate(answers | {"variants": [*rows, empty_variant()]}, ("variants", len(rows), "name"))


def _remove(answers: Answers, row: int) -> FormUpdate:
    rows = [each for place, each in enumerate(answers["variants"]) if place != row]
    focus: Path = ("variants", min(row, len(rows) - 1), "name") if rows else ("variants",)
    return FormUpdate(answers | {"variants": rows}, focus)


def _format(answers: Answers, row: int) -> FormUpdate:
    path = ("variants", row, "json")
    rows = [dict(each) for each in answers["variants"]]
    try:
        rows[row]["json"] = write_json(read_json(rows[row]["json"].replace("\r\n", "\n")))
    except JsonError as error:
        return FormUpdate(answers, path, [FieldError(path, str(error))])
    return FormUpdate(answers | {"variants": rows}, path)


def _clear(answers: Answers) -> FormUpdate:
    """Empties what only contextual autotunes use."""
    return FormUpdate(answers | dict.fromkeys(CONTEXTUAL_ONLY, ""), ("isContextual",))
