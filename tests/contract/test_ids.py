"""The expected ID of a name, and whether it is certain."""

import pytest

from webapp.contract.ids import expected_id, follows_name_rules, id_is_certain, reservation_key

IDS = [  # name, expected ID, whether it is certain
    ("A Autotune", "a_autotune", True),
    ("Button Color Test", "button_color_test", True),
    ("  Button Color Test ", "button_color_test", True),
    ("ABC xyz 019", "abc_xyz_019", True),
    ("under_score", "under_score", True),
    ("a  b", "a__b", True),
    ("x", "x", True),
    ("a-b", "a-b", False),
    ("a.b/c", "abc", False),
    ("Größe", "gre", False),
    ("a\tb", "ab", False),
    ("a\u00a0b", "ab", False),
    ("日本語", "", False),
    ("!", "", False),
    ("", "", False),
    ("a\n", "a", True),
    ("٣", "", False),
]


@pytest.mark.parametrize(("name", "id_", "certain"), IDS)
def test_expected_id_follows_from_the_name(name: str, id_: str, certain: bool) -> None:
    assert expected_id(name) == id_
    assert id_is_certain(name) is certain


@pytest.mark.parametrize(
    ("name", "customary"),
    [
        ("ab", False),
        ("abc", True),
        ("a" * 100, True),
        ("a" * 101, False),
        ("A b_c-9", True),
        ("azAZ09", True),
        ("abc.", False),
        ("abcé", False),
        ("abc\n", False),
        ("٣٣٣", False),
        ("", False),
    ],
)
def test_name_is_customary_or_not(name: str, customary: bool) -> None:
    assert follows_name_rules(name) is customary


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Red test", "red test"),
        ("Red test", "Red\u200b test"),
        ("Red test", "\uff32\uff45\uff44 test\ufe0f"),
        ("Café", "Cafe\u0301"),
        ("A/B", " a/b\u2060"),
    ],
)
def test_lookalike_names_have_one_reservation_key(one: str, other: str) -> None:
    assert reservation_key(one) == reservation_key(other)


def test_name_with_a_certain_id_is_reserved_by_that_id() -> None:
    assert reservation_key(" Button Color Test") == "button_color_test"
    assert reservation_key("A/B") not in ("ab", reservation_key("AB"), reservation_key("A.B"))
