"""The errors of a rejection, at the fields that Statsig names."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.contract.errors import FieldError
from webapp.statsig.error_parsing import MAX_ERRORS, MAX_MESSAGE, is_name_taken, parse_errors


def parse_entry(property_name: Any, message: Any = "Required") -> FieldError:
    """The error of one entry."""
    (error,) = parse_errors({"errors": [{"property": property_name, "errorMessage": message}]})
    return error


@pytest.mark.parametrize(
    ("property_name", "field"),
    [
        ("name", "name"),
        ("variants", "variants"),
        ("variants[1].json", "variants-1-json"),
        ("variants.1.json", "variants-1-json"),
        ("variants-1-json", "variants-1-json"),
        ('variants[1]["json"]', "variants-1-json"),
        ("/variants/0/name", "variants-0-name"),
        (["variants", 1, "json"], "variants-1-json"),
        (["name"], "name"),
        ("[[[", ""),
    ],
)
def test_error_is_at_the_field_that_its_property_names(property_name: Any, field: str) -> None:
    assert parse_entry(property_name) == (field, "Statsig says: Required")


@pytest.mark.parametrize(
    ("property_name", "field", "name_in_message"),
    [
        ("variants[1]", "variants", "variants[1]"),
        ("variants[²].name", "variants", "variants[²].name"),
        ("variants[99999].name", "variants", "variants[99999].name"),
        ("variants[0].colour", "variants", "variants[0].colour"),
        ("variants[1].json.color", "variants-1-json", "variants[1].json.color"),
        ("featureList[0]", "featureList", "featureList[0]"),
        ("bogus", "", "bogus"),
        ("body.name", "", "body.name"),
        (["bogus", None, 1.5, True], "", "bogus.None.1.5.True"),
        (7, "", "7"),
        (" a\n b ", "", "a b"),
        ("x" * 9_000, "", "x" * 100),
        (["x"] * 9_000, "", ("x." * 50)),
    ],
)
def test_property_that_is_not_exactly_a_field_is_named_in_the_message(
    property_name: Any, field: str, name_in_message: str
) -> None:
    assert parse_entry(property_name) == (field, f"Statsig says about {name_in_message}: Required")


@pytest.mark.parametrize(
    "body", [None, [], "", " ", {}, {"message": ""}, {"status": 400, "message": " "}, {"errors": []}]
)
def test_rejection_without_a_reason_says_so(body: Any) -> None:
    assert parse_errors(body) == [("", "Statsig rejected this without giving a reason.")]


ENTRIES = {
    "property and errorMessage": ({"property": "description", "errorMessage": "x"}, "description", "x"),
    "path and message": ({"path": ["variants", 1, "json"], "message": "x"}, "variants-1-json", "x"),
    "several messages": ({"property": "name", "errorMessage": ["x", "y"]}, "name", '["x", "y"]'),
    "no property": ({"message": "x"}, "", "x"),
    "no message": ({"property": "name"}, "", '{"property": "name"}'),
    "a string": ("name is odd", "", "name is odd"),
    "a number": (7, "", "7"),
    "an unknown shape": ({"field": "name", "reason": "ü"}, "", '{"field": "name", "reason": "ü"}'),
}


@pytest.mark.parametrize(("entry", "field", "message"), ENTRIES.values(), ids=ENTRIES)
def test_entry_of_errors_has_its_field_and_message(entry: Any, field: str, message: str) -> None:
    assert parse_errors({"message": "Bad", "errors": [entry]}) == [(field, f"Statsig says: {message}")]


BODIES = {
    "message": ({"status": 400, "message": "No room"}, "No room"),
    "list of messages": ({"message": ["x", "y"]}, '["x", "y"]'),
    "errors by property": ({"errors": {"name": ["x"]}}, '{"errors": {"name": ["x"]}}'),
    "another name for the message": ({"status": 400, "error": "x"}, '{"error": "x"}'),
    "a string": ("just a text", "just a text"),
    "a list": (["a", "b"], '["a", "b"]'),
    "a number": (7, "7"),
}


@pytest.mark.parametrize(("body", "message"), BODIES.values(), ids=BODIES)
def test_other_body_is_shown_as_it_is_above_the_form(body: Any, message: str) -> None:
    assert parse_errors(body) == [("", f"Statsig says: {message}")]


def test_number_and_length_of_errors_are_limited() -> None:
    errors = parse_errors({"errors": [{"property": "name", "errorMessage": "x" * 9_000}] * 500})
    assert len(errors) == MAX_ERRORS and {len(error.message) for error in errors} == {MAX_MESSAGE + 14}
    (error,) = parse_errors({"unknown": "x" * 9_000})
    assert len(error.message) == MAX_MESSAGE + 14


def test_blank_entries_of_errors_are_skipped() -> None:
    assert parse_errors({"errors": [None, "", " ", {}] * MAX_ERRORS + ["x"]}) == [("", "Statsig says: x")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["message", "errors", "status", "property", "path", "errorMessage"]) | st.text(), inner
        )
    ),
)


@given(JSON)
def test_any_json_gives_errors_of_limited_length(body: Any) -> None:
    errors = parse_errors(body)
    assert errors and all(len(error.message) < 1_000 for error in errors)


NAME_IN_USE = [
    "Name is already in use",
    "The ID is already taken.",
    "Name already exists",
    "This name has been already used",
    "Autotune name already exists",
    "An autotune with this name already exists",
    "Already exists.",
    "already in use",
]


@pytest.mark.parametrize("message", NAME_IN_USE)
@pytest.mark.parametrize("property_name", [None, "name"])
def test_name_in_use_is_at_the_name(message: str, property_name: str | None) -> None:
    body = {"errors": [{"property": property_name, "errorMessage": message}]} if property_name else {"message": message}
    errors = parse_errors(body)
    assert errors == [("name", f"Enter another name. Statsig says: {message}")] and is_name_taken(errors)


@pytest.mark.parametrize("property_name", ["bogus", "autotune.id"])
def test_name_in_use_is_found_under_an_unknown_property(property_name: str) -> None:
    error = parse_entry(property_name, "Name is already in use")
    assert error == ("name", f"Enter another name. Statsig says about {property_name}: Name is already in use")
    assert is_name_taken([parse_entry("idType"), error])


@pytest.mark.parametrize(
    "message",
    [
        "Invalid request.",
        "No experiment with this name exists",
        "Project is already in use by another company",
        "The name is not in use",
        "The variant name is already in use",
        "Name is invalid. Project is already in use by another company",
        "The id type is already in use",
    ],
)
def test_other_message_is_not_a_name_in_use(message: str) -> None:
    errors = parse_errors({"message": message})
    assert errors == [("", f"Statsig says: {message}")] and not is_name_taken(errors)


@pytest.mark.parametrize("property_name", ["idType", "variants[0].name", "variants[7].name"])
def test_name_in_use_at_another_field_is_not_the_name_of_the_autotune(property_name: str) -> None:
    error = parse_entry(property_name, "Name is already in use")
    assert error.field.partition("-")[0] == property_name.partition("[")[0] and not is_name_taken([error])
