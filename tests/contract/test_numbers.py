"""Numbers are sent exactly as entered, or rejected."""

import json

import pytest

from webapp.contract.numbers import InexactNumber, InvalidNumber, exact_number, read_number, without_exponent

EXACT: list[tuple[str, int | float]] = [
    ("0", 0),
    ("-0", 0),
    ("7", 7),
    ("-12", -12),
    ("9007199254740991", 9007199254740991),
    ("9007199254740992", 9007199254740992),
    ("-9007199254740992", -9007199254740992),
    ("0.0", 0.0),
    ("-0.0", -0.0),
    ("0.1", 0.1),
    ("1.50", 1.5),
    ("1e0", 1.0),
    ("1E2", 100.0),
    ("1e+2", 100.0),
    ("25e-2", 0.25),
    ("1.0", 1.0),
    ("0." + "0" * 400, 0.0),
    ("1" + "0" * 20 + ".0", 1e20),
    ("9007199254740994.0", 9007199254740994.0),
    ("1e22", 1e22),
    ("1.7976931348623157e308", 1.7976931348623157e308),
    ("5e-324", 5e-324),
    ("0.30000000000000004", 0.30000000000000004),
]


@pytest.mark.parametrize(("text", "number"), EXACT)
def test_exact_number_is_read(text: str, number: float) -> None:
    value = exact_number(text)
    assert repr(value) == repr(number)
    assert float(json.dumps(value)) == number


LARGE = "This number is too large to arrive as typed"
INEXACT = {
    "9007199254740993": LARGE,
    "-9007199254740993": LARGE,
    "99999999999999999": LARGE,
    "-99999999999999999": LARGE,
    "100000000000000000": LARGE,
    "1" * 5_000: LARGE,
    "-" + "1" * 5_000: LARGE,
    "1e309": LARGE,
    "-1e309": LARGE,
    "1e999": LARGE,
    "-1.5e999": LARGE,
    "1e99999999999999999999": LARGE,
    "9007199254740993.0": "This number has more digits than can be sent: it would arrive as 9007199254740992.0",
    "0.1000000000000000055": "This number has more digits than can be sent: it would arrive as 0.1",
    "1e-400": "This number has more digits than can be sent: it would arrive as 0.0",
    "-1e-400": "This number has more digits than can be sent: it would arrive as -0.0",
    "1e-99999999999999999999": "This number has more digits than can be sent: it would arrive as 0.0",
    "0." + "3" * 5_000: "This number has more digits than can be sent: it would arrive as 0.3333333333333333",
}


@pytest.mark.parametrize(("text", "reason"), INEXACT.items(), ids=[text[:25] for text in INEXACT])
def test_inexact_number_is_rejected(text: str, reason: str) -> None:
    with pytest.raises(InexactNumber) as error:
        exact_number(text)
    assert str(error.value) == reason


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "+1",
        "01",
        "-01",
        "1.",
        ".5",
        "1e",
        "1e+",
        "e5",
        " 1",
        "1 ",
        "1\n",
        "1_0",
        "0x1",
        "1,5",
        "NaN",
        "Infinity",
        "٣",
        "½",
    ],
)
def test_other_notation_is_invalid(text: str) -> None:
    with pytest.raises(InvalidNumber):
        exact_number(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [(5, "5"), (100.0, "100.0"), (1e-7, "0.0000001"), (1e20, "100000000000000000000.0"), (2**53, "9007199254740992")],
)
def test_number_is_formatted_without_exponent(value: float, text: str) -> None:
    number = read_number(without_exponent(value))
    assert without_exponent(value) == text
    assert number == value and type(number) is type(value)
