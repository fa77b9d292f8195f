"""Compares an autotune that Statsig returned with the request that was sent."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from .choices import ATTRIBUTION_UNITS, ATTRIBUTION_WINDOWS, find_choice, window_hours
from .fields import ChoiceField, TypedField
from .form import FIELDS, UNIT, VARIANT_FIELDS, WINDOW

_DEFAULTS = {"isContextual": False, "idType": "userID"}  # of properties that were not sent


class Difference(NamedTuple):
    """A property that Statsig returned with another value than was sent, or than the default if it was not sent."""

    label: str
    sent: Any
    returned: Any


def differences(sent: Mapping[str, Any], returned: Mapping[str, Any]) -> list[Difference]:
    """Where a response contradicts the request.

    Properties that the response leaves out contradict nothing, and spellings of one choice are equal. The name
    is not compared: Statsig need not return it.
    """
    return [*_of_request(sent, returned), *_targeting(returned)]


def _of_request(sent: Mapping[str, Any], returned: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _properties(sent, returned)
    yield from _attribution_window(sent, returned)
    yield from _defaults(sent, returned)
    yield from _variants(sent["variants"], returned.get("variants"))


def as_returned(sent: Mapping[str, Any], returned: Mapping[str, Any]) -> dict[str, Any]:
    """The request with the settings of a response in their place, as far as these can be read."""
    settings = {name: _setting(field, returned.get(name)) for name, field in FIELDS.items()}
    return {**sent, **{name: value for name, value in settings.items() if value is not None}}


def _setting(field: TypedField, value: Any) -> Any:
    """A value that could be sent; None for any other."""
    if isinstance(field, ChoiceField):
        choice = find_choice(field.choices, str(value).lower() if isinstance(value, bool) else str(value))
        return None if choice is None else choice.value
    with suppress(ValueError):
        return value if field.from_json(value) else None
    return None


def differs(sent: Mapping[str, Any], returned: Mapping[str, Any]) -> bool | None:
    """Whether anything contradicts the request; None if the response has no variants to compare."""
    if differences(sent, returned):
        return True
    return False if isinstance(returned.get("variants"), list) else None


def confirms(sent: Mapping[str, Any], returned: Mapping[str, Any]) -> bool:
    """Whether this is the autotune that was sent: it has variants, and nothing contradicts."""
    return isinstance(returned.get("variants"), list) and not [*_of_request(sent, returned)]


def _properties(sent: Mapping[str, Any], returned: Mapping[str, Any]) -> Iterator[Difference]:
    for name, value in sent.items():
        if name not in FIELDS or name in (WINDOW, UNIT) or returned.get(name) is None:
            continue
        if not _equal(FIELDS[name], value, returned[name]):
            yield Difference(FIELDS[name].title, value, returned[name])


def _attribution_window(sent: Mapping[str, Any], returned: Mapping[str, Any]) -> Iterator[Difference]:
    """The window with its unit, since neither means anything alone."""
    if WINDOW not in sent:
        return
    hours = _hours(sent[WINDOW], sent.get(UNIT))
    if hours is None or hours != _returned_hours(sent, returned):
        yield Difference(FIELDS[WINDOW].title, _with_unit(sent), _with_unit(returned))


def _returned_hours(sent: Mapping[str, Any], returned: Mapping[str, Any]) -> float | None:
    """A bare number without a unit may be in the unit that was sent."""
    window = sent[WINDOW] if returned.get(WINDOW) is None else returned[WINDOW]
    default = sent.get(UNIT) if returned.get(WINDOW) is None or str(window).isdigit() else None
    return _hours(window, returned.get(UNIT) or default)


def _hours(window: Any, unit: Any) -> float | None:
    """None for an unknown window or unit. With a unit, `2hrs` is the same as `2`."""
    known, units = find_choice(ATTRIBUTION_WINDOWS, str(window)), find_choice(ATTRIBUTION_UNITS, str(unit or "hour"))
    return window_hours(known.text, units.text) if known and units else None


def _with_unit(properties: Mapping[str, Any]) -> Any:
    values = [properties[name] for name in (WINDOW, UNIT) if properties.get(name) not in (None, "")]
    return values[0] if len(values) == 1 else " ".join(map(str, values))


def _defaults(sent: Mapping[str, Any], returned: Mapping[str, Any]) -> Iterator[Difference]:
    for name, default in _DEFAULTS.items():
        value = returned.get(name)
        if name not in sent and value not in (None, "") and not same_json(_lower(value), _lower(default)):
            yield Difference(FIELDS[name].title, default, value)


def _targeting(returned: Mapping[str, Any]) -> Iterator[Difference]:
    """No request has rules. Those that leave somebody out were added in the console."""
    rules = returned.get("inlineTargetingRules")
    if isinstance(rules, list) and any(_narrows(rule) for rule in rules):
        yield Difference("Targeting", "all users", rules)


def _narrows(rule: Any) -> bool:
    if not isinstance(rule, dict):
        return False
    conditions = rule.get("conditions")
    is_for_some = isinstance(conditions, list) and any(condition != {"type": "public"} for condition in conditions)
    return is_for_some or rule.get("passPercentage", 100) != 100


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _equal(field: TypedField, sent: Any, returned: Any) -> bool:
    if isinstance(field, ChoiceField) and not isinstance(sent, bool):
        choice = find_choice(field.choices, str(sent))
        return choice is not None and choice == find_choice(field.choices, str(returned))
    return same_json(sent, returned)


def same_json(one: Any, other: Any) -> bool:
    """Equality of JSON values, where 1 is 1.0 but never true."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return bool(one == other)


def _variants(sent: list[Any], returned: Any) -> Iterator[Difference]:
    """Those that were added, left out, moved or renamed, and what differs in the others."""
    if not isinstance(returned, list):
        return
    if _names(sent) != _names(returned):
        yield Difference("Variants", _names(sent), _names(returned))
    by_name = {str(variant.get("name")): variant for variant in returned if isinstance(variant, dict)}
    for variant in sent:
        if variant["name"] in by_name:
            yield from _variant(variant, by_name[variant["name"]])


def _names(variants: list[Any]) -> str:
    names = (variant.get("name") if isinstance(variant, dict) else None for variant in variants)
    return ", ".join(str(name or "without a name") for name in names) or "none"


def _variant(sent: Mapping[str, Any], returned: Mapping[str, Any]) -> Iterator[Difference]:
    for name, field in VARIANT_FIELDS.items():
        value = returned.get(name)
        left_out = value is None and not field.flags.required
        if name in sent and not left_out and not same_json(sent[name], value):
            yield Difference(f"{sent['name']}, {field.title}", sent[name], value)
