"""A request body put as if it had been typed, and an answer of Statsig's compared with what was sent."""

from typing import Any

import pytest

from webapp.contract.diff import Difference, confirms, differences
from webapp.contract.form_data import answers_of, starting_answers
from webapp.contract.payload import payload
from webapp.contract.validation import parse

from .samples import BLANK, FULL, accepted, row, said, sent, typed

MEMBERS: dict[str, Any] = {
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


def test_a_body_reads_as_if_it_had_been_typed() -> None:
    assert answers_of(MEMBERS) == (
        {
            **BLANK,
            "name": "Layout",
            "variants": [
                row("a", '{\n  "b": [\n    1,\n    null\n  ]\n}', "60"),
                row("c", "null", "40.5"),
            ],
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
        },
        [],
    )


@pytest.mark.parametrize("changed", [{}, FULL, {"variants": [row("a", "null"), row("b", "1e22", "0.0000001")]}])
def test_what_is_sent_reads_back_as_the_same_autotune(changed: dict[str, Any]) -> None:
    autotune = accepted(**changed)
    answers, problems = answers_of(payload(autotune))
    assert problems == []
    assert parse(answers) == autotune


def test_an_empty_body_is_a_blank_form() -> None:
    assert answers_of({}) == ({**BLANK, "variants": []}, [])


def test_null_is_blank_but_for_json() -> None:
    nothing: dict[str, Any] = dict.fromkeys(BLANK)
    body = nothing | {"variants": [{"name": None, "json": None, "size": None}, {}]}
    assert answers_of(body) == ({**BLANK, "variants": [row("", "null"), row("", "")]}, [])


@pytest.mark.parametrize("body", [None, [], "{}", 1, True, [{}]])
def test_a_body_is_an_object(body: object) -> None:
    answers, problems = answers_of(body)
    assert said(problems) == [("", "The body must be a JSON object")]
    assert answers == starting_answers() | {"variants": []}


@pytest.mark.parametrize("variants", [None, {}, "red", 2, True])
def test_variants_are_a_list(variants: object) -> None:
    answers, problems = answers_of({"variants": variants})
    assert said(problems) == [("variants", "Variants must be a list")]
    assert answers["variants"] == []


def test_a_variant_is_an_object() -> None:
    answers, problems = answers_of({"variants": ["red", {"name": "blue"}, None]})
    assert said(problems) == [
        ("variants-0", "A variant must be an object"),
        ("variants-2", "A variant must be an object"),
    ]
    assert answers["variants"] == [row("", ""), row("blue", ""), row("", "")]


def test_members_that_the_page_does_not_know_are_named() -> None:
    body = {"nmae": "x", "name": "y", "variants": [{"name": "a"}, {"name": "b", "weight": 1}], "id": None}
    assert said(answers_of(body)[1]) == [
        ("nmae", "nmae is not a member of Create Autotune"),
        ("id", "id is not a member of Create Autotune"),
        ("variants-1-weight", "weight is not a member of Create Autotune"),
    ]


TEXT = [name for name in BLANK if name not in ("isContextual", "higherIsBetter", "featureList")]
TEXT = [name for name in TEXT if name not in ("explorationWindowRate", "longtermExplorationAllocation")]


@pytest.mark.parametrize("value", [1, 1.5, True, False, [], ["a"], {}])
@pytest.mark.parametrize("name", TEXT)
def test_a_text_is_a_text(name: str, value: object) -> None:
    answers, problems = answers_of({name: value})
    assert said(problems) == [(name, "Expected a text")]
    assert answers[name] == ""


@pytest.mark.parametrize("value", ["0.5", "", True, False, [], {}, [1]])
@pytest.mark.parametrize("name", ["explorationWindowRate", "longtermExplorationAllocation"])
def test_a_number_is_a_number(name: str, value: object) -> None:
    answers, problems = answers_of({name: value})
    assert said(problems) == [(name, "Expected a number")]
    assert answers[name] == ""


@pytest.mark.parametrize("value", ["true", "", 0, 1, [], {}])
@pytest.mark.parametrize("name", ["isContextual", "higherIsBetter"])
def test_a_boolean_is_a_boolean(name: str, value: object) -> None:
    answers, problems = answers_of({name: value})
    assert said(problems) == [(name, "Expected true or false")]
    assert answers[name] == ""


@pytest.mark.parametrize("value", ["country", "", 1, True, {}, [1], ["a", None], [["a"]]])
def test_a_feature_list_is_a_list_of_texts(value: object) -> None:
    answers, problems = answers_of({"featureList": value})
    assert said(problems) == [("featureList", "Expected a list of texts")]
    assert answers["featureList"] == ""


def test_an_empty_feature_list_is_blank() -> None:
    assert answers_of({"featureList": []}) == ({**BLANK, "variants": []}, [])


def test_members_of_a_variant_have_their_types_too() -> None:
    answers, problems = answers_of({"variants": [{"name": 1, "json": "text", "size": "50"}]})
    assert said(problems) == [("variants-0-name", "Expected a text"), ("variants-0-size", "Expected a number")]
    assert answers["variants"] == [row("", '"text"')]


def test_a_number_that_is_none_is_refused_when_it_is_read() -> None:
    answers, problems = answers_of({**sent(), "explorationWindowRate": float("nan")})
    assert problems == []
    assert [problem.message for problem in parse(answers)] == ["Enter a number from 0.001 to 1, such as 0.5"]  # type: ignore[union-attr]


SENT: dict[str, Any] = {
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
SAME: list[dict[str, Any]] = [
    {},
    {"id": "layout", "isStarted": False, "variants": SENT["variants"], "successEventValue": ""},
    SENT,
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
            {"name": "b", "json": SENT["variants"][1]["json"]},
        ]
    },
    {"variants": [SENT["variants"][0], SENT["variants"][1] | {"size": None}]},
    {"description": "Not sent, so nothing to contradict"},
]


@pytest.mark.parametrize("answer", SAME)
def test_an_answer_that_contradicts_nothing(answer: dict[str, Any]) -> None:
    assert differences(SENT, answer) == []


CONTRADICTIONS: list[tuple[dict[str, Any], list[tuple[str, Any, Any]]]] = [
    ({"name": "layout"}, [("Name", "Layout", "layout")]),
    ({"successEvent": ""}, [("Success event", "order", "")]),
    ({"explorationWindow": "24hr"}, [("Exploration window", "1hr", "24hr")]),
    ({"explorationWindow": "soon"}, [("Exploration window", "1hr", "soon")]),
    ({"explorationWindow": ["1hr"]}, [("Exploration window", "1hr", ["1hr"])]),
    ({"winnerThreshold": "95%"}, [("Winner threshold", "99%", "95%")]),
    ({"isContextual": False}, [("Kind of autotune", True, False)]),
    ({"isContextual": "true"}, [("Kind of autotune", True, "true")]),
    ({"isContextual": 1}, [("Kind of autotune", True, 1)]),
    ({"explorationWindowRate": True}, [("Exploration window rate", 1, True)]),
    ({"explorationWindowRate": "1"}, [("Exploration window rate", 1, "1")]),
    ({"featureList": ["plan", "country"]}, [("Feature list", ["country", "plan"], ["plan", "country"])]),
    ({"featureList": ["country"]}, [("Feature list", ["country", "plan"], ["country"])]),
    ({"featureList": "country"}, [("Feature list", ["country", "plan"], "country")]),
    (
        {"winnerThreshold": "95%", "successEvent": "click"},
        [("Success event", "order", "click"), ("Winner threshold", "99%", "95%")],
    ),
    ({"variants": []}, [("Number of variants", 2, 0)]),
    ({"variants": SENT["variants"][:1]}, [("Number of variants", 2, 1)]),
    ({"variants": [*SENT["variants"], {}]}, [("Number of variants", 2, 3)]),
    (
        {"variants": [{"name": "A", "json": {"k": 1}}, SENT["variants"][1]]},
        [("Variant 1, name", "a", "A")],
    ),
    (
        {"variants": [{"json": {"k": True}}, SENT["variants"][1] | {"size": 40}]},
        [
            ("Variant 1, name", "a", None),
            ("Variant 1, json", {"k": 1}, {"k": True}),
            ("Variant 2, size", 50, 40),
        ],
    ),
    (
        {"variants": ["a", None]},
        [
            ("Variant 1, name", "a", None),
            ("Variant 1, json", {"k": 1}, None),
            ("Variant 2, name", "b", None),
            ("Variant 2, json", {"k": [True, {"x": None}]}, None),
        ],
    ),
]


@pytest.mark.parametrize(("answer", "found"), CONTRADICTIONS)
def test_an_answer_that_contradicts(answer: dict[str, Any], found: list[tuple[str, Any, Any]]) -> None:
    assert differences(SENT, answer) == [Difference(*each) for each in found]


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


@pytest.mark.parametrize("answer", [each for each in SAME if each.get("variants")])
def test_an_answer_with_the_variants_confirms(answer: dict[str, Any]) -> None:
    assert confirms(SENT, answer)


@pytest.mark.parametrize("answer", [{**SENT, "variants": None}, {"name": "Layout"}, {}, {**SENT, "variants": {}}])
def test_an_answer_without_variants_confirms_nothing(answer: dict[str, Any]) -> None:
    assert not confirms(SENT, answer)


@pytest.mark.parametrize("answer", [each for each, _ in CONTRADICTIONS])
def test_an_answer_that_contradicts_confirms_nothing(answer: dict[str, Any]) -> None:
    assert not confirms(SENT, {**SENT, **answer})


def test_answers_and_bodies_are_left_as_they_are() -> None:
    body = sent(**FULL)
    answers_of(body)
    assert body == sent(**FULL)
    answers = typed(**FULL)
    parse(answers)
    assert answers == typed(**FULL)
