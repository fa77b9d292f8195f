"""What a page asks of a forecast: the settings of an autotune, and the assumptions of its query string."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import parse_qsl

from ..auth import can
from ..autotunes.drafts import is_editable, stored_form_data
from ..contract.advice import exploration_advice
from ..contract.errors import FieldError
from ..contract.form import AutotuneForm
from ..forecast.contextual import ContextualForecast
from ..forecast.form import ASSUMPTION_FIELDS, SECOND_VARIANT, AssumptionsForm, VisitsForm
from ..forecast.inputs import (
    build_scenario,
    contextual_forecast,
    missing_fields,
    setup_form,
    unsupported_reason,
    variant_names,
)
from ..forecast.scenario import Scenario
from ..forecast.status import NOT_INSTALLED
from ..store import AutotuneRecord

MAX_LENGTH = 40  # characters of one assumption; what is longer is no number, even when truncated
MAX_QUERY_LENGTH = 1_000  # characters of all of them together
_NUMBERED = re.compile("(?:rate|weekday_visits|weekday_rates)-[0-9]{1,2}")


def assumptions_in(values: Mapping[str, str]) -> dict[str, str]:
    """The assumptions among the fields of a form or the parameters of a query."""
    return {
        name: text[:MAX_LENGTH]
        for name, text in values.items()
        if name in ASSUMPTION_FIELDS or _NUMBERED.fullmatch(name)
    }


def assumptions_from_query(query: str) -> dict[str, str]:
    """The assumptions in the form's `assumptions` field, which lead back to the forecast that it was opened from."""
    return assumptions_in(dict(parse_qsl(query[:MAX_QUERY_LENGTH])))


@dataclass(frozen=True)
class ForecastInputs:
    """Two forms, and if there is a forecast for them, the scenario that they describe or the forecast itself."""

    record: AutotuneRecord | None  # None for a form that was not saved
    setup: AutotuneForm
    assumptions: VisitsForm
    scenario: Scenario | None = None
    contextual: ContextualForecast | None = None

    @property
    def can_be_edited(self) -> bool:
        return self.record is not None and is_editable(self.record) and can("write")

    @property
    def is_contextual(self) -> bool:
        return bool(self.setup.isContextual.data)

    @property
    def unsupported(self) -> str:
        """Why there is no forecast, whatever the assumptions; blank if there is one."""
        return unsupported_reason(self.setup) or ("" if self.is_contextual else NOT_INSTALLED)

    @property
    def is_simulated(self) -> bool:
        """Whether the forecast needs the worker."""
        return not (self.is_contextual or self.unsupported)

    @property
    def missing(self) -> list[FieldError]:
        return missing_fields(self.setup)

    @property
    def exploration_advice(self) -> str:
        """What to change if the attribution window cancels the exploration; blank without a forecast."""
        if self.is_contextual or self.unsupported or self.missing:
            return ""
        setup = self.setup
        return exploration_advice(
            setup.explorationWindow.data, setup.attributionWindow.data, setup.attributionWindowUnit.data
        )

    @property
    def variant_names(self) -> tuple[str, ...]:
        return variant_names(self.setup)

    @property
    def asked(self) -> Scenario | ContextualForecast | None:
        """Equal for the same settings and assumptions; None without a forecast for them."""
        return self.contextual or self.scenario

    @property
    def scenario_key(self) -> str:
        """Differs once somebody has changed the autotune while its forecast runs."""
        return sha256(repr(self.asked).encode()).hexdigest()[:12]

    @property
    def second_variant(self) -> str:
        """The name of the variant that the lift applies to."""
        return self.variant_names[SECOND_VARIANT]


def read_inputs(record: AutotuneRecord, assumptions: Mapping[str, str]) -> ForecastInputs:
    return inputs_from(setup_form(stored_form_data(record)), assumptions, record)


def inputs_from(
    setup: AutotuneForm, assumptions: Mapping[str, str], record: AutotuneRecord | None = None
) -> ForecastInputs:
    """Of a form that was validated. Validates the assumptions, unless there are none yet."""
    form = _assumptions_form(setup, assumptions)
    inputs = ForecastInputs(record, setup, form)
    # what is not installed cannot be simulated, but a kept forecast of it can be shown
    if not assumptions or unsupported_reason(setup) or inputs.missing or not form.validate():
        return inputs
    if isinstance(form, AssumptionsForm):
        return replace(inputs, scenario=build_scenario(setup, form))
    return replace(inputs, contextual=contextual_forecast(setup, form))


def _assumptions_form(setup: AutotuneForm, assumptions: Mapping[str, str]) -> VisitsForm:
    if setup.isContextual.data:
        return VisitsForm.from_assumptions(assumptions)
    return AssumptionsForm.for_variants(variant_names(setup), assumptions)
