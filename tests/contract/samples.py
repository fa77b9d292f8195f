"""Answers as a person types them, and what the contract makes of them."""

from typing import Any

from webapp.contract.advice import advice
from webapp.contract.errors import Advice, FieldError, field_id
from webapp.contract.form_data import Answers
from webapp.contract.payload import payload
from webapp.contract.validation import Autotune, parse

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


def typed(**changed: Any) -> Answers:
    """A form with the required fields filled in and some answers changed."""
    return {**BLANK, "variants": rows(2), **LEAST, **changed}


def accepted(**changed: Any) -> Autotune:
    autotune = parse(typed(**changed))
    assert isinstance(autotune, Autotune), autotune
    return autotune


def sent(**changed: Any) -> dict[str, Any]:
    return payload(accepted(**changed))


def said(found: list[FieldError] | list[Advice]) -> list[tuple[str, str]]:
    return [(field_id(each.path), each.message) for each in found]


def refused(**changed: Any) -> list[tuple[str, str]]:
    """The problems: the id of the field, and what stands there."""
    problems = parse(typed(**changed))
    assert isinstance(problems, list), problems
    return said(problems)


def advised(**changed: Any) -> list[tuple[str, str]]:
    return said(advice(accepted(**changed)))
