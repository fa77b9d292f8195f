"""Worth knowing before an autotune is created, and never in the way of it."""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from .characters import character_name, code_point, compare_key, hidden_characters, visible
from .choices import window_hours, window_words
from .errors import Advice, Path
from .fields import FIELD, FIELDS
from .ids import expected_id, id_is_certain, is_customary
from .json_input import write_json
from .validation import ORDER, Autotune

WEEK = 168  # hours
MANY_VARIANTS = 8
MANY_KEYS = 20  # so many remarks on keys are enough; a pasted dump could earn 200,000
LONG_DESCRIPTION = 1_000  # characters; Statsig's limit for sibling objects
_TYPES = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
}
_PLACES = ("one variant", "another", "a third", "a fourth", "a fifth", "a sixth")  # as many as there are types


def advice(autotune: Autotune) -> list[Advice]:
    """In the order of the form."""
    parts = (_name, _variants, _sizes, _windows, _unit, _kind, _what_counts, _hidden)
    found = [each for part in parts for each in part(autotune)]
    return sorted(found, key=lambda each: ORDER.index(str(each.path[0])))


def first_data(autotune: Autotune) -> str:
    """When the first data is to be expected, counted from the start."""
    window = window_words(autotune.attribution_window, autotune.attribution_window_unit)
    return f"The first data is to be expected after the attribution window, {window}, and one to two hours more."


def _name(autotune: Autotune) -> Iterator[Advice]:
    if not is_customary(autotune.name):
        yield Advice(("name",), "Statsig usually wants 3 to 100 letters, digits, spaces, _ or - in a name.")
    if not id_is_certain(autotune.name):
        guess = expected_id(autotune.name)
        yield Advice(("name",), f"How Statsig turns these signs into an id is not known; {guess or 'it'} is a guess.")
    if len(autotune.description or "") > LONG_DESCRIPTION:
        yield Advice(("description",), f"Statsig may refuse descriptions over {LONG_DESCRIPTION:,} characters.")


def _variants(autotune: Autotune) -> Iterator[Advice]:
    if len(autotune.variants) > MANY_VARIANTS:
        yield Advice(("variants",), f"More than {MANY_VARIANTS} variants need a lot of traffic; 4 to 8 work best.")
    first: dict[str, int] = {}
    for row, variant in enumerate(autotune.variants):
        like = first.setdefault(compare_key(variant.name), row)
        if like != row:
            other = autotune.variants[like].name
            yield Advice(
                ("variants", row, "name"), f"“{variant.name}” looks like the name of variant {like + 1}, “{other}”."
            )
        if not isinstance(variant.json, dict):
            yield Advice(_json(row), f"The JSON of “{variant.name}” is {_type(variant.json)}; SDKs expect an object.")
    yield from _equal_json(autotune)
    yield from islice(_keys(autotune), MANY_KEYS)


def _json(row: int) -> tuple[str, int, str]:
    return ("variants", row, "json")


def _type(value: Any) -> str:
    return _TYPES.get(type(value), "null")


def _equal_json(autotune: Autotune) -> Iterator[Advice]:
    first: dict[str, str] = {}
    for row, variant in enumerate(autotune.variants):
        same = first.setdefault(_sorted(variant.json), variant.name)
        if same != variant.name:
            yield Advice(_json(row), f"“{variant.name}” has the same JSON as “{same}”: users will see no difference.")


def _sorted(value: Any) -> str:
    """A text that is equal for equal JSON, whatever the order of its keys and the spelling of its numbers."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_sorted(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_sorted, value)) + "]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return repr(value + 0.0)  # which makes 0.0 of -0.0 as well
    return json.dumps(value)


def _keys(autotune: Autotune) -> Iterator[Advice]:
    """One piece of advice for each key that not all variants have, or not as the same type."""
    objects = [(row, each.name, each.json) for row, each in enumerate(autotune.variants) if isinstance(each.json, dict)]
    for key in dict.fromkeys(key for _, _, found in objects for key in found):
        without = [(row, name) for row, name, found in objects if key not in found]
        types = {_type(found[key]) for _, _, found in objects if key in found}
        if without:
            yield Advice(
                _json(without[0][0]), f"The key “{visible(key)}” is missing from {_listed([n for _, n in without])}."
            )
        if len(types) > 1:
            yield Advice(
                _json(objects[0][0]),
                f"The key “{visible(key)}” is {_by_variant(types)}.",
            )


def _by_variant(types: set[str]) -> str:
    return ", ".join(f"{each} in {place}" for each, place in zip(sorted(types), _PLACES, strict=False))


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown


def _sizes(autotune: Autotune) -> Iterator[Advice]:
    sizes = [variant.size for variant in autotune.variants if variant.size is not None]
    total = round(sum(sizes), 9)
    if sizes and len(sizes) < len(autotune.variants):
        yield Advice(("variants",), "Some variants have a size and others have none. Give all of them a size, or none.")
    elif sizes and not 99 <= total <= 101:
        yield Advice(
            ("variants",), f"The sizes add up to {_figures(total)}. We assume percentages, which add up to 100."
        )


def _figures(number: float) -> str:
    return f"{number:.9f}".rstrip("0").rstrip(".")


def _windows(autotune: Autotune) -> Iterator[Advice]:
    exploration = window_hours(autotune.exploration_window)
    attribution = window_hours(autotune.attribution_window, autotune.attribution_window_unit)
    if attribution > exploration:
        yield Advice(
            ("attributionWindow",),
            "The attribution window is longer than the exploration window: exploring ends before the first results.",
        )
    if exploration < WEEK:
        yield Advice(
            ("explorationWindow",),
            "Exploring for less than a week can let a loser win, since people act differently on other weekdays.",
        )


def _unit(autotune: Autotune) -> Iterator[Advice]:
    """Hours are what a window without a unit is in."""
    if autotune.attribution_window_unit not in (None, "hour"):
        words = window_words(autotune.attribution_window, autotune.attribution_window_unit)
        yield Advice(
            ("attributionWindowUnit",),
            f"That the attribution window is {words} is an inference: Statsig does not say how it reads the unit.",
        )


def _kind(autotune: Autotune) -> Iterator[Advice]:
    if autotune.is_contextual and not autotune.linked_experiment_name:
        yield Advice(("linkedExperimentName",), "A contextual autotune is best measured with a linked experiment.")
    if autotune.optimization_parameter == "value" and not (autotune.value_column or autotune.metadata_field):
        yield Advice(
            ("optimizationParameter",),
            "To optimize for a value, name the metadata field or the value column.",
        )


def _what_counts(autotune: Autotune) -> Iterator[Advice]:
    """Several members say what an autotune optimizes, and nothing is published on which one wins."""
    named = [name for name in ("successEventValue", "metadataField", "valueColumn") if _value_of(autotune, name)]
    chosen = autotune.optimization_parameter
    optimized = set(named) - {"successEventValue"}
    contradicts = (chosen == "occurrence" and optimized) or (chosen == "value" and "successEventValue" in named)
    if len(named) > 1 or contradicts:
        named += ["optimizationParameter"] if chosen else []
        titles = [f"“{FIELD[name].title}”" for name in named]
        listed = f"{', '.join(titles[:-1])} and {titles[-1]}"
        yield Advice((named[0],), f"{listed} are filled in. Statsig doesn’t document which one counts.")


def _value_of(autotune: Autotune, name: str) -> Any:
    return getattr(autotune, FIELD[name].attribute)


def _hidden(autotune: Autotune) -> Iterator[Advice]:
    for field in FIELDS:
        value = getattr(autotune, field.attribute)
        if isinstance(value, str | tuple):
            text = "".join(value)
            yield from _hidden_in((field.name,), field.title, text, single_line=field.kind != "text")
    for row, variant in enumerate(autotune.variants):
        yield from _hidden_in(
            ("variants", row, "name"), f"The name of variant {row + 1}", variant.name, single_line=True
        )
        yield from _hidden_in(_json(row), f"The JSON of variant {row + 1}", write_json(variant.json))


def _hidden_in(path: Path, where: str, text: str, single_line: bool = False) -> Iterator[Advice]:
    if found := hidden_characters(text, single_line):
        them = ("the hidden characters", "They are") if len(found) > 1 else ("the hidden character", "It is")
        yield Advice(path, f"{where} contains {them[0]} {_named(found)}. {them[1]} sent as typed.")


def _named(characters: list[str]) -> str:
    named = [f"{code_point(each)} ({character_name(each)})" for each in characters[:3]]
    return ", ".join(named) + (f" and {len(characters) - 3} more" if len(characters) > 3 else "")
