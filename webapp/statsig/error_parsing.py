"""Why Statsig refused a request, at the fields that it names, in whatever shape it says so."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from ..contract.errors import FieldError
from ..contract.form import FIELDS, VARIANT_FIELDS

Path = tuple[str | int, ...]

MAX_REASONS = 50
MAX_REASON = 500  # characters
MAX_NAME = 100  # characters of what Statsig calls a field
MAX_PATH, MAX_STEPS = 1_000, 10  # characters and steps that are looked at of a path; ours have 3 steps
LEVELS = 5  # of lists and objects within one another

_TEXTS, _PROPERTIES = ("errorMessage", "message", "error", "constraints"), ("property", "path", "field")
_SAME_SENTENCE = r"(?:(?!\bnot\b|n[’']t\b|[.;!?]\s).)*?"
_NAME = r"\b(?<!variant )(?<!group )(?<!project )(?<!company )(?:name|id)\b(?! type)"
_IN_USE = r"\b(?:already (?:exist|in use|taken|used)|(?:exists|taken|used) already|(?:is|been) (?:taken|in use))"
_TAKEN = re.compile(
    f"{_NAME}{_SAME_SENTENCE}{_IN_USE}|already exists{_SAME_SENTENCE}{_NAME}|duplicate {_NAME}"
    r"|\b(?:autotune|experiment)(?: \S+)? already exists|^already (?:exists|in use)"
    rf"|{_NAME}{_SAME_SENTENCE}\b(?:must be|has to be|is not|isn[’']t) unique",
    re.IGNORECASE,
)
_STEP = re.compile(r"[^.\[\]\-/\s\"']+")


def reasons(reply: Any, rows: int = 0) -> list[FieldError]:
    """Why Statsig refused a request with so many variants, at fields where it named them; never empty.

    Documented are `message`, and `errors` with `property` and `errorMessage`; whatever else can be understood is.
    """
    parts = [reply.get(name) for name in ("errors", *_TEXTS)] if isinstance(reply, Mapping) else [reply]
    for part in parts:
        if found := [_reason(*told, rows) for told in islice(_told(part), MAX_REASONS)]:
            return found
    return [FieldError("", "Statsig did not accept this, and gave no reason.")]


def name_taken(problems: list[FieldError]) -> bool:
    """Whether Statsig may have said that the name is in use, wherever that stands on the page."""
    said = [message.partition(": ")[2] for path, message in problems if path in ("", "name")]
    return any(map(_TAKEN.search, said))


def _told(value: Any, written: Any = "", levels: int = LEVELS) -> Iterator[tuple[Any, str]]:
    """Each reason, with the property that is named beside it or above it."""
    if isinstance(value, str) and value.strip():
        yield written, value.strip()
    elif isinstance(value, list) and levels:
        for each in value:
            yield from _told(each, written, levels - 1)
    elif isinstance(value, Mapping) and levels:
        yield from _told_by(value, written, levels - 1)


def _told_by(error: Mapping[str, Any], written: Any, levels: int) -> Iterator[tuple[Any, str]]:
    """One error, by the words that it may have; or, where it has none of them, the reasons by property."""
    named, text = _first(error, _PROPERTIES), _first(error, _TEXTS)
    if named or text:
        yield from _told(list(text.values()) if isinstance(text, Mapping) else text, named or written, levels)
        return
    for name, each in error.items():
        yield from _told(each, name, levels)


def _first(error: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((error[name] for name in names if error.get(name)), None)


def _reason(written: Any, message: str, rows: int) -> FieldError:
    """Where no property is named, a reason often begins with one."""
    path, about = _place(written or message.partition(" ")[0], rows)
    return _said(message, path, about) if written or not about else _said(message)


def _said(message: str, path: Path = (), about: str = "") -> FieldError:
    """`about` names what was meant where the path does not."""
    message = message[:MAX_REASON]
    said = f"Statsig says{about and f' of {about}'}: {message}"
    if _TAKEN.search(message) and (path == ("name",) or not (path or about)):
        return FieldError("name", f"Enter another name. {said}")
    return FieldError("-".join(map(str, path)), said)


def _place(written: Any, rows: int) -> tuple[Path, str]:
    """The field that a property means, and the property's own name where that says more than the field."""
    steps, name = _steps(written)
    path = _field_path(steps, rows)
    return path, "" if list(map(str, path)) == steps else " ".join(name.split())[:MAX_NAME]


def _steps(written: Any) -> tuple[list[str], str]:
    """`body.variants[1].json`, `variants-1-json`, `variants[1]["json"]` or a list, as steps and as one name."""
    if isinstance(written, list):
        steps = [str(step)[:MAX_NAME] for step in written[:MAX_STEPS]]
        name = ".".join(steps)
    else:
        name = written[:MAX_PATH] if isinstance(written, str) else ""
        steps = _STEP.findall(name)
    return steps[1:] if steps[:1] in (["body"], ["request"], ["$"]) else steps, name


def _field_path(steps: list[str], rows: int) -> Path:
    """() where no field is meant."""
    if steps[:1] == ["variants"]:
        return _variant_path(steps[1:3], rows)
    return (steps[0],) if steps and steps[0] in FIELDS else ()


def _variant_path(steps: list[str], rows: int) -> Path:
    row = re.fullmatch(r"[0-9]{1,3}", steps[0]) if steps else None
    if not row or int(row[0]) >= rows or len(steps) < 2 or steps[1] not in VARIANT_FIELDS:
        return ("variants",)
    return ("variants", int(row[0]), steps[1])
