"""Numbers that Statsig receives as they were typed, or not at all."""

import re
from decimal import Context, Decimal, InvalidOperation
from math import isinf

# Statsig reads JSON with JavaScript, whose numbers are doubles: beyond this, whole numbers are rounded.
LARGEST_WHOLE = 2**53
MAX_SUGGESTION = 16  # characters: a double holds every number of up to 15 digits

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?")


class InvalidNumber(ValueError):
    """The text is not a number in JSON's notation."""


class InexactNumber(ValueError):
    """No double is this number. The message says so, without a period."""


def exact_number(text: str) -> int | float:
    """The number that `text` spells in JSON's notation. Raises InvalidNumber or InexactNumber."""
    if not _NUMBER.fullmatch(text):
        raise InvalidNumber
    whole = text.lstrip("-").isdigit()
    value = float(text)
    if isinf(value) or (whole and (abs(value) > LARGEST_WHOLE or int(text) != value)):
        raise InexactNumber("This number is too large to arrive as typed")
    if whole:
        return int(text)
    if Decimal(text, Context(traps=[])) != Decimal(repr(value)):  # NaN for an exponent that Decimal cannot hold
        raise InexactNumber(f"This number has more digits than can be sent: it would arrive as {value!r}")
    return value


def read_number(text: str) -> int | float:
    """The number of `12`, `0.5` or `.5`. Raises InvalidNumber (for `1e3` too) or InexactNumber."""
    if "e" in text.lower():
        raise InvalidNumber
    return exact_number(f"0{text}" if text.startswith(".") else text)


def without_exponent(value: float) -> str:
    """A number without an exponent, as `read_number` takes it."""
    text = format(Decimal(repr(value)), "f")
    return text if isinstance(value, int) or "." in text else f"{text}.0"


def suggested_number(text: str, low: float, high: float, as_share: bool = False) -> str:
    """What was probably meant, such as `33.3` for `33,3`; blank if that cannot be guessed or is out of range.

    `as_share`: a percentage is a part of 1, so `50%` means `0.5`.
    """
    percent = text.strip().endswith("%")
    try:
        value = Decimal(text.strip().removesuffix("%").replace(",", "."))
    except InvalidOperation:
        return ""
    if as_share and percent:
        value /= 100
    possible = value.is_finite() and low <= float(value) <= high
    written = format(value, "f") if possible else ""
    return written if len(written) <= MAX_SUGGESTION else ""
