"""Messages about a field: an error prevents the create, advice does not."""

import re
from typing import NamedTuple

_ROW = re.compile(r"-(\d+)(?:-|$)")


class FieldError(NamedTuple):
    """`field` is the field's ID on the page, such as `variants-1-name`; blank for the form as a whole."""

    field: str
    message: str


class Advice(FieldError):
    """Like an error, but only worth knowing."""


def json_path(field_id: str) -> str:
    """Where the value of a field is in the request body: `variants-1-name` becomes `variants[1].name`."""
    return _ROW.sub(lambda match: f"[{match[1]}]" + ("." if match[0].endswith("-") else ""), field_id)
