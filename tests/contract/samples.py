"""Form data as a person types it, and what the form makes of it."""

from typing import Any

from webapp.contract.advice import advice
from webapp.contract.errors import Advice, FieldError
from webapp.contract.form import AutotuneForm
from webapp.contract.form_data import FormData

BLANK = {
    "name": "",
    "description": "",
    "goalRichText": "",
    "successEvent": "",
    "successEventValue": "",
    "explorationWindow": "",
    "attributionWindow": "",
    "attributionWindowUnit": "",
    "winnerThreshold": "",
    "isContextual": "",
    "explorationWindowRate": "",
    "longtermExplorationAllocation": "",
    "featureList": "",
    "metadataField": "",
    "higherIsBetter": "",
    "metricSourceID": "",
    "valueColumn": "",
    "optimizationParameter": "",
    "linkedExperimentName": "",
    "idType": "",
}

# The least that is accepted, and nothing in it earns advice.
LEAST = {
    "name": "Button Color Test",
    "successEvent": "click",
    "explorationWindow": "168hr",
    "attributionWindow": "2hr",
    "winnerThreshold": "99%",
}

# Every member of the page, each with a value.
FULL = {
    "name": "Layout by taste",
    "description": "Which layout suits whom.\nA second line.",
    "goalRichText": "More orders",
    "successEvent": "order",
    "successEventValue": "paid",
    "explorationWindow": "336",
    "attributionWindow": "4hrs",
    "attributionWindowUnit": "day",
    "winnerThreshold": "80%",
    "isContextual": "true",
    "explorationWindowRate": "0.25",
    "longtermExplorationAllocation": "1",
    "featureList": "country\nplan",
    "metadataField": "basket_value",
    "higherIsBetter": "false",
    "metricSourceID": "orders",
    "valueColumn": "total",
    "optimizationParameter": "value",
    "linkedExperimentName": "layout_holdout",
    "idType": "stableID",
}


def row(name: str, json: str = '{"color": "red"}', size: str = "") -> dict[str, str]:
    return {"name": name, "json": json, "size": size}


def rows(count: int) -> list[dict[str, str]]:
    """Variants that no advice has anything to say about, save perhaps of their number."""
    return [row(f"variant {number}", f'{{"number": {number}}}') for number in range(1, count + 1)]


def typed(**changed: Any) -> FormData:
    """Form data with the required fields filled in and some of it changed."""
    return {**BLANK, "variants": rows(2), **LEAST, **changed}


def form_with(**changed: Any) -> AutotuneForm:
    return AutotuneForm.from_data(typed(**changed))


def sent(**changed: Any) -> dict[str, Any]:
    """The request body of a form that must be valid."""
    form = form_with(**changed)
    assert form.validate(), form.error_list()
    return form.body()


def refused(**changed: Any) -> list[FieldError]:
    """The errors of a form that must not be valid: the ID of the field, and the message."""
    form = form_with(**changed)
    assert not form.validate()
    return form.error_list()


def advised(**changed: Any) -> list[Advice]:
    return advice(sent(**changed))
