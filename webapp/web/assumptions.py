"""The guesses of a plan on their way through addresses and forms."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from ..forecast.inputs import GUESSES

MAX_LENGTH = 40  # characters of a guess; longer ones are no numbers, cut or not
MAX_CARRIED = 1_000  # characters of all of them together
_NAMES = {guess.name for guess in GUESSES}
_OWN_RATE = re.compile("rate-[0-9]{1,2}")


def guesses_in(given: Mapping[str, str]) -> dict[str, str]:
    """The guesses among the members of a form or an address."""
    return {name: text[:MAX_LENGTH] for name, text in given.items() if name in _NAMES or _OWN_RATE.fullmatch(name)}


def starting_guesses() -> dict[str, str]:
    return {guess.name: guess.start for guess in GUESSES}


def carried(text: str) -> dict[str, str]:
    """Those that a form took along from a plan, to lead back to it."""
    return guesses_in(dict(parse_qsl(text[:MAX_CARRIED])))
