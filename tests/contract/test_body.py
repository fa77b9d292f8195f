"""Request bodies that do not come from the form, and responses of Statsig compared with the request."""

from typing import Any

import pytest

from webapp.contract.diff import Difference, confirms, differences
from webapp.contract.errors import FieldError
from webapp.contract.request_body import form_from_body

from .samples import BLANK, FULL, body_of, row

BODY: dict[str, Any] = {
    "name": "Layout",
    "variants": [{"name": "a", "json": {"b": [1, None]}, "size": 60}, {"name": "c", "json": None, "size": 40.5}],
    "successEvent": "order",
    "explorationWindow": "168hrs",
    "attributionWindow": "4",
    "attributionWindowUnit": "day",
    "winnerThreshold": "80%",
    "isContextual": True,
    "explorationWindowRate": 0.25,
    "longtermExplorationAllocation": 1,
    "featureList": ["country", "plan"],
    "higherIsBetter": False,
}


def type_errors(body: object) -> list[FieldError]:
    """The errors that a form cannot have, only a body."""
    return list(form_from_body(body).type_errors)


def form_data(body: object) -> dict[str, Any]:
    return form_from_body(body).form_data


def test_body_is_read_as_form_data() -> None:
    form = form_from_body(BODY)
    assert form.validate(), form.error_list()
    assert form.form_data == {
        **BLANK,
        "name": "Layout",
        "variants": [row("a", '{\n  "b": [\n    1,\n    null\n  ]\n}', "60"), row("c", "null", "40.5")],
        "successEvent": "order",
        "explorationWindow": "168hrs",
        "attributionWindow": "4",
        "attributionWindowUnit": "day",
        "winnerThreshold": "80%",
        "isContextual": "true",
        "explorationWindowRate": "0.25",
        "longtermExplorationAllocation": "1",
        "featureList": "country\nplan",
        "higherIsBetter": "false",
    }


@pytest.mark.parametrize("changed", [{}, FULL, {"variants": [row("a", "null"), row("b", "1e22", "0.0000001")]}])
def test_sent_body_is_read_as_the_same(changed: dict[str, Any]) -> None:
    form = form_from_body(body_of(**changed))
    assert form.validate(), form.error_list()
    assert form.body() == body_of(**changed)


def test_empty_body_is_a_blank_form() -> None:
    assert form_data({}) == {**BLANK, "variants": []}
    assert type_errors({}) == []


def test_null_is_blank_except_as_json() -> None:
    body: dict[str, Any] = dict.fromkeys(BLANK)
    body |= {"variants": [{"name": None, "json": None, "size": None}, {}]}
    assert form_data(body) == {**BLANK, "variants": [row("", "null"), row("", "")]}
    assert type_errors(body) == []


@pytest.mark.parametrize("body", [None, [], "{}", 1, True, [{}]])
def test_body_must_be_an_object(body: object) -> None:
    assert type_errors(body) == [("", "The body must be a JSON object")]
    assert form_data(body) == {**BLANK, "variants": []}


@pytest.mark.parametrize("variants", [None, {}, "red", 2, True])
def test_variants_must_be_a_list(variants: object) -> None:
    assert type_errors({"variants": variants}) == [("variants", "Variants must be a list")]
    assert form_data({"variants": variants})["variants"] == []


def test_variant_must_be_an_object() -> None:
    body = {"variants": ["red", {"name": "blue"}, None]}
    assert type_errors(body) == [
        ("variants-0", "A variant must be an object"),
        ("variants-2", "A variant must be an object"),
    ]
    assert form_data(body)["variants"] == [row("", ""), row("blue", ""), row("", "")]


def test_unknown_properties_are_named() -> None:
    body = {"nmae": "x", "name": "y", "variants": [{"name": "a"}, {"name": "b", "weight": 1}], "id": None}
    assert type_errors(body) == [
        ("nmae", "nmae is not a property of Create Autotune"),
        ("id", "id is not a property of Create Autotune"),
        ("variants-1-weight", "weight is not a property of Create Autotune"),
    ]


TEXT = [name for name in BLANK if name not in ("isContextual", "higherIsBetter", "featureList")]
TEXT = [name for name in TEXT if name not in ("explorationWindowRate", "longtermExplorationAllocation")]
WRONG_TYPES: list[tuple[str, list[Any], str]] = [
    *((name, [1, 1.5, True, False, [], ["a"], {}], "Expected a string") for name in TEXT),
    ("explorationWindowRate", ["0.5", "", True, False, [], {}, [1]], "Expected a number"),
    ("longtermExplorationAllocation", ["0.5", "", True, False, [], {}, [1]], "Expected a number"),
    ("isContextual", ["true", "", 0, 1, [], {}], "Expected true or false"),
    ("higherIsBetter", ["true", "", 0, 1, [], {}], "Expected true or false"),
    ("featureList", ["country", "", 1, True, {}, [1], ["a", None], [["a"]]], "Expected a list of strings"),
]


@pytest.mark.parametrize(("name", "values", "message"), WRONG_TYPES, ids=[name for name, _, _ in WRONG_TYPES])
def test_wrong_type_is_an_error_at_its_field(name: str, values: list[Any], message: str) -> None:
    for value in values:
        assert type_errors({name: value}) == [(name, message)], value
        assert form_data({name: value})[name] == ""


def test_wrong_type_is_the_only_error_of_its_field() -> None:
    form = form_from_body(body_of() | {"name": 5})
    assert not form.validate()
    assert form.error_list() == [("name", "Expected a string")]


def test_empty_feature_list_is_blank() -> None:
    assert form_data({"featureList": []}) == {**BLANK, "variants": []}
    assert type_errors({"featureList": []}) == []


def test_wrong_types_in_a_variant_are_errors_at_their_fields() -> None:
    body = {"variants": [{"name": 1, "json": "text", "size": "50"}]}
    assert type_errors(body) == [("variants-0-name", "Expected a string"), ("variants-0-size", "Expected a number")]
    assert form_data(body)["variants"] == [row("", '"text"')]


def test_number_that_is_not_finite_is_rejected() -> None:
    form = form_from_body({**body_of(), "isContextual": True, "explorationWindowRate": float("nan")})
    assert not form.validate()
    assert form.error_list() == [("explorationWindowRate", "Enter a number from 0.001 to 1, such as 0.5")]


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"name": " a "}, "name", 'Enter "a": it would be sent like that'),
        ({"description": "a\r\nb"}, "description", 'Enter "a\\nb": it would be sent like that'),
        ({"featureList": ["a\nb"]}, "featureList", 'Enter [\n  "a",\n  "b"\n]: it would be sent like that'),
        ({"featureList": ["a", "a"]}, "featureList", 'Enter [\n  "a"\n]: it would be sent like that'),
        ({"variants": [{"name": "a ", "json": 1}, {"name": "b", "json": 2}]}, "variants-0-name", 'Enter "a"'),
    ],
)
def test_value_that_would_be_sent_differently_is_rejected(changed: Any, field: str, message: str) -> None:
    form = form_from_body(body_of() | {"isContextual": True} | changed)
    assert not form.validate()
    (error,) = form.error_list()
    assert error.field == field
    assert error.message.startswith(message)


SENT_BODY: dict[str, Any] = {
    "name": "Layout",
    "variants": [{"name": "a", "json": {"k": 1}}, {"name": "b", "json": {"k": [True, {"x": None}]}, "size": 50}],
    "successEvent": "order",
    "explorationWindow": "1hr",
    "attributionWindow": "2hr",
    "winnerThreshold": "99%",
    "isContextual": True,
    "explorationWindowRate": 1,
    "featureList": ["country", "plan"],
}
EQUAL_RESPONSES: list[dict[str, Any]] = [
    {},
    {"id": "layout", "isStarted": False, "variants": SENT_BODY["variants"], "successEventValue": ""},
    SENT_BODY,
    {"name": None, "successEvent": None, "isContextual": None, "featureList": None, "variants": None},
    {"explorationWindow": "1"},
    {"explorationWindow": 1},
    {"explorationWindow": "1hrs"},
    {"attributionWindow": "2hrs"},
    {"explorationWindowRate": 1.0},
    {"variants": [{"name": "a", "json": {"k": 1.0}}, {"name": "b", "json": {"k": [True, {"x": None}]}, "size": 50.0}]},
    {
        "variants": [
            {"name": "a", "json": {"k": 1}, "size": 50, "id": 1},
            {"name": "b", "json": SENT_BODY["variants"][1]["json"]},
        ]
    },
    {"variants": [SENT_BODY["variants"][0], SENT_BODY["variants"][1] | {"size": None}]},
    {"description": "Not sent, so nothing to contradict"},
]


@pytest.mark.parametrize("response", EQUAL_RESPONSES)
def test_equal_response_has_no_differences(response: dict[str, Any]) -> None:
    assert differences(SENT_BODY, response) == []


OTHER_RESPONSES: list[tuple[dict[str, Any], list[tuple[str, Any, Any]]]] = [
    ({"name": "layout"}, [("Name", "Layout", "layout")]),
    ({"successEvent": ""}, [("Success event", "order", "")]),
    ({"explorationWindow": "24hr"}, [("Exploration window", "1hr", "24hr")]),
    ({"explorationWindow": "soon"}, [("Exploration window", "1hr", "soon")]),
    ({"explorationWindow": ["1hr"]}, [("Exploration window", "1hr", ["1hr"])]),
    ({"winnerThreshold": "95%"}, [("Winner threshold", "99%", "95%")]),
    ({"isContextual": False}, [("Type of autotune", True, False)]),
    ({"isContextual": "true"}, [("Type of autotune", True, "true")]),
    ({"isContextual": 1}, [("Type of autotune", True, 1)]),
    ({"explorationWindowRate": True}, [("Exploration window rate", 1, True)]),
    ({"explorationWindowRate": "1"}, [("Exploration window rate", 1, "1")]),
    ({"featureList": ["plan", "country"]}, [("Feature list", ["country", "plan"], ["plan", "country"])]),
    ({"featureList": ["country"]}, [("Feature list", ["country", "plan"], ["country"])]),
    ({"featureList": "country"}, [("Feature list", ["country", "plan"], "country")]),
    (
        {"winnerThreshold": "95%", "successEvent": "click"},
        [("Success event", "order", "click"), ("Winner threshold", "99%", "95%")],
    ),
    ({"variants": []}, [("Variants", "a, b", "none")]),
    ({"variants": SENT_BODY["variants"][:1]}, [("Variants", "a, b", "a")]),
    ({"variants": [*SENT_BODY["variants"], {}]}, [("Variants", "a, b", "a, b, without a name")]),
    (
        {"variants": [{"name": "A", "json": {"k": 1}}, SENT_BODY["variants"][1]]},
        [("Variants", "a, b", "A, b")],
    ),
    (
        {"variants": [{"json": {"k": True}}, SENT_BODY["variants"][1] | {"size": 40}]},
        [
            ("Variants", "a, b", "without a name, b"),
            ("b, Share in %", 50, 40),
        ],
    ),
    (
        {"variants": ["a", None]},
        [("Variants", "a, b", "without a name, without a name")],
    ),
    ({"variants": SENT_BODY["variants"][::-1]}, [("Variants", "a, b", "b, a")]),
    (
        {"variants": [{"name": "a", "json": {"k": 2}}]},
        [("Variants", "a, b", "a"), ("a, JSON", {"k": 1}, {"k": 2})],
    ),
    (
        {"variants": [{"name": "a"}, SENT_BODY["variants"][1]]},
        [("a, JSON", {"k": 1}, None)],
    ),
]


@pytest.mark.parametrize(("response", "expected"), OTHER_RESPONSES)
def test_other_response_has_its_differences(response: dict[str, Any], expected: list[tuple[str, Any, Any]]) -> None:
    assert differences(SENT_BODY, response) == [Difference(*difference) for difference in expected]


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, True),
        ({"a": {"b": [1, "x", None]}}, {"a": {"b": [1.0, "x", None]}}, True),
        (None, None, True),
        (True, True, True),
        ([], [], True),
        (True, 1, False),
        (0, False, False),
        ([1], [True], False),
        ([1, 2], [2, 1], False),
        ([1], [1, 1], False),
        ([], {}, False),
        ({}, [], False),
        ({"a": 1}, {"a": 1, "b": None}, False),
        ({"a": 1, "b": None}, {"a": 1}, False),
        ({"a": 1}, {"b": 1}, False),
        ("1", 1, False),
        (None, False, False),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, False),
    ],
)
def test_json_is_equal_as_json(one: Any, other: Any, equal: bool) -> None:
    before = {"variants": [{"name": "a", "json": one}]}
    after = {"variants": [{"name": "a", "json": other}]}
    assert (differences(before, after) == []) is equal
    assert confirms(before, after) is equal


@pytest.mark.parametrize("response", [response for response in EQUAL_RESPONSES if response.get("variants")])
def test_response_with_the_variants_confirms(response: dict[str, Any]) -> None:
    assert confirms(SENT_BODY, response)


@pytest.mark.parametrize(
    "response", [{**SENT_BODY, "variants": None}, {"name": "Layout"}, {}, {**SENT_BODY, "variants": {}}]
)
def test_response_without_variants_does_not_confirm(response: dict[str, Any]) -> None:
    assert not confirms(SENT_BODY, response)


@pytest.mark.parametrize("response", [response for response, _ in OTHER_RESPONSES])
def test_response_with_differences_does_not_confirm(response: dict[str, Any]) -> None:
    assert not confirms(SENT_BODY, {**SENT_BODY, **response})


def test_reading_a_body_does_not_change_it() -> None:
    body = body_of(**FULL)
    form_from_body(body)
    assert body == body_of(**FULL)
