"""Reading what comes back: the key taken out, reasons put at fields, waits kept within bounds."""

import base64
import json
from typing import Any
from urllib.parse import quote

import pytest

from webapp.config import Secret
from webapp.statsig.redaction import HIDDEN, redact
from webapp.statsig.replies import MAX_REASON, MAX_REASONS, field_path, read_reply, reasons, retry_after

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
        ("variants[1]", ("variants",)), ("variants[²].name", ("variants",)), ("variants[99999].name", ("variants",)),
        ("variants[0].colour", ("variants",)), ("colour", ()), ("", ()), ("name.first", ("name",)), (7, ()), (None, ()),
        (["name"], ()), ("[[[", ()), ("body/name", ()),
    ],
)  # fmt: skip
def test_where_a_reason_belongs(written: Any, path: tuple[Any, ...]) -> None:
    assert field_path(written) == path


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


@pytest.mark.parametrize(
    "message",
    [
        "Name is already in use",
        "An autotune with this name already exists",
        "This id is taken",
        "The ID is already taken.",
    ],
)
def test_a_taken_name_stands_at_the_name(message: str) -> None:
    ((path, said),) = reasons({"message": message})
    assert path == ("name",) and said == f"Enter another name. Statsig says: {message}"


@pytest.mark.parametrize("message", ["Invalid request.", "The variant exists twice", "Bad Request Exception"])
def test_any_other_sentence_stands_above_the_form(message: str) -> None:
    assert reasons({"message": message}) == [((), f"Statsig says: {message}")]


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
    assert retry_after(header) == seconds
