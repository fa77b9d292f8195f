"""What Statsig answers of members that were sent together, or not at all."""

from typing import Any

import pytest

from webapp.contract.diff import Difference, confirms, differences

VARIANTS = [{"name": "a", "json": 1}, {"name": "b", "json": 2}]


def found(sent: dict[str, Any], answer: dict[str, Any]) -> list[Difference]:
    """What is found either way: by who shows the differences, and by who settles whose autotune it is."""
    sent, answer = sent | {"variants": VARIANTS}, answer | {"variants": VARIANTS}
    assert confirms(sent, answer) is (not differences(sent, answer))
    return differences(sent, answer)


Lasting = tuple[Any, Any]  # a window and a unit; None is left out


def lasting(window: Any, unit: Any) -> dict[str, Any]:
    members = {"attributionWindow": window, "attributionWindowUnit": unit}
    return {name: value for name, value in members.items() if value is not None}


AS_LONG: list[tuple[Lasting, Lasting]] = [
    *((("2hr", None), back) for back in [("2hrs", None), ("2", None), (2, None), ("2hrs", "hour"), ("2", "hour")]),
    *((("2hr", None), back) for back in [(None, None), (None, ""), ("2hr", ""), (None, "hour")]),
    *((("2", "day"), back) for back in [("2", "day"), ("2hr", "day"), ("2hrs", "day"), (2, "day"), ("2", None)]),
    *((("2", "day"), back) for back in [(2, ""), (None, "day"), (None, None)]),
    (("1", "day"), ("24hrs", None)),
    (("1", "day"), ("24", "hour")),
    (("24hr", None), ("1", "day")),
    (("4", "min"), ("4hrs", "min")),
    (("4", "min"), ("4", None)),
]


@pytest.mark.parametrize(("sent", "answer"), AS_LONG)
def test_a_window_of_the_same_length_contradicts_nothing(sent: Lasting, answer: Lasting) -> None:
    assert found(lasting(*sent), lasting(*answer)) == []


OTHERWISE: list[tuple[Lasting, Lasting, Any, Any]] = [
    (("2hr", None), ("2hrs", "day"), "2hr", "2hrs day"),
    (("2hr", None), ("2", "min"), "2hr", "2 min"),
    (("2hr", None), (None, "day"), "2hr", "day"),
    (("2hr", None), ("4hrs", None), "2hr", "4hrs"),
    (("2hr", None), ("", None), "2hr", ""),
    (("2hr", None), (["2hr"], None), "2hr", ["2hr"]),
    (("2hr", None), ("2hr", "weeks"), "2hr", "2hr weeks"),
    (("2hr", None), ("2hr", ["hour"]), "2hr", "2hr ['hour']"),
    (("2", "day"), ("2hrs", None), "2 day", "2hrs"),
    (("2", "day"), ("2hr", ""), "2 day", "2hr"),
    (("2", "day"), (4, None), "2 day", 4),
    (("2", "day"), ("2", "hour"), "2 day", "2 hour"),
    (("2", "hour"), ("2", "min"), "2 hour", "2 min"),
    (("3hr", None), ("5hr", None), "3hr", "5hr"),
]


@pytest.mark.parametrize(("sent", "answer", "before", "after"), OTHERWISE)
def test_a_window_of_another_length_contradicts(sent: Lasting, answer: Lasting, before: Any, after: Any) -> None:
    assert found(lasting(*sent), lasting(*answer)) == [Difference("Attribution window", before, after)]


@pytest.mark.parametrize(
    "answer",
    [
        {}, {"isContextual": False}, {"isContextual": None}, {"isContextual": ""}, {"idType": None},
        {"idType": ""}, {"idType": "userID"}, {"idType": "userid"}, {"idType": "USERID"},
        {"explorationWindowRate": 0.5}, {"longtermExplorationAllocation": 0.1}, {"higherIsBetter": True},
        {"optimizationParameter": "occurrence"},
        {"featureList": []}, {"goalRichText": ""}, {"lastModifierName": "x", "winner": None},
    ],
)  # fmt: skip
def test_what_statsig_fills_in_contradicts_nothing(answer: dict[str, Any]) -> None:
    assert found({"successEvent": "click"}, answer) == []


CONTEXTUAL = Difference("Kind of autotune", False, True)
STABLE = Difference("ID type", "userID", "stableID")


@pytest.mark.parametrize("sent", [{}, {"isContextual": False}])
def test_a_contextual_autotune_is_not_the_classic_one_that_was_sent(sent: dict[str, Any]) -> None:
    assert found(sent, {"isContextual": True}) == [CONTEXTUAL]
    assert found(sent, {"isContextual": False}) == []


def test_another_id_type_is_not_the_one_that_was_left_to_statsig() -> None:
    assert found({}, {"idType": "stableID"}) == [STABLE]
    assert found({}, {"idType": ["userID"]}) == [Difference("ID type", "userID", ["userID"])]
    assert found({"idType": "stableID"}, {"idType": "stableID"}) == []
    assert found({"idType": "stableID"}, {"idType": "userID"}) == [Difference("ID type", "stableID", "userID")]


def test_contradictions_stand_one_after_the_other() -> None:
    sent = lasting("2hr", None) | {"successEvent": "click"}
    answer = lasting("2hr", "day") | {"successEvent": "order", "isContextual": True, "idType": "stableID"}
    assert [each.label for each in found(sent, answer)] == [
        "Success event",
        "Attribution window",
        "Kind of autotune",
        "ID type",
    ]
