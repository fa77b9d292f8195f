"""Numbers as people type them into a form: plain figures, and what to write instead of anything else."""

import re
from decimal import Decimal
from unicodedata import decomposition, normalize

from .numbers import InvalidNumber, exact_number

MAX_LENGTH = 30  # characters of a suggestion

_MINUS = str.maketrans("\u2212\u2013\u2014", "---")
_FRACTION = re.compile(r"(?:([0-9]{1,9}) )?([0-9]{1,9})[/\u2044]([1-9][0-9]{0,8})")
_NUMBER = re.compile(r"-?(?:[0-9]{1,20}\.?[0-9]{0,20}|\.[0-9]{1,20})(?:e[+-]?[0-9]{1,2})?")
# Groups of three digits, by what stands between them; a single comma or point begins decimals.
_GROUPED = (
    (re.compile(r"-?[0-9]{1,3}(?:[ '\u2019_][0-9]{3})+(?:[.,][0-9]+)?"), " '\u2019_"),
    (re.compile(r"-?[0-9]{1,3}(?:(?:,[0-9]{3}){2,}|(?:,[0-9]{3})+\.[0-9]+)"), ","),
    (re.compile(r"-?[0-9]{1,3}(?:(?:\.[0-9]{3}){2,}|(?:\.[0-9]{3})+,[0-9]+)"), "."),
)


def read_number(text: str) -> int | float:
    """The number of `12`, `0.5` or `.5`. Raises NoNumber (for `1e3` too), TooLarge or Inexact."""
    if "e" in text.lower():
        raise InvalidNumber
    return exact_number(f"0{text}" if text.startswith(".") else text)


def plain_figures(value: float) -> str:
    """A number without an exponent, as `read_number` takes it."""
    text = format(Decimal(repr(value)), "f")
    return text if isinstance(value, int) or "." in text else f"{text}.0"


def suggested_number(text: str, low: float, high: float, as_share: bool = False) -> str:
    """What was probably meant, such as `33.3` for `33,3`; blank where that cannot be guessed or is out of range.

    `as_share`: a percentage stands for a part of 1, so `50%` means `0.5`.
    """
    typed = _in_ascii(text)
    value = _value(typed.removesuffix("%").strip().removeprefix("+"))
    if value is None:
        return ""
    written = format(value / 100 if as_share and typed.endswith("%") else value, "f")
    possible = low <= float(written) <= high and len(written) <= MAX_LENGTH and _can_be_sent(written)
    return written if possible else ""


def _in_ascii(text: str) -> str:
    """With digits and minus signs of other scripts in ASCII, and `1½` as `1 1/2`; blank for superscripts."""
    if any(decomposition(character).startswith(("<super>", "<sub>")) for character in text):
        return ""
    spaced = "".join(f" {each}" if decomposition(each).startswith("<fraction>") else each for each in text)
    plain = normalize("NFKC", spaced).translate(_MINUS).strip()
    return "".join(str(int(each)) if each.isdecimal() else each for each in plain)


def _value(typed: str) -> Decimal | None:
    if match := _FRACTION.fullmatch(typed):
        whole, part, parts = (Decimal(number or 0) for number in match.groups())
        value = whole + part / parts
        return value if (value - whole) * parts == part else None
    for pattern, separators in _GROUPED:
        if pattern.fullmatch(typed):
            typed = typed.translate(dict.fromkeys(map(ord, separators)))
            break
    typed = typed.replace(",", ".", 1).lower()
    return Decimal(typed) if _NUMBER.fullmatch(typed) else None


def _can_be_sent(text: str) -> bool:
    try:
        read_number(text)
    except ValueError:
        return False
    return True
