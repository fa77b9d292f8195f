"""How an answer of Statsig's compares with what was sent."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .choices import ATTRIBUTION_UNITS, ATTRIBUTION_WINDOWS, choice_of, window_hours
from .fields import ChoiceField, TypedField
from .form import FIELDS, VARIANT_FIELDS

_WINDOW, _UNIT = "attributionWindow", "attributionWindowUnit"
_UNSENT = {"isContextual": False, "idType": "userID"}  # what an autotune is when these are left out


class Difference(NamedTuple):
    """A member whose value came back otherwise than it was sent, or than it is when it was not sent."""

    label: str
    sent: Any
    came_back: Any


def differences(sent: Mapping[str, Any], answer: Mapping[str, Any]) -> list[Difference]:
    """Where an answer contradicts what was sent.

    Members that the answer leaves out contradict nothing, and spellings of one choice are equal. The name
    is left to the id: Statsig's answers need not repeat it.
    """
    return [
        *_members_that_differ(sent, answer),
        *_window_that_differs(sent, answer),
        *_what_was_not_sent(sent, answer),
        *_variants_that_differ(sent["variants"], answer.get("variants")),
    ]


def confirms(sent: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    """Whether what Statsig holds is what was sent: its variants are there and nothing contradicts."""
    return isinstance(answer.get("variants"), list) and not differences(sent, answer)


def _members_that_differ(sent: Mapping[str, Any], answer: Mapping[str, Any]) -> list[Difference]:
    return [
        Difference(FIELDS[name].title, value, answer[name])
        for name, value in sent.items()
        if name in FIELDS.keys() - {_WINDOW, _UNIT}
        and answer.get(name) is not None
        and not _equal(FIELDS[name], value, answer[name])
    ]


def _window_that_differs(sent: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Difference]:
    """The attribution window with its unit, since neither says anything alone."""
    if _WINDOW not in sent:
        return
    window, unit = sent[_WINDOW], sent.get(_UNIT)
    hours = _hours(window, unit)
    if hours is None or hours != _hours_back(window, unit, answer):
        yield Difference(FIELDS[_WINDOW].title, _as_written(sent), _as_written(answer))


def _hours_back(window: Any, unit: Any, answer: Mapping[str, Any]) -> float | None:
    """What an answer says of the window that was sent. A number without any unit may go by the one that was sent."""
    came_back = window if answer.get(_WINDOW) is None else answer[_WINDOW]
    left_to_us = answer.get(_WINDOW) is None or str(came_back).isdigit()
    return _hours(came_back, answer.get(_UNIT) or (unit if left_to_us else None))


def _hours(window: Any, unit: Any) -> float | None:
    """How long a window of an answer lasts, as far as it is known. With a unit, `2hrs` is as good as `2`."""
    known, units = choice_of(ATTRIBUTION_WINDOWS, str(window)), choice_of(ATTRIBUTION_UNITS, str(unit or "hour"))
    return window_hours(known.text, units.text) if known and units else None


def _as_written(members: Mapping[str, Any]) -> Any:
    written = [members[name] for name in (_WINDOW, _UNIT) if members.get(name) not in (None, "")]
    return written[0] if len(written) == 1 else " ".join(map(str, written))


def _what_was_not_sent(sent: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Difference]:
    for name, taken in _UNSENT.items():
        came_back = answer.get(name)
        if name not in sent and came_back not in (None, "") and not same_json(_small(came_back), _small(taken)):
            yield Difference(FIELDS[name].title, taken, came_back)


def _small(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _equal(field: TypedField, sent: Any, came_back: Any) -> bool:
    if isinstance(field, ChoiceField) and not isinstance(sent, bool):
        one, other = (choice_of(field.choices, str(value)) for value in (sent, came_back))
        return one is not None and one == other
    return same_json(sent, came_back)


def same_json(one: Any, other: Any) -> bool:
    """Equality of JSON values, where 1 is 1.0 but never true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return bool(one == other)


def _variants_that_differ(sent: list[Any], answer: Any) -> list[Difference]:
    if not isinstance(answer, list):
        return []
    if len(answer) != len(sent):
        return [Difference("Number of variants", len(sent), len(answer))]
    return [
        Difference(f"Variant {row}, {field.name}", one[field.name], other.get(field.name))
        for row, (one, other) in enumerate(zip(sent, map(_members, answer), strict=True), start=1)
        for field in VARIANT_FIELDS.values()
        if field.name in one and not _came_back(field, one, other)
    ]


def _members(variant: Any) -> Mapping[str, Any]:
    """A variant of an answer; what is no object holds nothing."""
    return variant if isinstance(variant, dict) else {}


def _came_back(field: TypedField, sent: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    left_out = answer.get(field.name) is None and not field.flags.required
    return left_out or same_json(sent[field.name], answer.get(field.name))
