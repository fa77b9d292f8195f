"""Invisible characters: which they are, how they are shown, and which texts look alike."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.contract.characters import character_name, compare_key, escape_json, spell_out, visible

UNPRINTABLE = [
    *"\x00\x08\x0b\x0c\x0e\x1f\x7f\x80\x9f\ud800\udfff\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0002ffff\U0010fffe\U0010ffff"
]


@pytest.mark.parametrize("character", UNPRINTABLE)
def test_unshowable_character_is_replaced(character: str) -> None:
    assert visible(f"a{character}{character}b") == "a\ufffd\ufffdb"
    assert spell_out(f"a{character}b") == f"a[U+{ord(character):04X}]b"


@pytest.mark.parametrize(
    "text", ["", " \t\r\n", "~\xa0\xad", "é€😀", "\u200b\u2028", "\ud7ff\ue000\ufdcf\ufdf0\ufeff\ufffd"]
)
def test_showable_character_is_kept(text: str) -> None:
    assert visible(text) == text


def test_unshowable_character_in_json_keeps_its_meaning() -> None:
    assert escape_json('{"a": "\x7f\uffff\xad"}') == '{"a": "\\u007f\\uffff\xad"}'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Give \u202e10% off", "Give [U+202E]10% off"),
        ("disc\u200bount", "disc[U+200B]ount"),
        ("price\u200d", "price[U+200D]"),
        ("red\ufe0f", "red[U+FE0F]"),
        ("5\ufe0f", "5[U+FE0F]"),
        ("\ufeffred", "[U+FEFF]red"),
        ("soft\u00adhyphen", "soft[U+00AD]hyphen"),
        ("a\u2066b\u2069", "a[U+2066]b[U+2069]"),
        ("a\u061cb", "a[U+061C]b"),
        ("a\u3164b", "a[U+3164]b"),
        ("a\U000e0041b", "a[U+E0041]b"),
        ("a\u2028b", "a[U+2028]b"),
        ("a\u034fb", "a[U+034F]b"),
        ("a\U000e0100b", "a[U+E0100]b"),
        ("ن\u200c\u200cن", "ن[U+200C][U+200C]ن"),
        ("plan\u200cن", "plan[U+200C]ن"),
        ("❤\ufe0f\u200d", "❤\ufe0f[U+200D]"),
        ("❤\ufe0f\ufe0f", "❤\ufe0f[U+FE0F]"),
        ("🏴\U000e0061\U000e0062\U000e007f", "🏴[U+E0061][U+E0062][U+E007F]"),
    ],
)
def test_hidden_character_is_spelled_out_in_long_text_and_on_a_line(text: str, shown: str) -> None:
    assert spell_out(text) == shown
    assert spell_out(text.replace("❤\ufe0f", "a"), single_line=True) == shown.replace("❤\ufe0f", "a")


@pytest.mark.parametrize(
    ("text", "on_a_line"),
    [
        ("❤\ufe0f", "❤[U+FE0F]"),
        ("©\ufe0e", "©[U+FE0E]"),
        ("1\ufe0f\u20e3", "1[U+FE0F]\u20e3"),
        ("👨\u200d👩\u200d👧", "👨[U+200D]👩[U+200D]👧"),
        ("🕵🏻\u200d♂\ufe0f", "🕵🏻[U+200D]♂[U+FE0F]"),
        ("🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", None),
        ("می\u200cخو\u0627\u0647م", "می[U+200C]خو\u0627\u0647م"),
        ("क्\u200dष", "क्[U+200D]ष"),
        ("ශ්\u200dරී", "ශ්[U+200D]රී"),
        ("അവന്\u200d", "അവന്[U+200D]"),
        ("10\xa0000", "10[U+00A0]000"),
        ("a\tb", "a[U+0009]b"),
    ],
)
def test_emoji_joiners_and_spaces_are_spelled_out_on_a_line_only(text: str, on_a_line: str | None) -> None:
    assert spell_out(text) == text
    shown = spell_out(text, single_line=True)
    assert shown == on_a_line if on_a_line else "[U+E0067]" in shown


@pytest.mark.parametrize("text", ["Grüße, 日本語 😀 e\u0301 שלום سل\u0627م", "a\nb\r\nc", "\u0378\ue000", "[U+202E]"])
def test_visible_text_is_unchanged(text: str) -> None:
    assert spell_out(text) == spell_out(text, single_line=True) == text


def test_every_character_has_a_name() -> None:
    assert character_name("\u202e") == "right-to-left override"
    assert character_name("\t") == "tab"
    assert character_name("\u2065") == "no name"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "Cafe\u0301"),
        ("red", "red\ufe0f"),
        ("discount", "disc\u200bount"),
        ("RED", "\uff52\uff45\uff44"),
        ("Straße", "STRASSE"),
        ("a\u00a0b", "a b"),
        ("ﬁne", "fine"),
        ("price", "pri\u00adce\u2060"),
    ],
)
def test_texts_that_look_alike_have_one_key(one: str, other: str) -> None:
    assert compare_key(one) == compare_key(other)


@pytest.mark.parametrize(("one", "other"), [("red", "read"), ("a b", "ab"), ("a-b", "a_b"), ("é", "e"), ("1", "I")])
def test_texts_that_look_different_have_two_keys(one: str, other: str) -> None:
    assert compare_key(one) != compare_key(other)


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.text(st.characters(exclude_categories=()), max_size=20))
def test_spelled_out_text_has_nothing_hidden_and_keys_are_stable(text: str) -> None:
    shown = spell_out(text, single_line=True)
    assert spell_out(shown, single_line=True) == shown
    assert compare_key(compare_key(text)) == compare_key(text)
