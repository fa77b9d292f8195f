"""Reading what comes back: the key taken out, reasons put at fields, waits kept within bounds."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from webapp.config import Secret
from webapp.contract import Problem
from webapp.statsig import Busy
from webapp.statsig.redaction import HIDDEN, redact
from webapp.statsig.replies import (
    MAX_REASON,
    MAX_REASONS,
    MOST_MARKS,
    asked_wait,
    marks_of,
    read_reply,
    reasons,
    rows_of,
)

from ..conftest import CANARY

KEY = Secret(CANARY)


def encoded(before: str, after: str = "") -> str:
    return base64.b64encode(f"{before}{CANARY}{after}".encode()).decode()


SPELLINGS = {
    "plain": CANARY,
    "capitals": CANARY.upper(),
    "percent-encoded": quote(CANARY, safe="").replace("-", "%2D"),
    "percent-encoded in small letters": CANARY.replace("-", "%2d"),
    "percent-encoded to the last sign": "".join(f"%{ord(sign):02X}" for sign in CANARY),
    "base64": encoded(""),
    "base64, one on": encoded("k"),
    "base64, two on": encoded("ke"),
    "base64 of a header": encoded("user:", ":x"),
    "another key": "console-0123456789abcdefghijKLMNOPQRST",
    "a server key": "secret-0123456789abcdefghijKLMNOPQRST",
    "half of it": CANARY[:28],
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_the_key_is_hidden_in_every_spelling_and_place(spelling: str) -> None:
    for text in (spelling, f"Key: {spelling}.", f"<{spelling}{spelling}>"):
        hidden = redact({"a": [{text: text}, text], text: 1}, KEY)
        assert HIDDEN in hidden["a"][1]
        assert spelling[4:-4].lower() not in json.dumps(hidden).lower()


@pytest.mark.parametrize(
    "text", ["console", "secret-santa", "console-wars", "a console-like thing", "[key]", "", "Größe"]
)
def test_what_is_no_key_stays(text: str) -> None:
    assert redact([text, {text: 7}, 1.5, None, True], KEY) == [text, {text: 7}, 1.5, None, True]


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x85", "\ud800", "\ufdd0", "\uffff"])
def test_what_cannot_be_shown_is_replaced(sign: str) -> None:
    assert redact({f"a{sign}": [f"{sign}b"]}, KEY) == {"a\ufffd": ["\ufffdb"]}


UNREADABLE = [
    b"", b" ", b"{", b"<html>", b"\xff\xfe", b"NaN", b'{"a": Infinity}', b"[1e999]", b"[-1e999]", b"9" * 5000,
    b"[" * 100_000, b'"\x01"', b"{'a': 1}", b'{"a": 1}{"b": 2}',
]  # fmt: skip


@pytest.mark.parametrize("content", UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_cannot_be_read_is_nothing(content: bytes) -> None:
    assert read_reply(content, KEY) is None


@pytest.mark.parametrize("piece", [b"[],", b"0,", b"{},", b'[{"":0}],'])
def test_so_many_values_are_read_and_no_more(piece: bytes) -> None:
    """Each takes many times the memory of its few bytes."""
    marks = marks_of(piece)
    most = b"[" + piece * (MOST_MARKS // marks - 1) + b"0]"
    assert read_reply(most, KEY) is not None
    assert read_reply(most[:-2] + piece * 2 + b"0]", KEY) is None
    assert read_reply(most[:-2] + piece * 2 + b"0]", KEY, beside=2 * marks) is not None


def test_a_text_with_many_commas_of_a_request_comes_back() -> None:
    sent = json.dumps({"data": "," * 2 * MOST_MARKS})
    assert read_reply(sent.encode(), KEY) is None
    assert read_reply(sent.encode(), KEY, beside=marks_of(sent.encode())) == json.loads(sent)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"\xef\xbb\xbf{}", {}),
        (b'{"a": 1e300}', {"a": 1e300}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"[1.0, 1]", [1.0, 1]),
    ],
)
def test_what_is_odd_and_yet_json_is_read(content: bytes, value: Any) -> None:
    assert read_reply(content, KEY) == value


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


def reason_of(written: Any, message: str = "Required") -> Problem:
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


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ('{"variants": [1, {}, {}]}', 3), ('{"variants": []}', 0), ('{"variants": {"a": 1}}', 0), ("{}", 0), ("[]", 0),
        ("", 0), ("{", 0), ("null", 0),
    ],
)  # fmt: skip
def test_a_request_has_so_many_rows(body: str, rows: int) -> None:
    assert rows_of(body) == rows


NO_REASON = [((), "Statsig did not accept this, and gave no reason.")]


@pytest.mark.parametrize(
    "reply",
    [
        None, [], "no", 7, {}, {"message": ""}, {"message": " "}, {"message": 7}, {"errors": []}, {"errors": "no"},
        {"errors": [7, None, "x", {}, {"property": "name"}, {"property": "name", "errorMessage": 7}]},
    ],
)  # fmt: skip
def test_a_refusal_without_a_reason_says_so(reply: Any) -> None:
    assert reasons(reply) == NO_REASON


def test_reasons_are_bounded() -> None:
    found = reasons({"errors": [{"property": "name", "errorMessage": "x" * 9000}] * 500})
    assert len(found) == MAX_REASONS and max(len(reason.message) for reason in found) < MAX_REASON + 20


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
]


@pytest.mark.parametrize("message", TAKEN)
@pytest.mark.parametrize("reply", ["message", "", None, "name", "body.name"])
def test_a_taken_name_stands_at_the_name(message: str, reply: str | None) -> None:
    assert said_of(reply, message) == [(("name",), f"Enter another name. Statsig says: {message}")]


def said_of(written: str | None, message: str) -> list[Problem]:
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
    assert said_of(reply, message) == [((), f"Statsig says: {message}")]


def test_what_is_taken_elsewhere_is_no_taken_name() -> None:
    assert reason_of("idType", "This id is taken") == (("idType",), "Statsig says: This id is taken")
    assert reason_of("variants[0].name", "Name is already in use").path == ("variants", 0, "name")
    assert reason_of("bogus", "Name is already in use") == ((), "Statsig says of bogus: Name is already in use")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 10), ("", 10), ("0", 0), ("00", 0), ("1", 1), (" 7 ", 7), ("60", 60), ("61", 60), ("9" * 9, 60),
        ("9" * 10, 60), ("9" * 5000, 60), ("-1", 10), ("+5", 10), ("1.5", 10), ("7s", 10), ("²", 10), ("٣", 10),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("Fri, 21 Oct 2095 07:28:00 GMT", 60), ("Fri, 21 Oct 2095 07:28:00", 10),
        ("Wed, 21 Oct 99999 07:28:00 GMT", 10), ("Wed, 99 Oct 2015 07:28:00 GMT", 10), ("Oct", 10), ("\x00", 10),
    ],
)  # fmt: skip
def test_how_long_to_wait(header: str | None, seconds: int) -> None:
    assert Busy(asked_wait(header)).retry_after == seconds


@pytest.mark.parametrize(
    ("header", "when"),
    [
        ("0", "now"), ("Wed, 21 Oct 2015 07:28:00 GMT", "now"), ("1", "in 1 second"), ("2", "in 2 seconds"),
        ("60", "in 60 seconds"), (None, "in 10 seconds"), ("61", "in a minute or more"),
        ("9" * 5000, "in a minute or more"), ("Fri, 21 Oct 2095 07:28:00 GMT", "in a minute or more"),
    ],
)  # fmt: skip
def test_how_long_to_wait_is_told_as_it_is(header: str | None, when: str) -> None:
    assert str(Busy(asked_wait(header))) == f"Statsig is busy. Try again {when}."


def test_a_part_of_a_second_is_waited_for_too() -> None:
    assert Busy(0.2).retry_after == 1
