"""What looks wrong in one variant beside the others: a misspelled or missing key, or a value of another type."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from itertools import chain, islice
from typing import Any, NamedTuple

SIMILARITY = 0.8  # of 1; `colour` and `color` have 0.91
MAX_COMPARED = 50  # keys; a pasted dump may have thousands
MAX_MARKS = 200
TYPES = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
}

Objects = Mapping[int, Mapping[str, Any]]  # the JSON objects of variants, by row


class Mark(NamedTuple):
    """`row` and `key` are those of the cell, which may be missing in its variant."""

    row: int
    key: str
    message: str


def variant_marks(values: Sequence[Any]) -> list[Mark]:
    """Of the variants' JSON; what is no object has none."""
    objects = {row: value for row, value in enumerate(values) if isinstance(value, dict)}
    misspellings = find_misspellings(objects)
    misspelled = (Mark(row, key, f"Is this “{meant}”?") for row, key, meant in misspelled_keys(objects, misspellings))
    missing = (
        Mark(row, key, f"The parameter “{key}” is missing")
        for key, rows in missing_keys(objects, misspellings).items()
        for row in rows
    )
    return list(islice(chain(misspelled, missing, _of_other_types(objects)), MAX_MARKS))


def misspelled_keys(objects: Objects, misspellings: Mapping[str, str]) -> Iterator[tuple[int, str, str]]:
    """Each with its row, and the key that may be meant."""
    for key, meant in misspellings.items():
        yield from ((row, key, meant) for row, value in objects.items() if key in value)


def missing_keys(objects: Objects, misspellings: Mapping[str, str]) -> dict[str, list[int]]:
    """The keys that some have and others lack, with the rows of those. A misspelled key is not missing."""
    present = {row: {misspellings.get(key, key) for key in value} for row, value in objects.items()}
    keys = dict.fromkeys(key for value in objects.values() for key in value if key not in misspellings)
    missing = {key: [row for row, own in present.items() if key not in own] for key in keys}
    return {key: rows for key, rows in missing.items() if rows}


def differing_types(objects: Objects) -> dict[str, dict[int, str]]:
    """The keys whose values have different types, with the type in each row."""
    keys = dict.fromkeys(key for value in objects.values() for key in value)
    types = {key: {row: json_type(value[key]) for row, value in objects.items() if key in value} for key in keys}
    return {key: by_row for key, by_row in types.items() if len({*by_row.values()}) > 1}


def json_type(value: Any) -> str:
    """In words."""
    return TYPES.get(type(value), "null")


def find_misspellings(objects: Objects) -> dict[str, str]:
    """Rare keys with the similar, more common key that they may stand for; no variant has both.

    Of two that are as rare, the first one is taken to be right.
    """
    counts = Counter(key for value in objects.values() for key in value)
    found: dict[str, str] = {}
    latest_first = [*counts][::-1]
    rarest_first = sorted(latest_first, key=lambda key: counts[key])
    for key in rarest_first if len(counts) <= MAX_COMPARED else ():
        others = [other for other in counts if other not in (key, *found) and counts[other] >= counts[key]]
        apart = [other for other in others if not any(key in value and other in value for value in objects.values())]
        if matches := get_close_matches(key, apart, n=1, cutoff=SIMILARITY):
            found[key] = matches[0]
    return found


def _of_other_types(objects: Objects) -> Iterator[Mark]:
    for key, types in differing_types(objects).items():
        usual = Counter(types.values()).most_common(1)[0][0]
        message = f"The other variants have {usual} here"
        yield from (Mark(row, key, message) for row, type_ in types.items() if type_ != usual)
