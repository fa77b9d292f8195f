"""Reading Statsig's answers: JSON, limits and waits. The key in them: `test_redaction`."""

import json
from typing import Any

import pytest

from webapp.config import Secret
from webapp.statsig import RateLimited
from webapp.statsig.responses import MOST_MARKS, asked_wait, marks_of, read_reply, rows_of

from ..conftest import CANARY

KEY = Secret(CANARY)


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
    ("body", "rows"),
    [
        ('{"variants": [1, {}, {}]}', 3), ('{"variants": []}', 0), ('{"variants": {"a": 1}}', 0), ("{}", 0), ("[]", 0),
        ("", 0), ("{", 0), ("null", 0),
    ],
)  # fmt: skip
def test_a_request_has_so_many_rows(body: str, rows: int) -> None:
    assert rows_of(body) == rows


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
    assert RateLimited(asked_wait(header)).retry_after == seconds


@pytest.mark.parametrize(
    ("header", "when"),
    [
        ("0", "now"), ("Wed, 21 Oct 2015 07:28:00 GMT", "now"), ("1", "in 1 second"), ("2", "in 2 seconds"),
        ("60", "in 60 seconds"), (None, "in 10 seconds"), ("61", "in a minute or more"),
        ("9" * 5000, "in a minute or more"), ("Fri, 21 Oct 2095 07:28:00 GMT", "in a minute or more"),
    ],
)  # fmt: skip
def test_how_long_to_wait_is_told_as_it_is(header: str | None, when: str) -> None:
    assert str(RateLimited(asked_wait(header))) == f"Statsig is busy. Try again {when}."


def test_a_part_of_a_second_is_waited_for_too() -> None:
    assert RateLimited(0.2).retry_after == 1
