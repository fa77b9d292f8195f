"""The request body of an autotune, and how an answer of Statsig's compares with it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from .choices import bare_number, choice_of
from .fields import FIELD, FIELDS, VARIANT_FIELDS, Field
from .jsontext import write_json
from .reading import Autotune, Variant


class Difference(NamedTuple):
    """A member whose value came back otherwise than it was sent."""

    label: str
    sent: Any
    came_back: Any


def payload(autotune: Autotune) -> dict[str, Any]:
    """The members to send, and no others: what was left blank is absent. JSON-ready."""
    members: dict[str, Any] = {
        "name": autotune.name,
        "variants": [_variant(each) for each in autotune.variants],
    }
    for field in FIELDS:
        value = getattr(autotune, field.attribute)
        if value is not None and not _is_classic(field, value):
            members[field.name] = list(value) if isinstance(value, tuple) else value
    if autotune.attribution_window_unit:
        members["attributionWindow"] = bare_number(autotune.attribution_window)
    return members


def body(autotune: Autotune) -> str:
    """The exact text that is shown when read back, and sent."""
    return write_json(payload(autotune))


def _is_classic(field: Field, value: Any) -> bool:
    """`isContextual` says something only when true."""
    return field.name == "isContextual" and value is False


def _variant(variant: Variant) -> dict[str, Any]:
    members = {"name": variant.name, "json": variant.json}
    return members if variant.size is None else members | {"size": variant.size}


def differences(sent: Mapping[str, Any], answer: Mapping[str, Any]) -> list[Difference]:
    """Where an answer contradicts what was sent.

    Members that the answer leaves out contradict nothing, and spellings of one choice are equal. The name
    is left to the id: Statsig's answers need not repeat it.
    """
    found = [
        Difference(FIELD[name].label, value, answer[name])
        for name, value in sent.items()
        if name in FIELD and answer.get(name) is not None and not _equal(FIELD[name], value, answer[name])
    ]
    return found + _variant_differences(sent["variants"], answer.get("variants"))


def confirms(sent: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    """Whether what Statsig holds is what was sent: its variants are there and nothing contradicts."""
    return isinstance(answer.get("variants"), list) and not differences(sent, answer)


def _equal(field: Field, sent: Any, came_back: Any) -> bool:
    if field.choices and not field.boolean:
        one, other = (choice_of(field.choices, str(value)) for value in (sent, came_back))
        return one is not None and one == other
    return _same_json(sent, came_back)


def _same_json(one: Any, other: Any) -> bool:
    """Equality of JSON values, where 1 is 1.0 but never true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same_json(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same_json, one, other))
    return bool(one == other)


def _variant_differences(sent: list[Any], answer: Any) -> list[Difference]:
    if not isinstance(answer, list):
        return []
    if len(answer) != len(sent):
        return [Difference("Number of variants", len(sent), len(answer))]
    return [
        Difference(f"Variant {row}, {field.name}", one[field.name], other.get(field.name))
        for row, (one, other) in enumerate(zip(sent, map(_members, answer), strict=True), start=1)
        for field in VARIANT_FIELDS
        if field.name in one and not _came_back(field, one, other)
    ]


def _members(variant: Any) -> Mapping[str, Any]:
    """A variant of an answer; what is no object holds nothing."""
    return variant if isinstance(variant, dict) else {}


def _came_back(field: Field, sent: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    left_out = answer.get(field.name) is None and not field.required
    return left_out or _same_json(sent[field.name], answer.get(field.name))
