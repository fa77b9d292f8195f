"""What is said about a field: a problem stands in the way, advice does not."""

from typing import NamedTuple

Path = tuple[str | int, ...]


class FieldError(NamedTuple):
    """`path` leads to the field, such as `("variants", 1, "name")`; `message` says what to do."""

    path: Path
    message: str


class Advice(NamedTuple):
    """Like a problem, yet only worth knowing."""

    path: Path
    message: str


def field_id(path: Path) -> str:
    """The id and name of the field on the page, and so the anchor that a link leads to.

    >>> field_id(("variants", 1, "name"))
    'variants-1-name'
    """
    return "-".join(str(part) for part in path)
