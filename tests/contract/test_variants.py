"""The variants: their number, names, JSON and sizes."""

from typing import Any

import pytest

from .samples import body_of, errors_of, row, rows


@pytest.mark.parametrize("count", [2, 3, 99, 100])
def test_2_to_100_variants_are_sent_in_order(count: int) -> None:
    names = [variant["name"] for variant in body_of(variants=rows(count))["variants"]]
    assert names == [f"variant {number}" for number in range(1, count + 1)]


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_two_variants_are_rejected(count: int) -> None:
    assert errors_of(variants=rows(count)) == [("variants", "Add a variant: an autotune needs at least 2")]


@pytest.mark.parametrize("count", [101, 150])
def test_more_than_100_variants_are_rejected(count: int) -> None:
    assert errors_of(variants=rows(count)) == [("variants", "Remove variants until 100 are left")]


def test_variants_after_the_100th_are_not_read() -> None:
    broken = rows(100) + [row("", "{")] * 2
    assert errors_of(variants=broken) == [("variants", "Remove variants until 100 are left")]
    broken[99] = row("")
    assert [field for field, _ in errors_of(variants=broken)] == ["variants", "variants-99-name"]


def test_variant_requires_name_and_json() -> None:
    assert errors_of(variants=[row(" ", " \r\n"), {}]) == [
        ("variants-0-name", "Enter a name for this variant"),
        ("variants-0-json", "Enter a value for this variant"),
        ("variants-1-name", "Enter a name for this variant"),
        ("variants-1-json", "Enter a value for this variant"),
    ]


def test_variant_names_must_be_unique() -> None:
    assert errors_of(variants=[row("red"), row("blue"), row(" red "), row("blue"), row("red")]) == [
        ("variants-2-name", "Variant 1 has this name too. Enter another name"),
        ("variants-3-name", "Variant 2 has this name too. Enter another name"),
        ("variants-4-name", "Variant 1 has this name too. Enter another name"),
    ]


def test_variant_names_are_case_sensitive() -> None:
    assert [variant["name"] for variant in body_of(variants=[row("red"), row("Red")])["variants"]] == ["red", "Red"]


def test_blank_names_are_missing_and_not_duplicates() -> None:
    missing = "Enter a name for this variant"
    assert errors_of(variants=[row(""), row("")]) == [("variants-0-name", missing), ("variants-1-name", missing)]


def test_variant_name_is_one_line_of_at_most_1000_characters() -> None:
    assert body_of(variants=[row("n" * 1_000), row("b")])["variants"][0]["name"] == "n" * 1_000
    assert errors_of(variants=[row("n" * 1_001), row("a\nb")]) == [
        ("variants-0-name", "Shorten this to 1,000 characters; it has 1,001"),
        ("variants-1-name", "Put this on one line"),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"color": "red"}', {"color": "red"}),
        ("{}", {}),
        ("[]", []),
        ("null", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("-1.5", -1.5),
        ('""', ""),
        ('"red"', "red"),
        (' \r\n[1,\r\n{"a": [null]}]\r\n', [1, {"a": [None]}]),
    ],
)
def test_any_json_value_is_sent_as_json(text: str, value: Any) -> None:
    variant = body_of(variants=[row("a", text), row("b")])["variants"][0]
    assert list(variant) == ["name", "json"]
    assert variant["json"] == value
    assert type(variant["json"]) is type(value)


def test_invalid_json_is_rejected_at_its_variant() -> None:
    assert errors_of(variants=[row("a"), row("b", '{\r\n  "color": red\r\n}')]) == [
        ("variants-1-json", "Put double quotes around red (line 2, column 12)")
    ]


def test_blank_first_line_of_json_is_counted() -> None:
    message = "Put double quotes around x (line 3, column 2)"
    assert errors_of(variants=[row("a", "\n \r\n x\n"), row("b")]) == [("variants-0-json", message)]


def test_invisible_character_in_json_is_reported_with_its_position() -> None:
    message = "Remove the invisible character U+0000 (line 2, column 2)"
    assert errors_of(variants=[row("a", '[\n"\x00"]'), row("b")]) == [("variants-0-json", message)]


def test_carriage_return_ends_a_line() -> None:
    message = "Put double quotes around x (line 2, column 1)"
    assert errors_of(variants=[row("a", "[\rx]"), row("b")]) == [("variants-0-json", message)]


def test_json_has_at_most_100000_characters() -> None:
    longest = '"' + "é" * 99_998 + '"'
    assert body_of(variants=[row("a", longest), row("b")])["variants"][0]["json"] == "é" * 99_998
    message = "Shorten this to 100,000 characters; it has 100,001"
    assert errors_of(variants=[row("a", longest + " "), row("b")]) == [("variants-0-json", message)]


def test_formatted_json_has_at_most_100000_characters() -> None:
    """The JSON is stored with line breaks and indents, and must be valid when it is read again."""
    longest = f"[{'10,' * 16_665}1234]"
    assert len(body_of(variants=[row("a", longest), row("b")])["variants"][0]["json"]) == 16_666
    message = "Shorten this: formatted, it has more than 100,000 characters"
    assert errors_of(variants=[row("a", longest.replace("1234", "12345")), row("b")]) == [("variants-0-json", message)]


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("50", 50),
        ("33.3", 33.3),
        ("0", 0),
        (".5", 0.5),
        (" 7 ", 7),
        ("100.0", 100.0),
        ("9007199254740992", 9007199254740992),
    ],
)
def test_size_is_sent_as_a_number(text: str, size: float) -> None:
    variant = body_of(variants=[row("a", size=text), row("b", size="1")])["variants"][0]
    assert list(variant) == ["name", "json", "size"]
    assert variant["size"] == size
    assert type(variant["size"]) is type(size)


@pytest.mark.parametrize("blank", ["", "  "])
def test_blank_size_is_not_sent(blank: str) -> None:
    assert all("size" not in variant for variant in body_of(variants=[row("a", size=blank), row("b")])["variants"])


FIGURES = "Enter a number in digits, such as 50 or 0.5"
LARGE = "This number is too large to arrive as typed"
POSITIVE = "Enter 0 or more"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *(
            (text, FIGURES)
            for text in (
                "half",
                "NaN",
                "-Infinity",
                "--1",
                "5 0",
                "5\u00b2",
                "1/3",
                "½",
                "0x1",
                "1,2,3",
                "1 000",
                "1,000.5",
                "nan%",
                "snan",
            )
        ),
        *((text, POSITIVE) for text in ("-20", "-1", "-0", "-0.5")),
        ("9007199254740993", LARGE),
        ("-9007199254740993", LARGE),
        ("9" * 1_000, LARGE),
        ("1e400", FIGURES),
        ("0." + "3" * 30, "This number has more digits than can be sent: it would arrive as 0.3333333333333333"),
    ],
)
def test_invalid_size_is_rejected(text: str, message: str) -> None:
    assert errors_of(variants=[row("a"), row("b", size=text)]) == [("variants-1-size", message)]


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("1e3", "1000"),
        ("1E-7", "0.0000001"),
        ("33,3", "33.3"),
        ("66.7%", "66.7"),
        ("50 %", "50"),
        ("\uff13\uff13.\uff13", "33.3"),
        ("\u0663\u0660", "30"),
        ("+5", "5"),
        ("5.", "5"),
        ("007", "7"),
    ],
)
def test_size_in_another_notation_is_rejected_with_a_suggestion(text: str, suggestion: str) -> None:
    assert errors_of(variants=[row("a"), row("b", size=text)]) == [("variants-1-size", f"Enter {suggestion}")]
    assert body_of(variants=[row("a"), row("b", size=suggestion)])["variants"][1]["size"] == float(suggestion)


@pytest.mark.parametrize("sizes", [("0", "0"), ("0", "0.0", "0")])
def test_sizes_that_are_all_zero_are_rejected(sizes: tuple[str, ...]) -> None:
    message = "Give at least one variant a share above 0"
    variants = [row(f"v{number}", size=size) for number, size in enumerate(sizes)]
    assert errors_of(variants=variants) == [(f"variants-{number}-size", message) for number in range(len(sizes))]


def test_zero_size_is_sent_if_another_variant_has_more() -> None:
    variants = body_of(variants=[row("a", size="0"), row("b", size="100")])["variants"]
    assert [variant["size"] for variant in variants] == [0, 100]
