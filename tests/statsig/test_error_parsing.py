"""Why Statsig refused, put at the fields that it names."""

import tracemalloc
from typing import Any

import pytest

from webapp.contract.errors import FieldError
from webapp.statsig.error_parsing import MAX_REASON, MAX_REASONS, name_taken, reasons


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("name", ("name",)), ("variants", ("variants",)), ("variants[1].json", ("variants", 1, "json")),
        ("variants.1.json", ("variants", 1, "json")), ("variants-1-json", ("variants", 1, "json")),
        ('variants[1]["json"]', ("variants", 1, "json")), ("variants[1]['json']", ("variants", 1, "json")),
        (["variants", 1, "json"], ("variants", 1, "json")), (["variants", "1", "json"], ("variants", 1, "json")),
        ("body.variants[1].json", ("variants", 1, "json")), ("request.name", ("name",)), ("body/name", ("name",)),
        ("/variants/0/name", ("variants", 0, "name")), (["body", "name"], ("name",)), (["name"], ("name",)),
        ("", ()), (" ", ()), ("body", ()), ("[[[", ()), ([], ()), (7, ()), (None, ()), ({"name": 1}, ()),
    ],
)  # fmt: skip
def test_where_a_reason_belongs(written: Any, path: tuple[Any, ...]) -> None:
    assert reason_of(written) == (path, "Statsig says: Required")


def reason_of(written: Any, message: str = "Required") -> FieldError:
    """Of a request with two variants."""
    (found,) = reasons({"errors": [{"property": written, "errorMessage": message}]}, 2)
    return found


@pytest.mark.parametrize(
    ("written", "path", "named"),
    [
        ("variants[1]", ("variants",), "variants[1]"), ("variants[2].json", ("variants",), "variants[2].json"),
        ("variants[7].json", ("variants",), "variants[7].json"),
        ("variants[²].name", ("variants",), "variants[²].name"),
        ("variants[99999].name", ("variants",), "variants[99999].name"),
        ("variants[0].colour", ("variants",), "variants[0].colour"), ("variants.json", ("variants",), "variants.json"),
        (["variants", 7, "json"], ("variants",), "variants.7.json"), ("body.bogus", (), "body.bogus"),
        ("variants[1].json.color", ("variants", 1, "json"), "variants[1].json.color"), ("bogus", (), "bogus"),
        ("name.first", ("name",), "name.first"), ("featureList[0]", ("featureList",), "featureList[0]"),
        (["bogus", None, 1.5, True], (), "bogus.None.1.5.True"), (" a\n b ", (), "a b"), ("body.body", (), "body.body"),
        ("x" * 9_000, (), "x" * 100), ("variants[01].name", ("variants", 1, "name"), "variants[01].name"),
    ],
)  # fmt: skip
def test_what_no_field_is_called_is_named(written: Any, path: tuple[Any, ...], named: str) -> None:
    assert reason_of(written) == (path, f"Statsig says of {named}: Required")


def test_without_a_request_there_are_no_rows() -> None:
    found = reasons({"errors": [{"property": "variants[0].json", "errorMessage": "Required"}]})
    assert found == [(("variants",), "Statsig says of variants[0].json: Required")]


NO_REASON = [((), "Statsig did not accept this, and gave no reason.")]


@pytest.mark.parametrize(
    "reply",
    [
        None, [], "", 7, {}, {"message": ""}, {"message": " "}, {"message": 7}, {"errors": []}, {"errors": " "},
        {"errors": [7, None, "", {}, {"property": "name"}, {"property": "name", "errorMessage": 7}, [[[[["deep"]]]]]]},
    ],
)  # fmt: skip
def test_a_refusal_without_a_reason_says_so(reply: Any) -> None:
    assert reasons(reply) == NO_REASON


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ({"message": ["name must be a string", "variants.0.json should not be empty", "Try again"]},
         [(("name",), "name must be a string"), (("variants", 0, "json"), "variants.0.json should not be empty"),
          ((), "Try again")]),
        ({"errors": [{"property": "description", "errorMessage": ["a", "b"]}]},
         [(("description",), "a"), (("description",), "b")]),
        ({"message": "Bad", "errors": ["name is odd", "else"]}, [(("name",), "name is odd"), ((), "else")]),
        ({"errors": {"name": ["too short"], "variants": "bad", "variants[1].size": {"message": "odd"}}},
         [(("name",), "too short"), (("variants",), "bad"), (("variants", 1, "size"), "odd")]),
        ({"errors": [{"path": ["variants", 1, "json"], "message": "x"}]}, [(("variants", 1, "json"), "x")]),
        ({"errors": [{"field": "idType", "message": "x"}]}, [(("idType",), "x")]),
        ({"errors": [{"property": "$.variants[0]['size']", "errorMessage": "x"}]}, [(("variants", 0, "size"), "x")]),
        ({"errors": [{"property": "name", "constraints": {"isString": "x", "minLength": "y"}}]},
         [(("name",), "x"), (("name",), "y")]),
        ({"errors": [{"property": "name"}], "message": "Bad"}, [((), "Bad")]),
        ({"message": {"message": "x"}, "error": "y"}, [((), "x")]),
        ({"error": "Some reason"}, [((), "Some reason")]),
        ("just a text", [((), "just a text")]),
        (["a", "b"], [((), "a"), ((), "b")]),
    ],
)  # fmt: skip
def test_a_reason_is_read_in_whatever_shape_it_comes(reply: Any, found: list[FieldError]) -> None:
    said = [
        (path, message.replace("Statsig says: ", "").replace("Statsig says ", ""))
        for path, message in reasons(reply, 2)
    ]
    assert said == found


def test_reasons_are_bounded() -> None:
    found = reasons({"errors": [{"property": "name", "errorMessage": "x" * 9000}] * 500})
    assert len(found) == MAX_REASONS and max(len(reason.message) for reason in found) < MAX_REASON + 20


@pytest.mark.parametrize("named", ["a." * 100_000, ["a"] * 100_000])
def test_long_property_is_read_no_further_than_its_first_steps(named: Any) -> None:
    reply = {"errors": [{"property": named, "errorMessage": ["Required"] * MAX_REASONS}]}
    tracemalloc.start()
    found = reasons(reply)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found) == MAX_REASONS
    assert peak < 500_000  # bytes


TAKEN = [
    "Name is already in use",
    "An autotune with this name already exists",
    "This id is taken",
    "The ID is already taken.",
    "Name already exists",
    "name: exists already",
    "The name “v1.2 beta” is in use",
    "That name has been taken",
    "This name was already used by a deleted autotune",
    "No two autotunes may share one name: it is already in use",
    "An experiment already exists with this name",
    "Autotune already exists",
    "Autotune button_color_test already exists.",
    "Already in use",
    "Already exists.",
    "Duplicate name",
    "Name must be unique",
    "The name of an autotune has to be unique",
    "This name isn’t unique",
]


@pytest.mark.parametrize("message", TAKEN)
@pytest.mark.parametrize("reply", ["message", "", None, "name", "body.name"])
def test_a_taken_name_stands_at_the_name(message: str, reply: str | None) -> None:
    found = said_of(reply, message)
    assert found == [(("name",), f"Enter another name. Statsig says: {message}")] and name_taken(found)


def said_of(written: str | None, message: str) -> list[FieldError]:
    """As the one message, or as an error with a property or none."""
    if written == "message":
        return reasons({"message": message})
    error = {"errorMessage": message} if written is None else {"errorMessage": message, "property": written}
    return reasons({"message": "Bad Request Exception", "errors": [error]})


@pytest.mark.parametrize(
    "message",
    [
        "Invalid request.",
        "The variant exists twice",
        "Bad Request Exception",
        "No experiment with this name exists",
        "Invalid id type: no such id exists",
        "Project is already in use by another company",
        "The name is not in use",
        "This name isn’t taken",
        "Name is invalid. Project is already in use by another company",
        "The variant name is already in use",
        "This group name is taken",
        "The id type is already in use",
        "Company name already exists",
        "The linked experiment is in use already",
        "The provided name is too long",
        "No autotune of this name does not already exist",
    ],
)
@pytest.mark.parametrize("reply", ["message", "", None])
def test_any_other_sentence_stands_above_the_form(message: str, reply: str | None) -> None:
    found = said_of(reply, message)
    assert found == [((), f"Statsig says: {message}")] and not name_taken(found)


def test_what_is_taken_elsewhere_is_no_taken_name() -> None:
    assert reason_of("idType", "This id is taken") == (("idType",), "Statsig says: This id is taken")
    assert reason_of("variants[0].name", "Name is already in use").path == ("variants", 0, "name")
    assert reason_of("bogus", "Name is already in use") == ((), "Statsig says of bogus: Name is already in use")


@pytest.mark.parametrize(
    ("written", "message", "taken"),
    [
        ("bogus", "Name is already in use", True), ("autotune.id", "Already exists", True),
        ("idType", "This id is taken", False), ("variants[0].name", "Name is already in use", False),
        ("variants[7].name", "Name is already in use", False), ("name", "Required", False),
    ],
)  # fmt: skip
def test_a_name_may_be_taken_wherever_that_is_said(written: str, message: str, taken: bool) -> None:
    assert name_taken([reason_of("name"), reason_of(written, message)]) == taken
