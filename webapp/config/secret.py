"""Values that must not be printed."""

import re

# The keys of any Statsig project; for case-insensitive patterns.
KEY_SHAPE = r"(?:console|secret)(?:-|%2d)[a-z0-9]{20,}"
_KEY = re.compile(KEY_SHAPE, re.IGNORECASE)
REMOVED = "(removed)"  # without the brackets of JSON


def looks_like_key(text: str) -> bool:
    return bool(_KEY.search(text))


def remove_keys(text: str) -> str:
    """The text with `(removed)` in place of what looks like a Statsig key."""
    return _KEY.sub(REMOVED, text)


class Secret:
    """Keeps a secret out of logs, tracebacks and pages; `reveal` returns it."""

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
