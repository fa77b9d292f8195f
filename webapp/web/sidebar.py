"""What stands beside the form: what is filled in so far, in a sentence and as a checklist, and its forecast."""

from collections.abc import Sequence
from typing import Any

from ..contract.errors import FieldError
from ..contract.form import AutotuneForm
from ..contract.sentence import describe
from ..forecast.contextual import verdict
from .assumptions import ForecastInputs, assumptions_from_query, inputs_from
from .checklist import checklist
from .forecast_result import forecast_counts, forecast_sentences
from .offers import NO_WEEKDAYS, offers
from .page_form import AutotunePageForm
from .request_context import forecast_person, forecast_queue, services
from .suggestions import Known

LEASE = 5.0  # seconds after which the forecast is cancelled unless the script asks for it again


def checked_copy(form: AutotuneForm, errors: Sequence[FieldError] = ()) -> AutotuneForm:
    """The same form after validation, with errors that this does not find: the page's own may not show any yet."""
    checked = AutotuneForm.from_data(form.form_data)
    services().policy.validate(checked)
    if errors:
        found = checked.error_list()
        checked.add_errors([error for error in errors if error not in found])
    return checked


def sidebar_context(form: AutotunePageForm, checked: AutotuneForm, known: Known) -> dict[str, Any]:
    """`checked` is its `checked_copy`."""
    inputs = inputs_from(checked, assumptions_from_query(form.assumptions.data))
    for field in inputs.assumptions.leaf_fields():
        if not field.typed.strip():
            field.errors = []  # no forecast is needed
    return {
        "sentence": describe(checked),
        "checklist": checklist(checked, known.advice()),
        "offers": offers(known, inputs.assumptions),
        "NO_WEEKDAYS": NO_WEEKDAYS,
        **_forecast_context(inputs),
    }


def _forecast_context(inputs: ForecastInputs) -> dict[str, Any]:
    """`is_simulating`: the headline follows soon."""
    context = {"inputs": inputs, "headline": "", "counts": None, "is_simulating": False}
    if inputs.contextual:
        return context | {"headline": verdict(inputs.contextual)}
    if not inputs.scenario or inputs.unsupported:
        return context
    status = forecast_queue().request(inputs.scenario, LEASE, person=forecast_person())
    if not status.forecast:
        return context | {"headline": status.error, "is_simulating": status.stage.open}
    return context | {
        "headline": forecast_sentences(status.forecast)[0],
        "counts": forecast_counts(status.forecast),
    }
