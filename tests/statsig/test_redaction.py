"""The key is removed from Statsig's responses: plain, percent-encoded, JSON-escaped and in base64."""

import base64
import json
from urllib.parse import quote

import pytest

from webapp.config import Secret
from webapp.statsig.redaction import HIDDEN, redact

from ..conftest import CANARY

KEY = Secret(CANARY)


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SPELLINGS = {
    "plain": CANARY,
    "upper case": CANARY.upper(),
    "lower case": CANARY.lower(),
    "percent-encoded hyphen": quote(CANARY, safe="").replace("-", "%2D"),
    "every character percent-encoded": "".join(f"%{ord(char):02X}" for char in CANARY),
    "half of it percent-encoded": "".join(f"%{ord(char):02x}" for char in CANARY[:16]) + CANARY[16:],
    "JSON-escaped hyphen": CANARY.replace("-", "\\u002d"),
    "every character JSON-escaped": "".join(f"\\u{ord(char):04X}" for char in CANARY),
    "base64": _base64(CANARY),
    "base64, one byte later": _base64(f"k{CANARY}"),
    "base64, two bytes later": _base64(f"ke{CANARY}"),
    "base64 of a header": _base64(f"user:{CANARY}:x"),
    "another console key": "console-0123456789abcdefghijKLMNOPQRST",
    "a server key": "secret-0123456789abcdefghijKLMNOPQRST",
    "most of it": CANARY[:28],
}


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_key_is_hidden_in_names_and_values_at_any_depth(spelling: str) -> None:
    for text in (spelling, f"Key: {spelling}.", f"<{spelling}{spelling}>"):
        hidden = redact({"a": [{text: text}, text], text: 1}, KEY)
        assert HIDDEN in hidden["a"][1]
        assert spelling[4:-4].lower() not in json.dumps(hidden).lower()


def test_only_the_key_is_removed_from_a_sentence() -> None:
    assert redact(f"The key {CANARY} is unknown.", KEY) == f"The key {HIDDEN} is unknown."


@pytest.mark.parametrize(
    "text",
    [
        "console",
        "secret-santa",
        "console-wars",
        "a console-like thing",
        "[key]",
        "",
        "Größe",
        CANARY[8:20],
        "50 % &amp; more &#9731; \\u2603 \\n %E2%98%83 %zz",
        "SGVsbG8gd29ybGQsIHRoaXMgaXMgYSBsb25nZXIgdGV4dA==",
    ],
)
def test_other_values_are_unchanged(text: str) -> None:
    assert redact([text, {text: 7}, 1.5, None, True], KEY) == [text, {text: 7}, 1.5, None, True]


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\x85", "\ud800", "\ufdd0", "\uffff"])
def test_character_that_cannot_be_shown_is_replaced(char: str) -> None:
    assert redact({f"a{char}": [f"{char}b"]}, KEY) == {"a\ufffd": ["\ufffdb"]}
