"""The assumptions of a forecast in query strings and forms."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from ..forecast.inputs import ASSUMPTIONS

MAX_LENGTH = 40  # characters of one assumption; what is longer is no number, even when truncated
MAX_QUERY_LENGTH = 1_000  # characters of all of them together
_NAMES = {field.name for field in ASSUMPTIONS}
_OWN_RATE = re.compile("rate-[0-9]{1,2}")


def assumptions_in(values: Mapping[str, str]) -> dict[str, str]:
    """The assumptions among the fields of a form or the parameters of a query."""
    return {name: text[:MAX_LENGTH] for name, text in values.items() if name in _NAMES or _OWN_RATE.fullmatch(name)}


def initial_assumptions() -> dict[str, str]:
    return {field.name: field.start for field in ASSUMPTIONS}


def assumptions_from_query(query: str) -> dict[str, str]:
    """Those that the form carries along from a forecast, to lead back to it."""
    return assumptions_in(dict(parse_qsl(query[:MAX_QUERY_LENGTH])))
