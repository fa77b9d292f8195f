"""Properties that Statsig returns with another value than the one sent."""

from typing import Any

import pytest

from webapp.contract.diff import Difference, as_returned, confirms, differences

VARIANTS = [{"name": "a", "json": 1}, {"name": "b", "json": 2}]


def compare(sent: dict[str, Any], response: dict[str, Any]) -> list[Difference]:
    sent, response = sent | {"variants": VARIANTS}, response | {"variants": VARIANTS}
    assert confirms(sent, response) is (not differences(sent, response))
    return differences(sent, response)


Window = tuple[Any, Any]  # length and unit; None for a property that is left out


def window(length: Any, unit: Any) -> dict[str, Any]:
    properties = {"attributionWindow": length, "attributionWindowUnit": unit}
    return {name: value for name, value in properties.items() if value is not None}


EQUAL_WINDOWS: list[tuple[Window, Window]] = [
    *(
        (("2hr", None), returned)
        for returned in [("2hrs", None), ("2", None), (2, None), ("2hrs", "hour"), ("2", "hour")]
    ),
    *((("2hr", None), returned) for returned in [(None, None), (None, ""), ("2hr", ""), (None, "hour")]),
    *(
        (("2", "day"), returned)
        for returned in [("2", "day"), ("2hr", "day"), ("2hrs", "day"), (2, "day"), ("2", None)]
    ),
    *((("2", "day"), returned) for returned in [(2, ""), (None, "day"), (None, None)]),
    (("1", "day"), ("24hrs", None)),
    (("1", "day"), ("24", "hour")),
    (("24hr", None), ("1", "day")),
    (("4", "min"), ("4hrs", "min")),
    (("4", "min"), ("4", None)),
]


@pytest.mark.parametrize(("sent", "response"), EQUAL_WINDOWS)
def test_window_of_the_same_length_is_equal(sent: Window, response: Window) -> None:
    assert compare(window(*sent), window(*response)) == []


OTHER_WINDOWS: list[tuple[Window, Window, Any, Any]] = [
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


@pytest.mark.parametrize(("sent", "response", "before", "after"), OTHER_WINDOWS)
def test_window_of_another_length_is_a_difference(sent: Window, response: Window, before: Any, after: Any) -> None:
    assert compare(window(*sent), window(*response)) == [Difference("Attribution window", before, after)]


@pytest.mark.parametrize(
    "response",
    [
        {}, {"isContextual": False}, {"isContextual": None}, {"isContextual": ""}, {"idType": None},
        {"idType": ""}, {"idType": "userID"}, {"idType": "userid"}, {"idType": "USERID"},
        {"explorationWindowRate": 0.5}, {"longtermExplorationAllocation": 0.1}, {"higherIsBetter": True},
        {"optimizationParameter": "occurrence"},
        {"featureList": []}, {"goalRichText": ""}, {"lastModifierName": "x", "winner": None},
    ],
)  # fmt: skip
def test_properties_that_statsig_fills_in_are_not_differences(response: dict[str, Any]) -> None:
    assert compare({"successEvent": "click"}, response) == []


CONTEXTUAL = Difference("Type of autotune", False, True)
STABLE = Difference("ID type", "userID", "stableID")


@pytest.mark.parametrize("sent", [{}, {"isContextual": False}])
def test_contextual_autotune_is_not_the_classic_one_that_was_sent(sent: dict[str, Any]) -> None:
    assert compare(sent, {"isContextual": True}) == [CONTEXTUAL]
    assert compare(sent, {"isContextual": False}) == []


def test_id_type_that_was_not_sent_is_the_default() -> None:
    assert compare({}, {"idType": "stableID"}) == [STABLE]
    assert compare({}, {"idType": ["userID"]}) == [Difference("ID type", "userID", ["userID"])]
    assert compare({"idType": "stableID"}, {"idType": "stableID"}) == []
    assert compare({"idType": "stableID"}, {"idType": "userID"}) == [Difference("ID type", "stableID", "userID")]


def test_differences_are_in_order() -> None:
    sent = window("2hr", None) | {"successEvent": "click"}
    response = window("2hr", "day") | {"successEvent": "order", "isContextual": True, "idType": "stableID"}
    assert [difference.label for difference in compare(sent, response)] == [
        "Success event",
        "Attribution window",
        "Type of autotune",
        "ID type",
    ]


def test_request_as_returned_has_the_settings_that_can_be_read() -> None:
    sent = {"name": "A", "isContextual": True, "explorationWindow": "1hr", "winnerThreshold": "99%", "idType": "userID"}
    returned = {
        "name": "B",
        "isContextual": False,
        "explorationWindow": "24hrs",
        "winnerThreshold": {"a": 1},
        "idType": "",
        "featureList": ["plan"],
        "unknown": 1,
    }
    changed = {"name": "B", "isContextual": False, "explorationWindow": "24hr", "featureList": ["plan"]}
    assert as_returned(sent, returned) == {**sent, **changed}
