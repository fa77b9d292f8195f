"""Reading Statsig's responses: JSON and Retry-After. Removing the key: `test_redaction`."""

from typing import Any

import pytest

from webapp.config import Secret
from webapp.statsig import RateLimited
from webapp.statsig.responses import parse_json, parse_retry_after

from ..conftest import CANARY

KEY = Secret(CANARY)

UNREADABLE = [
    b"", b" ", b"{", b"<html>", b"\xff\xfe", b"NaN", b'{"a": Infinity}', b"[1e999]", b"[-1e999]", b"9" * 5000,
    b"[" * 100_000, b'"\x01"', b"{'a': 1}", b'{"a": 1}{"b": 2}',
]  # fmt: skip


@pytest.mark.parametrize("content", UNREADABLE, ids=range(len(UNREADABLE)))
def test_content_that_is_not_strict_json_is_none(content: bytes) -> None:
    assert parse_json(content, KEY) is None


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"\xef\xbb\xbf{}", {}),
        (b'{"a": 1e300}', {"a": 1e300}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"[1.0, 1]", [1.0, 1]),
    ],
)
def test_unusual_json_is_read(content: bytes, value: Any) -> None:
    assert parse_json(content, KEY) == value


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 10), ("", 10), ("0", 0), ("00", 0), ("1", 1), (" 7 ", 7), ("60", 60), ("61", 60), ("9" * 9, 60),
        ("9" * 10, 60), ("9" * 5000, 60), ("-1", 10), ("+5", 10), ("1.5", 10), ("7s", 10), ("²", 10), ("٣", 10),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0), ("Fri, 21 Oct 2095 07:28:00 GMT", 60), ("Fri, 21 Oct 2095 07:28:00", 10),
        ("Wed, 21 Oct 99999 07:28:00 GMT", 10), ("Wed, 99 Oct 2015 07:28:00 GMT", 10), ("Oct", 10), ("\x00", 10),
    ],
)  # fmt: skip
def test_retry_after_is_between_0_and_60_seconds(header: str | None, seconds: int) -> None:
    assert RateLimited(parse_retry_after(header)).retry_after == seconds


@pytest.mark.parametrize(
    ("header", "when"),
    [
        ("0", "now"), ("Wed, 21 Oct 2015 07:28:00 GMT", "now"), ("1", "in 1 second"), ("2", "in 2 seconds"),
        ("60", "in 60 seconds"), (None, "in 10 seconds"), ("61", "in a minute or more"),
        ("9" * 5000, "in a minute or more"), ("Fri, 21 Oct 2095 07:28:00 GMT", "in a minute or more"),
    ],
)  # fmt: skip
def test_message_says_when_to_try_again(header: str | None, when: str) -> None:
    assert str(RateLimited(parse_retry_after(header))) == f"Statsig is busy. Try again {when}."


def test_part_of_a_second_is_rounded_up() -> None:
    assert RateLimited(0.2).retry_after == 1
