"""The errors of a form with variants: `form.errors` misses those that are added to fields of variants."""

from collections.abc import Iterator, Sequence
from typing import Any

from .errors import FieldError


class ErrorList:
    """For a form that gives its `leaf_fields`, in the order of the page."""

    # Errors that belong to no field of the form, such as an unknown property of a body.
    other_errors: tuple[FieldError, ...] = ()
    # What a request body has that no form can hold; `validate` adds them to the errors.
    type_errors: tuple[FieldError, ...] = ()

    def leaf_fields(self) -> Iterator[Any]:
        raise NotImplementedError

    def error_list(self) -> list[FieldError]:
        """All errors in the order of the page."""
        errors = ((field.id, message) for field in self.leaf_fields() for message in field.errors)
        return [*self.other_errors, *(FieldError(field_id, message) for field_id, message in errors)]

    def add_errors(self, errors: Sequence[FieldError]) -> None:
        """Adds errors of an earlier check or of Statsig. Call it after validation, which removes all errors."""
        leaves = {field.id: field for field in self.leaf_fields()}
        for error in errors:
            if error.field in leaves:
                leaves[error.field].errors = [*leaves[error.field].errors, error.message]
            else:
                self.other_errors = (*self.other_errors, error)

    def set_errors(self, errors: Sequence[FieldError]) -> None:
        """Replaces all errors."""
        self.other_errors = ()
        for field in self.leaf_fields():
            field.errors = []
        self.add_errors(errors)

    def _add_type_errors(self) -> None:
        """A value of the wrong type was read as blank: its field gets the type error alone."""
        wrong = {error.field for error in self.type_errors}
        for field in self.leaf_fields():
            if field.id in wrong:
                field.errors = []
        self.add_errors(self.type_errors)
