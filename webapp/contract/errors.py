"""Messages about a field: an error prevents the create, advice does not."""

from typing import NamedTuple


class FieldError(NamedTuple):
    """`field` is the field's ID on the page, such as `variants-1-name`; blank for the form as a whole."""

    field: str
    message: str


class Advice(FieldError):
    """Like an error, but only worth knowing."""
