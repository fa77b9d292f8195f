"""What a page asks of a forecast: the settings of an autotune, and the assumptions of its query string."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import parse_qsl

from ..autotunes.drafts import stored_form_data
from ..contract.errors import FieldError
from ..contract.form import AutotuneForm
from ..forecast.form import ASSUMPTION_FIELDS, BEST_VARIANT_INDEX, AssumptionsForm
from ..forecast.inputs import build_scenario, missing_fields, setup_form, unsupported_reason, variant_names
from ..forecast.scenario import Scenario
from ..store import AutotuneRecord

MAX_LENGTH = 40  # characters of one assumption; what is longer is no number, even when truncated
MAX_QUERY_LENGTH = 1_000  # characters of all of them together
_VARIANT_RATE = re.compile("rate-[0-9]{1,2}")


def assumptions_in(values: Mapping[str, str]) -> dict[str, str]:
    """The assumptions among the fields of a form or the parameters of a query."""
    return {
        name: text[:MAX_LENGTH]
        for name, text in values.items()
        if name in ASSUMPTION_FIELDS or _VARIANT_RATE.fullmatch(name)
    }


def assumptions_from_query(query: str) -> dict[str, str]:
    """The assumptions in the form's `guesses` field, which lead back to the forecast that it was opened from."""
    return assumptions_in(dict(parse_qsl(query[:MAX_QUERY_LENGTH])))


@dataclass(frozen=True)
class ForecastInputs:
    """Two forms, and the scenario that they describe if there is a forecast for them."""

    record: AutotuneRecord
    setup: AutotuneForm
    assumptions: AssumptionsForm
    scenario: Scenario | None = None

    @property
    def unsupported(self) -> str:
        return unsupported_reason(self.setup)

    @property
    def missing(self) -> list[FieldError]:
        return missing_fields(self.setup)

    @property
    def variant_names(self) -> tuple[str, ...]:
        return variant_names(self.setup)

    @property
    def scenario_key(self) -> str:
        """Differs once somebody has changed the autotune while its forecast runs."""
        return sha256(repr(self.scenario).encode()).hexdigest()[:12]

    @property
    def best_variant(self) -> str:
        """The name of the variant that the lift applies to; blank if all rates are equal."""
        equal_rates = self.scenario is not None and len(set(self.scenario.rates)) == 1
        names = self.variant_names
        return names[BEST_VARIANT_INDEX] if len(names) > BEST_VARIANT_INDEX and not equal_rates else ""


def read_inputs(record: AutotuneRecord, assumptions: Mapping[str, str]) -> ForecastInputs:
    """Validates the assumptions, unless there are none yet."""
    setup = setup_form(stored_form_data(record))
    form = AssumptionsForm.for_variants(variant_names(setup), assumptions)
    inputs = ForecastInputs(record, setup, form)
    if assumptions and not inputs.unsupported and not inputs.missing and form.validate():
        return replace(inputs, scenario=build_scenario(setup, form))
    return inputs
