"""The key in disguise: whatever it was put through, and wherever it stands, nothing of it comes out."""

import base64
import json
import re
import sys
import time
import unicodedata
from collections.abc import Callable
from urllib.parse import quote

import pytest

from webapp.config import Secret
from webapp.statsig.redaction import HIDDEN, LAST_ADORNED, RUN, redact

from ..conftest import CANARY

KEY = Secret(CANARY)
PART = CANARY.removeprefix("console-")
MEGABYTES = 4 * 1024 * 1024


def _all(form: str, text: str = CANARY) -> str:
    return "".join(form.format(ord(sign)) for sign in text)


def _base64(text: str, coding: str = "utf-8") -> str:
    return base64.b64encode(text.encode(coding)).decode()


def _nested(text: str, times: int) -> str:
    for _ in range(times):
        text = quote(text, safe="").replace("-", "%2D")
    return text


DISGUISES = {
    "without its prefix": PART,
    "without its prefix, in capitals": PART.upper(),
    "a run at its beginning": PART[:RUN],
    "a run in its middle": PART[4 : 4 + RUN],
    "a run at its end": PART[-RUN:],
    "an entity for the hyphen": f"console&#45;{PART}",
    "a named entity for the hyphen": f"console&hyphen;{PART}",
    "entities": _all("&#{};"),
    "entities in hex, without semicolons": _all("&#x{:X}"),
    "entities with zeros": _all("&#00000{};"),
    "entities of entities": _all("&amp;#{};"),
    "escapes of JSON in JSON": CANARY.replace("-", "\\u002d"),
    "escapes to the last sign": _all("\\u{:04x}"),
    "escapes of escapes": _all("\\\\u{:04X}"),
    "escapes with braces": _all("\\u{{{:x}}}"),
    "escapes of bytes": _all("\\x{:02x}"),
    "percent signs twice": _nested(CANARY, 2),
    "percent signs three times": _nested(CANARY, 3),
    "percent signs twice, to the last sign": _all("%25{:02X}"),
    "percent signs, half": _all("%{:02x}", CANARY[:16]) + CANARY[16:],
    "percent signs around entities": quote(_all("&#{};"), safe=""),
    "hex": CANARY.encode().hex(),
    "hex in capitals": CANARY.encode().hex().upper(),
    "hex with colons": CANARY.encode().hex(":"),
    "hex of UTF-16": CANARY.encode("utf-16").hex(),
    "hex of its part": PART.encode().hex(),
    "base64 of its part": _base64(PART),
    "base64 of its part, one on": _base64(f"k{PART}"),
    "base64 of its part, two on": _base64(f"ke{PART}"),
    "base64 of a run": _base64(PART[:RUN]),
    "base64 of UTF-16": _base64(CANARY, "utf-16"),
    "base64 of UTF-16, turned": _base64(CANARY, "utf-16-be"),
    "base64 of UTF-16 in a header": _base64(f"key: {CANARY}", "utf-16-le"),
    "base64 with line breaks": "\r\n".join(_base64(f"key={CANARY}")[at : at + 5] for at in range(0, 60, 5)),
    "base64 for addresses": base64.urlsafe_b64encode(f"\xff\xfe{CANARY}".encode()).decode(),
    "base64 with percent signs": _all("%{:02x}", _base64(CANARY)),
    "zero-width signs": "\u200b".join(CANARY),
    "joiners and soft hyphens": "\u2060\u00ad".join(CANARY),
    "accents": "\u0301".join(CANARY),
    "letters with accents": unicodedata.normalize("NFC", "\u0301".join(CANARY)),
    "NUL": "\0".join(CANARY),
    "spaces": " ".join(CANARY),
    "line breaks": "\n".join(CANARY),
    "full width": "".join(chr(ord(sign) + 0xFEE0) for sign in CANARY),
    "bold": "".join(chr(0x1D400 + ord(sign) - 65) if "A" <= sign <= "Z" else sign for sign in CANARY),
    "deeper than is looked": _nested(_all("%{:02x}"), 7),
    "a number without end": f"&#{'0' * 5000}99;{_all('&#{};', CANARY[1:])}",
}


@pytest.mark.parametrize("disguise", DISGUISES.values(), ids=DISGUISES)
def test_the_key_is_hidden_in_every_disguise(disguise: str) -> None:
    for text in (disguise, f"Key: {disguise}.", f"ü{disguise}ü"):
        hidden = redact({"a": [{text: text}, text], text: 1}, KEY)
        assert hidden == {"a": [{HIDDEN: HIDDEN}, HIDDEN], HIDDEN: 1}


def test_a_key_that_stands_there_as_it_is_leaves_its_sentence() -> None:
    assert redact(f"The key {CANARY} is unknown.", KEY) == f"The key {HIDDEN} is unknown."


def test_beyond_a_point_no_sign_stands_for_a_plain_one() -> None:
    """Otherwise the table of them would have to go on."""
    beyond = "".join(map(chr, range(LAST_ADORNED + 1, sys.maxunicode + 1)))
    assert not re.search("[a-z0-9]", unicodedata.normalize("NFKD", beyond), re.IGNORECASE | re.ASCII)


def test_a_short_secret_counts_whole() -> None:
    key = Secret("console-1234567890")
    assert redact(["1234567890", "MTIzNDU2Nzg5MA==", "12345%36789&#48;"], key) == [HIDDEN] * 3
    assert redact(["123456789", "34567890"], key) == ["123456789", "34567890"]


def test_a_word_for_a_key_is_hidden_as_it_stands_alone() -> None:
    key = Secret("console-sandbox")
    assert redact(["the console, sandbox", "console-sandbox"], key) == ["the console, sandbox", HIDDEN]


@pytest.mark.parametrize(
    "text",
    [
        PART[: RUN - 1],
        "50 % &amp; more &#9731; \\u2603 \\n %E2%98%83",
        '{"banner": "wars2026isbackonallyourscreens"}',
        "SGVsbG8gd29ybGQsIHRoaXMgaXMgYSBsb25nZXIgdGV4dA==",
        "日本語のテキスト、とても長い説明。",
        "&#; &#x; \\u12 \\x %zz %",
    ],
)
def test_what_only_looks_odd_stays_as_it_is(text: str) -> None:
    assert redact({text: [text]}, KEY) == {text: [text]}


@pytest.mark.parametrize(
    "fill",
    [
        lambda: "An ordinary sentence, with ordinary words. ",
        lambda: "ü日本語 ",
        lambda: "%2541",
        lambda: "&amp;#65;",
        lambda: "\\u0041\\",
        lambda: "%",
        lambda: "&",
        lambda: "&#",
        lambda: "\\",
        lambda: "console-",
        lambda: f"{PART[: RUN - 1]}/",
        lambda: PART[3:9],
        lambda: "\u0327\u0301",
        lambda: "\ufdfa",
    ],
    ids=range(14),
)
def test_the_time_grows_with_the_text_alone(fill: Callable[[], str]) -> None:
    """Ten times the text takes ten times as long, and not a hundred."""
    piece = fill()

    def took(size: int) -> float:
        text = piece * (size // len(piece))
        began = time.process_time()
        redact(text, KEY)
        return time.process_time() - began

    assert took(MEGABYTES // 4) < 40 * max(took(MEGABYTES // 40), 0.005)


def test_a_reply_as_large_as_may_be_takes_no_time_to_speak_of() -> None:
    text = json.dumps([{"name": f"Button Color {n}", "description": "Which colour? " * 10} for n in range(20_000)])
    value = json.loads(text[: text.rindex("}, ")] + "}]")
    assert len(text) > MEGABYTES - 1_000_000
    began = time.process_time()
    assert redact(value, KEY) == value
    assert time.process_time() - began < 2  # seconds; it takes a tenth of that
