"""Form data as users enter it, with the request, the errors and the advice that result."""

from typing import Any, NamedTuple

from webapp.contract.advice import advice
from webapp.contract.errors import Advice, FieldError
from webapp.contract.form import AutotuneForm
from webapp.contract.form_data import FormData


class Sample(NamedTuple):
    """A field with its section, its type, a text for it, and the value that is then sent."""

    section: str
    type: str
    text: str
    value: Any
    has_default_note: bool = True


# Every field but the variants, in the order of the form.
SAMPLES = {
    "isContextual": Sample("kind", "choice", "true", True),
    "name": Sample("basics", "line", "Layout by taste", "Layout by taste"),
    "successEvent": Sample("basics", "line", "order", "order"),
    "explorationWindow": Sample("timing", "choice", "336", "336hr"),
    "attributionWindow": Sample("timing", "choice", "4hrs", "4"),  # the unit has a property of its own
    "attributionWindowUnit": Sample("timing", "choice", "day", "day"),
    "winnerThreshold": Sample("timing", "choice", "80%", "80%"),
    "explorationWindowRate": Sample("contextual", "share", "0.25", 0.25),
    "longtermExplorationAllocation": Sample("contextual", "share", "1", 1),
    "featureList": Sample("contextual", "lines", "country\nplan", ["country", "plan"]),
    "metadataField": Sample("contextual", "line", "basket_value", "basket_value"),
    "higherIsBetter": Sample("contextual", "choice", "false", False),
    "description": Sample("purpose", "text", "Which layout suits whom.\nAll.", "Which layout suits whom.\nAll.", False),
    "goalRichText": Sample("purpose", "text", "More orders", "More orders", False),
    "metricSourceID": Sample("warehouse", "line", "orders", "orders"),
    "valueColumn": Sample("warehouse", "line", "total", "total", False),
    "successEventValue": Sample("advanced", "line", "paid", "paid"),
    "optimizationParameter": Sample("advanced", "choice", "value", "value"),
    "linkedExperimentName": Sample("advanced", "line", "layout_holdout", "layout_holdout", False),
    "idType": Sample("advanced", "line", "stableID", "stableID"),
}
BLANK = dict.fromkeys(SAMPLES, "")
FULL = {name: sample.text for name, sample in SAMPLES.items()}


def fields_of(field_type: str) -> list[str]:
    return [name for name, sample in SAMPLES.items() if sample.type == field_type]


# The required fields, with values that have no advice.
MINIMAL = {
    "name": "Button Color Test",
    "successEvent": "click",
    "explorationWindow": "168hr",
    "attributionWindow": "2hr",
    "winnerThreshold": "99%",
}


def row(name: str, json: str = '{"color": "red"}', size: str = "") -> dict[str, str]:
    return {"name": name, "json": json, "size": size}


def rows(count: int) -> list[dict[str, str]]:
    """Variants without advice, except perhaps for their number."""
    return [row(f"variant {number}", f'{{"number": {number}}}') for number in range(1, count + 1)]


def form_data(**changed: Any) -> FormData:
    """Form data with the required fields filled in, and with these changes."""
    return {**BLANK, "variants": rows(2), **MINIMAL, **changed}


def form_with(**changed: Any) -> AutotuneForm:
    return AutotuneForm.from_data(form_data(**changed))


def body_of(**changed: Any) -> dict[str, Any]:
    """The request body of a valid form."""
    form = form_with(**changed)
    assert form.validate(), form.error_list()
    return form.body()


def errors_of(**changed: Any) -> list[FieldError]:
    """The errors of an invalid form: for each, the ID of the field and the message."""
    form = form_with(**changed)
    assert not form.validate()
    return form.error_list()


def advice_of(**changed: Any) -> list[Advice]:
    return advice(body_of(**changed))
