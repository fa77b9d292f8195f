"""What holds for whatever is typed."""

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.contract.advice import advice, first_data
from webapp.contract.fields import CONTEXTUAL_ONLY, FIELDS
from webapp.contract.form_data import answers_of
from webapp.contract.formatting import in_words
from webapp.contract.json_input import JsonError, read_json, write_json
from webapp.contract.number_input import plain_figures
from webapp.contract.payload import body, payload
from webapp.contract.validation import Autotune, parse

from .samples import BLANK, FULL

quick = settings(deadline=None, max_examples=100, derandomize=True)

NASTY = [
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
anything = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(NASTY)
NONCHARACTERS = [chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF)]
NONCHARACTERS += map(chr, range(0xFDD0, 0xFDF0))
letters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=NONCHARACTERS)
line = st.text(letters, max_size=20)
text = st.text(letters | st.sampled_from("\r\n\t"), max_size=40)
features = text.map(lambda typed: re.sub("[,;\t\u060c\u061b\u3001\uff0c\uff1b]", "", typed))
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
def edited(draw: st.DrawFn) -> str:
    """JSON into which somebody typed something, or from which something was taken away."""
    whole = draw(json_values.map(write_json) | st.builds(json.dumps, json_values, ensure_ascii=st.booleans()))
    at = draw(st.integers(0, len(whole)))
    typed = draw(st.text('{}[]":,\\/ \n\t-+.eE019truefalsnNIud8c\u00a0\x7f', max_size=3))
    return whole[:at] + typed + whole[at + draw(st.integers(0, 2)) :]


@st.composite
def sound(draw: st.DrawFn) -> dict[str, Any]:
    """Answers that are mostly accepted."""
    optional = {name: draw(text if name in ("description", "goalRichText") else line) for name in BLANK}
    chosen = {field.name: draw(st.sampled_from(_spellings(field.choices))) for field in FIELDS if field.choices}
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
            st.lists(sound_variant(), min_size=2, max_size=4, unique_by=lambda each: each["name"].strip())
        ),
    }


def _spellings(choices: Any) -> list[str]:
    return [spelling for choice in choices for spelling in choice.spellings]


@st.composite
def sound_variant(draw: st.DrawFn) -> dict[str, str]:
    size = draw(st.just("") | st.integers(1, 2**53).map(str) | st.floats(0, 1e22, exclude_min=True).map(plain_figures))
    return {"name": draw(line.filter(str.strip)), "json": draw(json_values.map(write_json)), "size": size}


def any_object(*names: str, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    members: dict[str, Any] = {name: known.get(name, json_values) for name in names}
    return st.fixed_dictionaries({}, optional=members | {"other": st.none()})


@quick
@given(json_values)
def test_what_is_written_reads_as_it_was(value: Any) -> None:
    assert repr(read_json(write_json(value))) == repr(value)


@quick
@given(json_values, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_it_does_not_matter_how_json_is_laid_out(value: Any, indent: Any, ascii_only: bool) -> None:
    laid_out = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert repr(read_json(laid_out)) == repr(value)


def read_or_error(text: str) -> Any:
    try:
        return read_json(text)
    except JsonError as error:
        return error


def strictly(text: str) -> Any:
    """What the standard library reads; a ValueError also for what it reads although it cannot be sent as typed."""
    value = json.loads(
        text, object_pairs_hook=_without_duplicates, parse_constant=_refuse, parse_int=_whole, parse_float=_as_typed
    )
    json.dumps(value, ensure_ascii=False).encode()  # refuses half of a surrogate pair
    return value if _depth(value) <= 32 else _refuse("depth")


def _refuse(reason: str) -> NoReturn:
    raise ValueError(reason)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(pairs) if len(dict(pairs)) == len(pairs) else _refuse("duplicate key")


def _whole(digits: str) -> int:
    return int(digits) if abs(int(digits)) <= 2**53 else _refuse("too large")


def _as_typed(digits: str) -> float:
    return float(digits) if Decimal(digits) == Decimal(repr(float(digits))) else _refuse("inexact")


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value
    return 1 + max(map(_depth, inner), default=0) if isinstance(value, dict | list) else 0


@settings(quick, max_examples=600)
@given(edited())
def test_the_reader_agrees_with_the_strict_standard_library(typed: str) -> None:
    try:
        expected = strictly(typed)
    except ValueError:
        assert isinstance(read_or_error(typed), JsonError)
    else:
        assert repr(read_or_error(typed)) == repr(expected)


@quick
@given(anything | st.text('{}[]":,\\ 1aeE-.\n', max_size=30))
def test_a_text_is_read_or_refused_at_a_place_within_it(typed: str) -> None:
    found = read_or_error(typed)
    if isinstance(found, JsonError):
        lines = typed.split("\n")
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1


variant = st.fixed_dictionaries({"name": anything, "json": anything, "size": anything})


@quick
@given(st.fixed_dictionaries(dict.fromkeys(BLANK, anything)), st.lists(variant, max_size=4))
def test_nothing_that_is_typed_raises(answers: dict[str, str], variants: list[dict[str, str]]) -> None:
    found = parse({**answers, "variants": variants})
    assert isinstance(found, Autotune) or found
    for field in FIELDS:
        in_words(field, answers)


@quick
@given(st.sampled_from(sorted(BLANK)), anything)
def test_nothing_that_is_typed_into_one_field_raises(name: str, typed: str) -> None:
    variants = [{"name": "a", "json": "{}", "size": ""}, {"name": "b", "json": "{}", "size": ""}]
    found = parse({**FULL, "variants": variants, name: typed})
    if isinstance(found, list):
        assert {problem.path[0] for problem in found} <= {name, *CONTEXTUAL_ONLY}
    else:
        assert json.loads(body(found)) == payload(found)


@quick
@given(sound())
def test_what_is_accepted_is_sent_as_it_was_typed(answers: dict[str, Any]) -> None:
    autotune = parse(answers)
    assert isinstance(autotune, Autotune), autotune
    members = payload(autotune)
    assert json.loads(body(autotune)) == members
    for name in ("description", "goalRichText"):
        typed = answers[name].replace("\r\n", "\n").replace("\r", "\n")
        assert members.get(name, "") == (typed if typed.strip() else "")
    for name in (
        "name",
        "successEvent",
        "successEventValue",
        "metadataField",
        "metricSourceID",
        "valueColumn",
        "idType",
    ):
        assert members.get(name, "") == answers[name].strip()
    for given_, found in zip(answers["variants"], members["variants"], strict=True):
        assert found["name"] == given_["name"].strip()
        assert repr(found["json"]) == repr(json.loads(given_["json"]))


@quick
@given(sound())
def test_no_member_is_sent_that_was_left_blank(answers: dict[str, Any]) -> None:
    autotune = parse(answers)
    assert isinstance(autotune, Autotune), autotune
    blank = {name for name, answer in answers.items() if name != "variants" and not answer.strip()}
    classic = {"isContextual"} if answers["isContextual"] == "false" else set()
    members = payload(autotune)
    assert set(members) == set(answers) - blank - classic
    assert None not in members.values()
    assert [("size" in each) for each in members["variants"]] == [bool(each["size"]) for each in answers["variants"]]


@quick
@given(sound())
def test_what_is_sent_reads_back_as_the_same_autotune(answers: dict[str, Any]) -> None:
    autotune = parse(answers)
    assert isinstance(autotune, Autotune), autotune
    again, problems = answers_of(payload(autotune))
    assert problems == []
    assert parse(again) == autotune
    assert body(parse(again)) == body(autotune)  # type: ignore[arg-type]


@quick
@given(sound())
def test_advice_is_never_in_the_way(answers: dict[str, Any]) -> None:
    autotune = parse(answers)
    assert isinstance(autotune, Autotune), autotune
    known = {*BLANK, "variants"}
    assert all(each.path[0] in known and each.message.endswith(".") for each in advice(autotune))
    assert first_data(autotune).endswith(" more.")


@quick
@given(
    json_values | any_object(*BLANK, "variants", variants=st.lists(any_object("name", "json", "size")) | json_values)
)
def test_any_body_is_put_as_typed_or_refused(value: Any) -> None:
    answers, problems = answers_of(value)
    assert set(answers) == {*BLANK, "variants"}
    assert all(isinstance(answers[name], str) for name in BLANK)
    assert problems or isinstance(parse(answers), list | Autotune)
