"""What a company requires of its autotunes beyond what Statsig does, by settings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import regex

from ..config import ConfigError, Settings
from .errors import FieldError
from .form import FIELDS, AutotuneForm
from .limits import MAX_VARIANTS

CAN_BE_REQUIRED = tuple(name for name, field in FIELDS.items() if field.required_message and not field.flags.required)
MATCH_TIMEOUT = 0.1  # seconds; a pattern with nested repetitions could take years
_MAX_LISTED = 5


@dataclass(frozen=True)
class Policy:
    """Without values it requires nothing. `name_hint` says in words what `name_pattern` matches."""

    name_pattern: regex.Pattern[str] | None = None
    name_hint: str = ""
    required_fields: tuple[str, ...] = ()
    max_variants: int = MAX_VARIANTS
    allowed_events: tuple[str, ...] = ()

    @classmethod
    def from_settings(cls, settings: Settings) -> "Policy":
        """Raises ConfigError."""
        if not {*settings.required_fields} <= {*CAN_BE_REQUIRED}:
            raise ConfigError(f"REQUIRED_FIELDS: list some of {', '.join(CAN_BE_REQUIRED)}.")
        return cls(
            settings.name_pattern,
            settings.name_pattern_hint,
            settings.required_fields,
            settings.max_variants_allowed,
            settings.allowed_events,
        )

    def validate(self, form: AutotuneForm) -> bool:
        """Validates the form, and adds the errors of the policy to fields that have none."""
        form.validate()
        wrong = {error.field for error in form.error_list()}
        form.add_errors([error for error in self.errors(form) if error.field not in wrong])
        return not form.error_list()

    def errors(self, form: AutotuneForm) -> list[FieldError]:
        """Of the policy alone, in the order of the page. The form need not be validated."""
        return [*self._name(form), *self._event(form), *self._variants(form), *self._required(form)]

    def _name(self, form: AutotuneForm) -> Iterator[FieldError]:
        if self.name_pattern and form.name.data and not _matches(self.name_pattern, form.name.data):
            yield FieldError("name", f"Enter {self._name_rule}")

    @property
    def _name_rule(self) -> str:
        pattern = self.name_pattern.pattern if self.name_pattern else ""
        return f"a name like {self.name_hint}" if self.name_hint else f"a name that matches the pattern “{pattern}”"

    def _event(self, form: AutotuneForm) -> Iterator[FieldError]:
        event = form.successEvent.data
        if self.allowed_events and event and event not in self.allowed_events:
            yield FieldError("successEvent", f"Choose one of the allowed events: {_listed(self.allowed_events)}")

    def _variants(self, form: AutotuneForm) -> Iterator[FieldError]:
        if (excess := len(form.variants) - self.max_variants) > 0:
            yield FieldError("variants", f"Use at most {self.max_variants} variants: remove {excess}")

    def _required(self, form: AutotuneForm) -> Iterator[FieldError]:
        for field in self._required_of(form):
            if not field.typed.strip():
                yield FieldError(field.id, field.required_message)

    def _required_of(self, form: AutotuneForm) -> Iterator[Any]:
        for field in form.fields():
            if field.name in self.required_fields and (form.isContextual.data or not field.contextual_only):
                yield field

    def explain(self, form: AutotuneForm) -> None:
        """Puts the rules into the labels and hints of a form that is shown."""
        for name in self.required_fields:  # also of contextual settings: a script shows them without a new form
            form[name].label.text = FIELDS[name].title
        for field in self._required_of(form):
            field.flags.required = True
        if self.name_pattern:
            _add_rule(form.name, f"Your company’s rule: {self._name_rule}")
        if self.allowed_events:
            _add_rule(form.successEvent, f"Allowed: {_listed(self.allowed_events)}")
        if self.max_variants < MAX_VARIANTS:
            form.variants.limit = self.max_variants
            form.variants.description = f"At most {self.max_variants} variants."


def _matches(pattern: regex.Pattern[str], text: str) -> bool:
    try:
        return pattern.fullmatch(text, timeout=MATCH_TIMEOUT) is not None
    except TimeoutError:
        return False


def _listed(texts: Sequence[str]) -> str:
    more = f" and {len(texts) - _MAX_LISTED} more" if len(texts) > _MAX_LISTED else ""
    return f"{', '.join(texts[:_MAX_LISTED])}{more}"


def _add_rule(field: Any, rule: str) -> None:
    field.description = f"{field.description} {rule}."
    field.render_kw.pop("placeholder", None)  # the form's own example may be against the rule
