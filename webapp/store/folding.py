"""Text as it is compared and searched: as by `compare_key`, with single spaces."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from ..contract.characters import compare_key, visible

MAX_KEY = 200  # characters of a name in an index: PostgreSQL takes at most 2,704 bytes
MAX_PART = 1_000  # characters of one name, event or person in the search text
MAX_TEXT = 20_000  # characters of the whole search text
TRIGRAM = 3  # characters

# The columns of the search text.
SEARCHED = ("name", "statsig_id", "expected_id", "form_data", "created_by", "changed_by", "sent_by")


def fold(text: str) -> str:
    """`KÄSE` and `Käse` become `käse`. Characters that a database cannot store, such as U+0000, are replaced."""
    return " ".join(compare_key(visible(text)).split())


def name_key(name: str) -> str:
    """The folded name, short enough for an index: a long one is cut, with a hash of the whole."""
    folded = fold(name)
    if len(folded) <= MAX_KEY:
        return folded
    return f"{folded[:MAX_KEY]} {sha256(folded.encode()).hexdigest()}"


def search_text(row: Mapping[str, Any]) -> str:
    """A line each for name, Statsig ID, success event, variants and people. `row` has the columns `SEARCHED`.

    Two spaces stand before each word, so that its first character is a trigram as well.
    """
    lines = dict.fromkeys(_spaced(fold(part[:MAX_PART])) for part in _parts(row) if part)
    return "\n".join(lines)[:MAX_TEXT]


def needle(search: str) -> str:
    """The substring of a search text that a search matches. Under three characters it matches starts of words."""
    folded = fold(search)
    spaced = _spaced(folded)
    return spaced if len(folded) < TRIGRAM else spaced.removeprefix("  ")


def _spaced(folded: str) -> str:
    return "".join(f"  {word}" for word in folded.split(" ") if word)


def _parts(row: Mapping[str, Any]) -> Iterator[str | None]:
    form = json.loads(row["form_data"] or "{}")
    yield row["name"]
    yield row.get("statsig_id") or row.get("expected_id")
    yield form.get("successEvent")
    yield from (variant["name"] for variant in form.get("variants", ()))
    yield from (row.get(person) for person in ("created_by", "changed_by", "sent_by"))
