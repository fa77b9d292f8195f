"""What somebody typed, whatever it is worth: text for every field, and a list of variants."""

from collections.abc import Mapping
from typing import Any, TypedDict

from .errors import FieldError, Path
from .fields import FIELDS, MIN_VARIANTS, VARIANT_FIELDS, Field
from .json_input import write_json
from .number_input import plain_figures


class VariantAnswers(TypedDict):
    name: str
    json: str
    size: str


# The names of FIELDS, each with the text as typed, and "variants": list[VariantAnswers].
Answers = dict[str, Any]


def empty_variant() -> VariantAnswers:
    return {"name": "", "json": "", "size": ""}


def starting_answers() -> Answers:
    """An empty form: values that give no advice. Statsig's console starts from them too, but explores for a day."""
    answers: Answers = {field.name: field.start for field in FIELDS}
    return topped_up(answers | {"variants": []})


def is_untouched(answers: Answers) -> bool:
    """Whether nothing was typed or chosen: as an empty form begins, with any number of empty variants."""
    initial = all(answers[field.name].strip() in ("", field.start) for field in FIELDS)
    return initial and not any(text.strip() for row in answers["variants"] for text in row.values())


def topped_up(answers: Answers) -> Answers:
    """With so many rows as an autotune needs at least."""
    rows = answers["variants"]
    return answers | {"variants": rows + [empty_variant() for _ in range(MIN_VARIANTS - len(rows))]}


def answers_of(body: object) -> tuple[Answers, list[FieldError]]:
    """A request body, as decoded from JSON, put as if it had been typed; members of a wrong type are problems."""
    if not isinstance(body, Mapping):
        return starting_answers() | {"variants": []}, [FieldError((), "The body must be a JSON object")]
    problems = _strangers(body, {"variants", *(field.name for field in FIELDS)}, ())
    answers: Answers = {field.name: _typed(field, body, (), problems) for field in FIELDS}
    answers["variants"] = _variants(body.get("variants", []), problems)
    return answers, problems


def _variants(found: object, problems: list[FieldError]) -> list[VariantAnswers]:
    if not isinstance(found, list):
        problems.append(FieldError(("variants",), "Variants must be a list"))
        return []
    return [_variant(index, item, problems) for index, item in enumerate(found)]


def _variant(index: int, item: object, problems: list[FieldError]) -> VariantAnswers:
    path: Path = ("variants", index)
    if not isinstance(item, Mapping):
        problems.append(FieldError(path, "A variant must be an object"))
        return empty_variant()
    problems += _strangers(item, {field.name for field in VARIANT_FIELDS}, path)
    name, size, json = (_typed(field, item, path, problems) for field in VARIANT_FIELDS)
    return {"name": name, "json": json, "size": size}


def _strangers(found: Mapping[Any, Any], known: set[str], path: Path) -> list[FieldError]:
    return [
        FieldError((*path, str(name)), f"{name} is not a member of Create Autotune")
        for name in found
        if name not in known
    ]


def _typed(field: Field, body: Mapping[Any, Any], path: Path, problems: list[FieldError]) -> str:
    """The text that stands for one member. JSON takes any value, and so does an absent member."""
    value = body.get(field.name)
    if field.name not in body or (value is None and field.kind != "json"):
        return ""
    if field.kind == "json":
        return write_json(value)
    text = _as_text(field, value)
    if text is None:
        problems.append(FieldError((*path, field.name), f"Expected {_EXPECTED[_type_of(field)]}"))
    return text or ""


_EXPECTED = {"boolean": "true or false", "number": "a number", "lines": "a list of texts", "text": "a text"}


def _type_of(field: Field) -> str:
    if field.boolean:
        return "boolean"
    if field.kind in ("number", "share"):
        return "number"
    return "lines" if field.kind == "lines" else "text"


def _as_text(field: Field, value: object) -> str | None:
    wanted = _type_of(field)
    if wanted == "boolean" and isinstance(value, bool):
        return "true" if value else "false"
    if wanted == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return plain_figures(value)
    if wanted == "lines" and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "\n".join(value)
    return value if wanted == "text" and isinstance(value, str) else None
