"""What a forecast takes from the form of an autotune."""

from math import floor

from ..contract.characters import visible
from ..contract.choices import window_hours
from ..contract.errors import FieldError
from ..contract.form import AutotuneForm
from ..contract.form_data import FormData
from .contextual import DEFAULT_RANDOM_SHARE, ContextualForecast, compute_contextual
from .form import AssumptionsForm, VisitsForm
from .scenario import Scenario

MAX_FORECAST_VARIANTS = 10  # more of them take minutes, and nobody could read the charts

OPTIMIZES_VALUE = (
    "This autotune optimizes a value. The outcome depends on how much that value varies and on "
    "Statsig’s model of it, which is not published; a success rate says nothing about either."
)
TOO_MANY_VARIANTS = f"A forecast can have at most {MAX_FORECAST_VARIANTS} variants, and this autotune has {{}}."

_USED_FIELDS = ("variants", "explorationWindow", "attributionWindow", "attributionWindowUnit", "winnerThreshold")
_USED_CONTEXTUAL_FIELDS = ("variants", "attributionWindow", "attributionWindowUnit", "longtermExplorationAllocation")


def setup_form(form_data: FormData) -> AutotuneForm:
    """The validated form, without the variants' JSON: it may be megabytes, and no forecast depends on it."""
    form = AutotuneForm.from_data({**form_data, "variants": [{**row, "json": ""} for row in form_data["variants"]]})
    form.validate()
    return form


def unsupported_reason(setup: AutotuneForm) -> str:
    """Why there is no forecast for this autotune, whatever the assumptions; blank if there is one."""
    if setup.isContextual.data:
        return ""
    if setup.optimizationParameter.data == "value" or setup.valueColumn.typed.strip():
        return OPTIMIZES_VALUE
    count = len(setup.variants)
    return TOO_MANY_VARIANTS.format(count) if count > MAX_FORECAST_VARIANTS else ""


def missing_fields(setup: AutotuneForm) -> list[FieldError]:
    """What a forecast needs: the number of variants, and the windows and the threshold or the share that is random."""
    used = _USED_CONTEXTUAL_FIELDS if setup.isContextual.data else _USED_FIELDS
    return [error for error in setup.error_list() if error.field in used]


def variant_names(setup: AutotuneForm) -> tuple[str, ...]:
    """A name for each variant, those without one by their number; a name that two of them have, with the number."""
    typed = [visible(variant.form.name.typed.strip()) for variant in setup.variants]
    return tuple(_variant_name(name, number, typed.count(name) > 1) for number, name in enumerate(typed, 1))


def _variant_name(name: str, number: int, repeated: bool) -> str:
    if not name:
        return f"Variant {number}"
    return f"{name} (variant {number})" if repeated else name


def build_scenario(setup: AutotuneForm, assumptions: AssumptionsForm) -> Scenario:
    """The settings must have no `missing_fields`, and the assumptions must be valid."""
    return Scenario(
        rates=assumptions.rates,
        visits_per_day=assumptions.visits.data,
        days=int(assumptions.days.data),
        exploration_hours=round(window_hours(setup.explorationWindow.data)),
        attribution_hours=window_hours(setup.attributionWindow.data, setup.attributionWindowUnit.data),
        threshold=int(setup.winnerThreshold.data.removesuffix("%")),
        visit_factors=assumptions.visit_factors,
        rate_factors=assumptions.rate_factors,
        start_day=assumptions.start_day,
        max_wrong=assumptions.max_wrong.data,
        target_days=floor(assumptions.within.data or 0),
    )


def contextual_forecast(setup: AutotuneForm, assumptions: VisitsForm) -> ContextualForecast:
    """The settings must have no `missing_fields`, and the assumptions must be valid."""
    share = setup.longtermExplorationAllocation.data
    return compute_contextual(
        variants=len(setup.variants),
        visits_per_day=assumptions.visits.data,
        random_share=DEFAULT_RANDOM_SHARE if share is None else share,
        attribution_hours=window_hours(setup.attributionWindow.data, setup.attributionWindowUnit.data),
    )
