"""Advice on a valid request. It does not prevent the create."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from .characters import character_name, code_point, compare_key, hidden_characters, visible
from .choices import ATTRIBUTION_UNITS, ATTRIBUTION_WINDOWS, EXPLORATION_WINDOWS, window_hours, window_words
from .errors import Advice
from .fields import TextField
from .form import FIELDS
from .ids import expected_id, follows_name_rules, id_is_certain
from .json_input import write_json
from .sections import SECTIONS
from .variant_marks import differing_types, find_misspellings, json_type, missing_keys, misspelled_keys

Body = Mapping[str, Any]
WEEK = 168  # hours
MANY_VARIANTS = 8
MAX_KEY_ADVICE = 20  # a pasted dump may have thousands of different keys
LONG_DESCRIPTION = 1_000  # characters; Statsig's limit for sibling objects
_ORDER = [name for section in SECTIONS for name in section.fields or (section.name,)]


def advice(body: Body) -> list[Advice]:
    """In the order of the form."""
    topics = (_name, _variants, _sizes, _windows, _unit, _kind, _what_counts, _hidden)
    return sorted(
        (advice for topic in topics for advice in topic(body)),
        key=lambda advice: _ORDER.index(advice.field.partition("-")[0]),
    )


def first_data(body: Body) -> str:
    """When to expect the first data, according to Statsig's documentation."""
    window = window_words(body["attributionWindow"], body.get("attributionWindowUnit"))
    return f"After the start, the first data takes the attribution window of {window} plus one to two hours."


def _name(body: Body) -> Iterator[Advice]:
    if not follows_name_rules(body["name"]):
        yield Advice("name", "Statsig usually requires 3 to 100 letters, digits, spaces, _ or - in a name.")
    if not id_is_certain(body["name"]):
        guess = expected_id(body["name"]) or "it"
        yield Advice("name", f"Statsig doesn’t document the ID of a name with these characters; {guess} is a guess.")
    if len(body.get("description") or "") > LONG_DESCRIPTION:
        yield Advice("description", f"Statsig may refuse descriptions over {LONG_DESCRIPTION:,} characters.")


def _variants(body: Body) -> Iterator[Advice]:
    if len(body["variants"]) > MANY_VARIANTS:
        yield Advice("variants", f"More than {MANY_VARIANTS} variants need a lot of traffic; 4 to 8 work best.")
    first: dict[str, int] = {}
    for row, variant in enumerate(body["variants"]):
        similar = first.setdefault(compare_key(variant["name"]), row)
        name, type_ = variant["name"], json_type(variant["json"])
        if similar != row:
            other = body["variants"][similar]["name"]
            yield Advice(f"variants-{row}-name", f"“{name}” looks like the name of variant {similar + 1}, “{other}”.")
        if type_ != "an object":
            yield Advice(_json(row), f"The JSON of “{name}” is {type_}; SDKs expect an object.")
    yield from _equal_json(body)
    yield from islice(_keys(body), MAX_KEY_ADVICE)


def _json(row: int) -> str:
    return f"variants-{row}-json"


def _equal_json(body: Body) -> Iterator[Advice]:
    first: dict[str, str] = {}
    for row, variant in enumerate(body["variants"]):
        name = variant["name"]
        same = first.setdefault(json.dumps(variant["json"], sort_keys=True), name)
        if same != name:
            yield Advice(_json(row), f"“{name}” has the same JSON as “{same}”: users will see no difference.")


def _keys(body: Body) -> Iterator[Advice]:
    """Keys that may be misspelled, that some variants lack, or that have different types."""
    variants = {row: variant for row, variant in enumerate(body["variants"]) if isinstance(variant["json"], dict)}
    objects = {row: variant["json"] for row, variant in variants.items()}
    misspellings = find_misspellings(objects)
    for row, key, meant in misspelled_keys(objects, misspellings):
        name = variants[row]["name"]
        yield Advice(
            _json(row), f"The parameter “{visible(key)}” of “{name}” may be a misspelling of “{visible(meant)}”."
        )
    for key, rows in missing_keys(objects, misspellings).items():
        names = _listed([variants[row]["name"] for row in rows])
        yield Advice(_json(rows[0]), f"The parameter “{visible(key)}” is missing from {names}.")
    for key, types in differing_types(objects).items():
        different = ", ".join(sorted({*types.values()}))
        yield Advice(_json(min(objects)), f"The parameter “{visible(key)}” has different types: {different}.")


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _sizes(body: Body) -> Iterator[Advice]:
    sizes = [variant.get("size") for variant in body["variants"] if variant.get("size") is not None]
    total = round(sum(sizes), 9)
    if sizes and len(sizes) < len(body["variants"]):
        yield Advice("variants", "Some variants have a share and others have none. Give all of them a share, or none.")
    elif sizes and not 99 <= total <= 101:
        yield Advice("variants", f"The shares add up to {_format(total)}%. We assume that they must add up to 100%.")


def _format(number: float) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".")


def _windows(body: Body) -> Iterator[Advice]:
    if body.get("isContextual"):
        return
    exploration, attribution = body["explorationWindow"], body["attributionWindow"]
    message = exploration_advice(exploration, attribution, body.get("attributionWindowUnit"))
    if message:
        yield Advice("attributionWindow", message)
    elif window_hours(exploration) < WEEK:
        yield Advice(
            "explorationWindow",
            "Exploring for less than a week may pick the wrong variant, since behavior varies by day of the week.",
        )


def exploration_advice(exploration: str, attribution: str, unit: str | None) -> str:
    """Blank unless a classic autotune with these windows ends its exploration before anything has been counted."""
    explored, counted_after = window_hours(exploration), window_hours(attribution, unit)
    if counted_after < explored:
        return ""
    length = "as long as" if counted_after == explored else "longer than"
    return (
        f"The attribution window is {length} the exploration window: when exploration ends, nothing has been counted "
        f"yet, and the first few results may already decide. {_longer_exploration(exploration, counted_after)}"
    )


def _longer_exploration(exploration: str, attribution_hours: float) -> str:
    """What to choose so that at least half of the exploration is counted by its end, and each day of the week."""
    longest, shortest = EXPLORATION_WINDOWS[-1], max(2 * attribution_hours, WEEK)
    enough = (choice for choice in EXPLORATION_WINDOWS if window_hours(choice.text) >= shortest)
    if choice := next(enough, None):
        return f"Choose an exploration window of {choice.label}{'' if choice == longest else ' or more'}."
    also = "" if exploration == longest.text else f" and an exploration window of {longest.label}"
    return f"Choose an attribution window of at most {_longest_attribution(window_hours(longest.text) / 2)}{also}."


def _longest_attribution(hours: float) -> str:
    windows = [(window.text, unit.text) for window in ATTRIBUTION_WINDOWS for unit in ATTRIBUTION_UNITS]
    window, unit = max((each for each in windows if window_hours(*each) <= hours), key=lambda each: window_hours(*each))
    return window_words(window, unit)


def _unit(body: Body) -> Iterator[Advice]:
    if body.get("attributionWindowUnit") not in (None, "hour"):
        words = window_words(body["attributionWindow"], body.get("attributionWindowUnit"))
        yield Advice(
            "attributionWindowUnit",
            f"We assume that the attribution window is {words}. Statsig doesn’t document how it reads the unit.",
        )


def _kind(body: Body) -> Iterator[Advice]:
    if body.get("isContextual") and not body.get("linkedExperimentName"):
        yield Advice("linkedExperimentName", "A contextual autotune is best measured with a linked experiment.")
    if body.get("optimizationParameter") == "value" and not (body.get("valueColumn") or body.get("metadataField")):
        yield Advice(
            "optimizationParameter",
            "To optimize for a value, name the metadata field or the value column.",
        )


def _what_counts(body: Body) -> Iterator[Advice]:
    """Several properties say what an autotune optimizes. Statsig doesn’t document which one counts."""
    named = [name for name in ("successEventValue", "metadataField", "valueColumn") if body.get(name)]
    chosen = body.get("optimizationParameter")
    optimized = set(named) - {"successEventValue"}
    contradicts = (chosen == "occurrence" and optimized) or (chosen == "value" and "successEventValue" in named)
    if len(named) > 1 or contradicts:
        named += ["optimizationParameter"] if chosen else []
        titles = [f"“{FIELDS[name].title}”" for name in named]
        listed = f"{', '.join(titles[:-1])} and {titles[-1]}"
        yield Advice(named[0], f"{listed} are filled in. Statsig doesn’t document which one counts.")


def _hidden(body: Body) -> Iterator[Advice]:
    for name, field in FIELDS.items():
        value = body.get(name)
        if isinstance(value, str | list):
            single_line = not isinstance(field, TextField)
            yield from _hidden_in(name, field.title, "".join(value), single_line)
    for row, variant in enumerate(body["variants"]):
        yield from _hidden_in(f"variants-{row}-name", f"The name of variant {row + 1}", variant["name"], True)
        yield from _hidden_in(_json(row), f"The JSON of variant {row + 1}", write_json(variant["json"]))


def _hidden_in(field: str, where: str, text: str, single_line: bool = False) -> Iterator[Advice]:
    if hidden := hidden_characters(text, single_line):
        plural, verb = ("s", "They are") if len(hidden) > 1 else ("", "It is")
        yield Advice(field, f"{where} contains the hidden character{plural} {_named(hidden)}. {verb} sent as typed.")


def _named(characters: list[str]) -> str:
    named = [f"{code_point(character)} ({character_name(character)})" for character in characters[:3]]
    return ", ".join(named) + (f" and {len(characters) - 3} more" if len(characters) > 3 else "")
