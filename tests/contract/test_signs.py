"""Signs that no page can show are replaced where they are shown."""

import pytest

from webapp.contract import visible
from webapp.contract.signs import unseen


@pytest.mark.parametrize(
    "sign",
    [
        *"\x00\x08\x0b\x0c\x0e\x1f\x7f\x80\x9f\ud800\udfff\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0002ffff\U0010fffe\U0010ffff"
    ],
)
def test_a_sign_stands_in_for_each_that_cannot_be_shown(sign: str) -> None:
    assert visible(f"a{sign}{sign}b") == "a\ufffd\ufffdb"


@pytest.mark.parametrize(
    "text", ["", " \t\r\n", "~\xa0\xad", "é€😀", "\u200b\u2028", "\ud7ff\ue000\ufdcf\ufdf0\ufeff\ufffd"]
)
def test_every_other_sign_is_shown(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", ""),
        ("a b\tc\nd", ""),
        ("é😀日本", ""),
        ("a\xa0b", "the invisible space U+00A0"),
        ("a\u200bb\ufeff", "the invisible sign U+200B"),
        ("\U000e0041", "the invisible sign U+E0041"),
    ],
)
def test_what_nobody_sees_is_called_by_its_number(text: str, what: str) -> None:
    assert unseen(text) == what
