"""The id that Statsig makes of a name, as far as it is known."""

import re
from hashlib import sha256

from .characters import compare_key

_KNOWN = re.compile(r"[A-Za-z0-9 _]+")
_CUSTOMARY = re.compile(r"[A-Za-z0-9 _-]{3,100}")


def expected_id(name: str) -> str:
    """`Button Color Test` becomes `button_color_test`.

    Letters become small and spaces underscores. What becomes of other signs is not known: they are left
    out here (a hyphen stays), and `id_is_certain` says that this is a guess. It may be empty.
    """
    return re.sub(r"[^a-z0-9_-]", "", name.strip().lower().replace(" ", "_"))


def id_is_certain(name: str) -> bool:
    return _KNOWN.fullmatch(name.strip()) is not None


def reservation_key(name: str) -> str:
    """What one autotune alone may hold: the id where it is certain, and otherwise the name, whatever id that gets.

    It is the same for names that look alike.
    """
    key = compare_key(name).strip()
    return expected_id(key) if id_is_certain(key) else f"name {sha256(key.encode()).hexdigest()}"


def is_customary(name: str) -> bool:
    """Whether a name keeps to what Statsig asks of an autotune's sibling objects."""
    return _CUSTOMARY.fullmatch(name) is not None
