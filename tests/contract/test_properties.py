"""Properties of the form that hold for any input."""

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.contract.advice import advice, first_data
from webapp.contract.diff import differences
from webapp.contract.fields import ChoiceField
from webapp.contract.form import CONTEXTUAL_FIELDS, FIELDS, AutotuneForm
from webapp.contract.json_input import JsonError, read_json, write_json
from webapp.contract.numbers import without_exponent
from webapp.contract.request_body import form_from_body

from .samples import BLANK, FULL, fields_of

fast_settings = settings(deadline=None, max_examples=100, derandomize=True)

HOSTILE_TEXTS = [
    "\x00",
    "\ud800",
    "\r",
    "\u2028",
    "²",
    "٣",
    "1e999",
    "NaN",
    "9" * 400,
    "{" * 40,
    "1" * 1_001,
    "1hr",
    "true",
    "0.5",
]
anything = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(HOSTILE_TEXTS)
NONCHARACTERS = [chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)]
NONCHARACTERS += map(chr, range(0xFDD0, 0xFDF0))
letters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=NONCHARACTERS)
line = st.text(letters, max_size=20)
text = st.text(letters | st.sampled_from("\r\n\t"), max_size=40)
features = text.map(lambda input_text: re.sub("[,;\t\u060c\u061b\u3001\uff0c\uff1b]", "", input_text))
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def edited_json(draw: st.DrawFn) -> str:
    """JSON with a few characters inserted or removed."""
    document = draw(json_values.map(write_json) | st.builds(json.dumps, json_values, ensure_ascii=st.booleans()))
    position = draw(st.integers(0, len(document)))
    input_text = draw(st.text('{}[]":,\\/ \n\t-+.eE019truefalsnNIud8c\u00a0\x7f', max_size=3))
    return document[:position] + input_text + document[position + draw(st.integers(0, 2)) :]


@st.composite
def valid_form_data(draw: st.DrawFn) -> dict[str, Any]:
    """Valid form data."""
    optional = {name: draw(text if name in fields_of("text") else line) for name in BLANK}
    chosen = {
        field.name: draw(st.sampled_from(_spellings(field.choices)))
        for field in FIELDS.values()
        if isinstance(field, ChoiceField)
    }
    share = st.sampled_from(["", "0.001", "1", ".5", "0.25 "]) | st.floats(0.001, 1).map(repr)
    contextual = chosen["isContextual"] == "true"
    return {
        **optional,
        **chosen,
        "name": draw(line.filter(str.strip)),
        "successEvent": draw(line.filter(str.strip)),
        "explorationWindowRate": draw(share) if contextual else "",
        "longtermExplorationAllocation": draw(share) if contextual else "",
        "featureList": draw(features) if contextual else "",
        "metadataField": draw(line) if contextual else "",
        "higherIsBetter": chosen["higherIsBetter"] if contextual else "",
        "variants": draw(
            st.lists(valid_variant(), min_size=2, max_size=4, unique_by=lambda variant: variant["name"].strip())
        ),
    }


def _spellings(choices: Any) -> list[str]:
    return [spelling for choice in choices for spelling in choice.spellings]


@st.composite
def valid_variant(draw: st.DrawFn) -> dict[str, str]:
    numbers = st.floats(0, 1e22, exclude_min=True).map(without_exponent)
    size = draw(st.just("") | st.integers(1, 2**53).map(str) | numbers)
    return {"name": draw(line.filter(str.strip)), "json": draw(json_values.map(write_json)), "size": size}


def any_object(*names: str, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    properties: dict[str, Any] = {name: known.get(name, json_values) for name in names}
    return st.fixed_dictionaries({}, optional=properties | {"other": st.none()})


@fast_settings
@given(json_values)
def test_written_json_is_read_as_the_same_value(value: Any) -> None:
    assert repr(read_json(write_json(value))) == repr(value)


@fast_settings
@given(json_values, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_layout_of_json_does_not_matter(value: Any, indent: Any, ascii_only: bool) -> None:
    laid_out = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert repr(read_json(laid_out)) == repr(value)


def read_or_error(text: str) -> Any:
    try:
        return read_json(text)
    except JsonError as error:
        return error


def read_strictly(text: str) -> Any:
    """What the standard library reads. Raises ValueError also for values that could not be sent as entered."""
    value = json.loads(
        text, object_pairs_hook=_without_duplicates, parse_constant=_reject, parse_int=_whole, parse_float=_as_typed
    )
    json.dumps(value, ensure_ascii=False).encode()  # raises for half of a surrogate pair
    return value if _depth(value) <= 32 else _reject("depth")


def _reject(reason: str) -> NoReturn:
    raise ValueError(reason)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(pairs) if len(dict(pairs)) == len(pairs) else _reject("duplicate key")


def _whole(digits: str) -> int:
    return int(digits) if abs(int(digits)) <= 2**53 else _reject("too large")


def _as_typed(digits: str) -> float:
    return float(digits) if Decimal(digits) == Decimal(repr(float(digits))) else _reject("inexact")


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(map(_depth, inner), default=0) if isinstance(value, dict | list) else 0


@settings(fast_settings, max_examples=600)
@given(edited_json())
def test_reader_agrees_with_a_strict_standard_library(input_text: str) -> None:
    try:
        expected = read_strictly(input_text)
    except ValueError:
        assert isinstance(read_or_error(input_text), JsonError)
    else:
        assert repr(read_or_error(input_text)) == repr(expected)


@fast_settings
@given(anything | st.text('{}[]":,\\ 1aeE-.\n', max_size=30))
def test_error_has_a_position_within_the_text(input_text: str) -> None:
    error = read_or_error(input_text)
    if isinstance(error, JsonError):
        lines = input_text.split("\n")
        line, column = map(int, re.findall("[0-9]+", str(error))[-2:])
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


variant = st.fixed_dictionaries({"name": anything, "json": anything, "size": anything})


@fast_settings
@given(st.fixed_dictionaries(dict.fromkeys(BLANK, anything)), st.lists(variant, max_size=4))
def test_no_input_raises(fields: dict[str, str], variants: list[dict[str, str]]) -> None:
    form = AutotuneForm.from_data({**fields, "variants": variants})
    assert form.validate() is not bool(form.error_list())
    for name in FIELDS:
        form.display_value(name)


@fast_settings
@given(st.sampled_from(sorted(BLANK)), anything)
def test_no_input_of_one_field_raises(name: str, input_text: str) -> None:
    variants = [{"name": "a", "json": "{}", "size": ""}, {"name": "b", "json": "{}", "size": ""}]
    form = AutotuneForm.from_data({**FULL, "variants": variants, name: input_text})
    if form.validate():
        assert json.loads(write_json(form.body())) == form.body()
    else:
        assert {error.field for error in form.error_list()} <= {name, *CONTEXTUAL_FIELDS}


def valid(form_data: dict[str, Any]) -> AutotuneForm:
    form = AutotuneForm.from_data(form_data)
    assert form.validate(), form.error_list()
    return form


@fast_settings
@given(valid_form_data())
def test_valid_input_is_sent_as_typed(form_data: dict[str, Any]) -> None:
    body = valid(form_data).body()
    assert json.loads(write_json(body)) == body
    for name in fields_of("text"):
        input_text = form_data[name].replace("\r\n", "\n").replace("\r", "\n")
        assert body.get(name, "") == (input_text if input_text.strip() else "")
    for name in fields_of("line"):
        assert body.get(name, "") == form_data[name].strip()
    for input_variant, variant in zip(form_data["variants"], body["variants"], strict=True):
        assert variant["name"] == input_variant["name"].strip()
        assert repr(variant["json"]) == repr(json.loads(input_variant["json"]))


@fast_settings
@given(valid_form_data())
def test_blank_field_is_not_sent(form_data: dict[str, Any]) -> None:
    blank = {name for name, text in form_data.items() if name != "variants" and not text.strip()}
    classic = {"isContextual"} if form_data["isContextual"] == "false" else set()
    body = valid(form_data).body()
    assert set(body) == set(form_data) - blank - classic
    assert None not in body.values()
    assert [("size" in variant) for variant in body["variants"]] == [
        bool(input_text["size"]) for input_text in form_data["variants"]
    ]


@fast_settings
@given(valid_form_data())
def test_form_data_is_kept_as_it_was_typed(form_data: dict[str, Any]) -> None:
    assert valid(form_data).form_data == form_data


@fast_settings
@given(valid_form_data())
def test_sent_body_is_read_as_the_same(form_data: dict[str, Any]) -> None:
    body = valid(form_data).body()
    form = form_from_body(body)
    assert form.validate(), form.error_list()
    assert write_json(form.body()) == write_json(body)


@fast_settings
@given(valid_form_data())
def test_advice_does_not_prevent_a_create(form_data: dict[str, Any]) -> None:
    body = valid(form_data).body()
    known = {*BLANK, "variants"}
    assert all(item.field.partition("-")[0] in known and item.message.endswith(".") for item in advice(body))
    assert first_data(body).startswith("After the start, the first data")


@fast_settings
@given(
    json_values | any_object(*BLANK, "variants", variants=st.lists(any_object("name", "json", "size")) | json_values)
)
def test_any_body_is_rejected_or_sent_unchanged(body: Any) -> None:
    form = form_from_body(body)
    assert set(form.form_data) == {*BLANK, "variants"}
    if form.validate():
        assert _is_equal(form.body(), body)
    else:
        assert form.error_list()


@fast_settings
@given(valid_form_data(), st.sampled_from(sorted({*BLANK})), json_values)
def test_body_with_any_value_is_rejected_or_sent_unchanged(form_data: dict[str, Any], name: str, value: Any) -> None:
    body = valid(form_data).body() | {name: value}
    form = form_from_body(body)
    assert not form.validate() or _is_equal(form.body(), body)


def _is_equal(sent: dict[str, Any], body: dict[str, Any]) -> bool:
    """Whether they differ only in spellings of choices, and in properties left out as blank or as the default."""
    left_out = {name for name in body if name not in sent}
    return (
        all(body[name] in (None, "", [], False) for name in left_out)
        and sent.get("name") == body.get("name")
        and not differences(sent, {**dict.fromkeys(sent), **body})
    )
