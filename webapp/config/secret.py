"""Values that must not be printed."""

import re

# What Statsig's keys look like, of whatever project they are; for patterns that pass over upper and lower case.
KEY_SHAPE = r"(?:console|secret)(?:-|%2d)[a-z0-9]{20,}"
_KEY = re.compile(KEY_SHAPE, re.IGNORECASE)
_BEGUN = re.compile(r"(?:^|[\s,;:=\"'])(?:console|secret)-", re.IGNORECASE)  # one that was cut, or mistyped
_LONGEST_SHOWN = 60  # characters


def looks_like_a_key(text: str) -> bool:
    return bool(_KEY.search(text))


def may_be_a_key(text: str) -> bool:
    """Where nothing else is wanted that begins so."""
    return looks_like_a_key(text) or bool(_BEGUN.search(text))


def shown(text: str) -> str:
    """A wrong value, quoted; what may be a key, or would disturb a terminal, is not repeated."""
    unfit = may_be_a_key(text) or len(text) > _LONGEST_SHOWN or not text.isprintable()
    return "what stands there" if unfit else f"“{text}”"


class Secret:
    """Holds a secret so that no log, traceback or page shows it by accident; `reveal` is the one way out."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(hidden)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)
