"""Numbers that arrive as they were typed, or not at all."""

import re
from decimal import Decimal

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")

# Statsig reads JSON with JavaScript, whose numbers are doubles: beyond this, whole numbers are rounded.
LARGEST_WHOLE = 2**53


def exact_number(text: str) -> int | float:
    """The number that `text` spells in JSON's notation.

    Raises ValueError, whose text is the reason in plain words, where it is no number or where a double
    cannot carry it (9007199254740993, 1e999, 0.10000000000000000001).
    """
    match = NUMBER.fullmatch(text)
    if not match:
        raise ValueError("this is not a number")
    whole = match[1] is None and match[2] is None
    return _whole(text) if whole else _fraction(text)


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST_WHOLE:
        raise ValueError("this number is too large to arrive as typed; put it in quotes or make it smaller")
    return int(text)


def _fraction(text: str) -> float:
    value = float(text)
    if value in (float("inf"), float("-inf")):
        raise ValueError("this number is too large to arrive as typed; put it in quotes or make it smaller")
    if not _same(text, value):
        raise ValueError(f"this number has more digits than can be sent: it would arrive as {value!r}")
    return value


def _same(text: str, value: float) -> bool:
    try:
        return Decimal(text) == Decimal(repr(value))
    except ArithmeticError:  # an exponent beyond what Decimal holds
        return False
