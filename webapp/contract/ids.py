"""The ID that Statsig makes of a name, as far as that is known."""

import re
from hashlib import sha256

from .characters import compare_key

_KNOWN = re.compile(r"[A-Za-z0-9 _]+")
_CUSTOMARY = re.compile(r"[A-Za-z0-9 _-]{3,100}")


def expected_id(name: str) -> str:
    """`Button Color Test` becomes `button_color_test`.

    Statsig doesn't document what becomes of other characters: they are left out here (a hyphen stays), and
    `id_is_certain` is false. It may be empty.
    """
    return re.sub(r"[^a-z0-9_-]", "", name.strip().lower().replace(" ", "_"))


def id_is_certain(name: str) -> bool:
    return _KNOWN.fullmatch(name.strip()) is not None


def reservation_key(name: str) -> str:
    """What only one autotune may reserve: its ID if that is certain, otherwise its name. Lookalike names share it."""
    key = compare_key(name).strip()
    return expected_id(key) if id_is_certain(key) else f"name {sha256(key.encode()).hexdigest()}"


def follows_name_rules(name: str) -> bool:
    """Whether a name follows the rules that Statsig documents for similar objects."""
    return _CUSTOMARY.fullmatch(name) is not None
