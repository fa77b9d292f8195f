"""Numbers that arrive as they were typed, or not at all.

    ValueError
      NoNumber      not JSON's notation
      TooLarge      no double holds it (9007199254740993, 1e999)
      Inexact       no double is the same number (0.10000000000000000001)

Their texts are the reason, without a full stop; what to do about it depends on where it was typed.
"""

import re
from decimal import Decimal
from math import isinf

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")
NUMBER = _NUMBER.pattern  # to be part of a larger pattern

# Statsig reads JSON with JavaScript, whose numbers are doubles: beyond this, whole numbers are rounded.
LARGEST_WHOLE = 2**53


class InvalidNumber(ValueError):
    def __init__(self) -> None:
        super().__init__("This is not a number")


class TooLarge(ValueError):
    def __init__(self) -> None:
        super().__init__("This number is too large to arrive as typed")


class Inexact(ValueError):
    def __init__(self, value: float) -> None:
        super().__init__(f"This number has more digits than can be sent: it would arrive as {value!r}")


def exact_number(text: str) -> int | float:
    """The number that `text` spells in JSON's notation. Raises NoNumber, TooLarge or Inexact."""
    if not _NUMBER.fullmatch(text):
        raise InvalidNumber
    return _whole(text) if text.lstrip("-").isdigit() else _fraction(text)


def _whole(text: str) -> int:
    if len(text) > 17 or abs(int(text)) > LARGEST_WHOLE:
        raise TooLarge
    return int(text)


def _fraction(text: str) -> float:
    value = float(text)
    if isinf(value):
        raise TooLarge
    if not _same(text, value):
        raise Inexact(value)
    return value


def _same(text: str, value: float) -> bool:
    try:
        return Decimal(text) == Decimal(repr(value))
    except ArithmeticError:  # an exponent beyond what Decimal holds
        return False
