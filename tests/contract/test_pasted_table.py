"""Cells copied from a spreadsheet become variants."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.contract.pasted_table import merge_json, parse_table


def _values(text: str, *parameters: str) -> list[Any]:
    """Pairs of the name and the JSON of each variant."""
    variants = parse_table(text, parameters)
    assert variants is not None
    return [(variant["name"], json.loads(variant["json"])) for variant in variants]


def _column(*cells: str) -> list[Any]:
    """The values of a column."""
    variants = _values("name\tx\n" + "".join(f"v\t{cell}\n" for cell in cells))
    return [values.get("x") for _, values in variants]


@pytest.mark.parametrize(
    "header", ["Name", "variant", "VARIANTS ", "Variant name", "Name of the variant", "Group", "anything"]
)
def test_header_names_the_parameters(header: str) -> None:
    text = f"{header}\tcolor\tlabel\nred\t#f00\tBuy\nblue\t#00f\tOrder\n"
    assert _values(text, "color") == [
        ("red", {"color": "#f00", "label": "Buy"}),
        ("blue", {"color": "#00f", "label": "Order"}),
    ]


def test_without_a_header_columns_are_the_known_parameters_in_order() -> None:
    assert _values("red\t#f00\tBuy\t1\tx\nblue\t#00f\tOrder\t2\ty", "color", "label") == [
        ("red", {"color": "#f00", "label": "Buy", "value": 1, "value 2": "x"}),
        ("blue", {"color": "#00f", "label": "Order", "value": 2, "value 2": "y"}),
    ]


@pytest.mark.parametrize(
    ("text", "merged"),
    [
        (
            '{"color": "red", "a" : 1.10,"b":12345678901234567890.123}',
            '{"color": "pink", "a": 1.10, "b": 12345678901234567890.123}',
        ),
        ('\n{ "a\\u0062" : {"x": [1e5, "}"]}\n,"color":null } ', '{"ab": {"x": [1e5, "}"]}, "color": "pink"}'),
        ("{}", '{"color": "pink"}'),
        ("[1]", '{"color": "pink"}'),
        ("", '{"color": "pink"}'),
    ],
)
def test_parameters_that_are_not_pasted_keep_their_text(text: str, merged: str) -> None:
    assert merge_json(text, '{"color": "pink"}') == merged


def test_text_above_numbers_is_a_header() -> None:
    assert _values("Option\tHeadline\tDiscount\na\tBuy\t5\nb\tOrder\t10") == [
        ("a", {"Headline": "Buy", "Discount": 5}),
        ("b", {"Headline": "Order", "Discount": 10}),
    ]


def test_text_above_true_and_false_is_a_header() -> None:
    assert _values("Arm\ttitle\tenabled\na\tBuy\tTRUE\nb\tOrder\tFALSE\nc\tGet\t") == [
        ("a", {"title": "Buy", "enabled": True}),
        ("b", {"title": "Order", "enabled": False}),
        ("c", {"title": "Get"}),
    ]


@pytest.mark.parametrize("share", ["share", "Share in percent", "traffic share (%)"])
def test_names_and_shares_are_found_by_their_headers(share: str) -> None:
    variants = parse_table(f"{share}\tname\tv\n60\tred\t1\n40\tblue\t2")
    assert variants == [
        {"name": "red", "size": "60", "json": '{"v": 1}'},
        {"name": "blue", "size": "40", "json": '{"v": 2}'},
    ]


def test_value_like_the_header_of_names_is_no_header() -> None:
    assert _values("red\tName\nblue\tVariant", "label") == [("red", {"label": "Name"}), ("blue", {"label": "Variant"})]


def test_blank_corner_is_part_of_a_header() -> None:
    assert _values("\tcolor\nred\ta\nblue\tb") == [("red", {"color": "a"}), ("blue", {"color": "b"})]


@pytest.mark.parametrize(
    "text", ['name,label\nred,"a; b"\nblue,c', 'name,label\nred,"a; b"\nblue,"c\td"', "name;label\nred;a, b\nblue;c"]
)
def test_delimiter_within_a_cell_is_none(text: str) -> None:
    assert [name for name, values in _values(text) if [*values] == ["label"]] == ["red", "blue"]


def test_blank_cell_is_no_header() -> None:
    assert _values("red\t\nblue\tx", "") == [("red", {}), ("blue", {"value": "x"})]


def test_columns_with_one_header_are_numbered() -> None:
    assert _values("name\tcolor\tcolor\t\nred\ta\tb\tc") == [("red", {"color": "a", "color 2": "b", "value": "c"})]


@pytest.mark.parametrize("header", ["share", "Share %", "share in %"])
def test_share_becomes_the_share(header: str) -> None:
    text = f"variant\t{header}\tcolor\nred\t33.3%\t#f00\nblue\t66,7 %\t#00f"
    assert parse_table(text) == [
        {"name": "red", "size": "33.3", "json": '{"color": "#f00"}'},
        {"name": "blue", "size": "66.7", "json": '{"color": "#00f"}'},
    ]


@pytest.mark.parametrize("header", ["Traffic %", "%", "Percent", "percentage", "Weight", "Split (%)", "Allocation"])
def test_column_that_adds_up_to_100_percent_is_the_share(header: str) -> None:
    variants = parse_table(f"variant\t{header}\nred\t33,3%\nblue\t66,7 %")
    assert variants == [{"name": "red", "size": "33.3"}, {"name": "blue", "size": "66.7"}]


@pytest.mark.parametrize("cells", [("400", "700"), ("30%", "60%"), ("bold", "100"), ("", "")])
def test_other_column_of_weights_is_a_parameter(cells: tuple[str, str]) -> None:
    variants = parse_table("name\tWeight\nred\t{}\nblue\t{}".format(*cells))
    assert variants is not None and not any("size" in variant for variant in variants)


def test_table_of_shares_has_no_json() -> None:
    assert parse_table("\tshare\nred\t40\nblue\t60") == [{"name": "red", "size": "40"}, {"name": "blue", "size": "60"}]


def test_quoted_cells_keep_line_breaks_tabs_and_quotes() -> None:
    text = 'name\tlabel\r\nred\t"Buy\r\nnow\t""today"""\r\nblue\t5" wide\r\n'
    assert _values(text) == [("red", {"label": 'Buy\nnow\t"today"'}), ("blue", {"label": '5" wide'})]


def test_quote_that_is_never_closed_is_text() -> None:
    assert _values('name\tlabel\nred\t"Buy\nblue\tx') == [("red", {"label": '"Buy'}), ("blue", {"label": "x"})]


def test_semicolons_and_commas_separate_cells_too() -> None:
    assert _values("name;price\nred;0,5\nblue;1,25") == [("red", {"price": 0.5}), ("blue", {"price": 1.25})]
    assert _values('name,label\nred,"a,b"') == [("red", {"label": "a,b"})]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (("1", "-2.5", ""), [1, -2.5, None]),
        (("0,5", "12,25"), [0.5, 12.25]),
        (("0,5", "1,000"), [0.5, 1.0]),
        (("1,000", "2,500"), ["1,000", "2,500"]),
        (("0,5", "0.5"), ["0,5", "0.5"]),
        (("1,000.5", "2"), ["1,000.5", "2"]),
        (("007", "8"), ["007", "8"]),
        (("123456789012345", "1"), [123456789012345, 1]),
        (("1234567890123456", "1"), ["1234567890123456", "1"]),
        (("٣", "1"), ["٣", "1"]),
        (("14", "many"), ["14", "many"]),
        (("TRUE", "false", " "), [True, False, None]),
        (("true", "yes"), ["true", "yes"]),
        (('{"a": [1]}', "[]"), [{"a": [1]}, []]),
        (('{"a": 1}', "{"), ['{"a": 1}', "{"]),
        (('{"a": NaN}', "[]"), ['{"a": NaN}', "[]"]),
        (("null", "[]"), ["null", "[]"]),
        ((" padded ", "x"), [" padded ", "x"]),
    ],
)
def test_column_has_the_type_of_all_its_cells(cells: tuple[str, ...], values: list[Any]) -> None:
    assert _column(*cells) == values


def test_number_keeps_its_digits() -> None:
    variants = parse_table("name\tprice\nred\t1.50\nblue\t2,5")
    assert variants == [{"name": "red", "json": '{"price": "1.50"}'}, {"name": "blue", "json": '{"price": "2,5"}'}]
    assert parse_table("name\tprice\nred\t1.50") == [{"name": "red", "json": '{"price": 1.50}'}]


def test_single_row_is_a_variant() -> None:
    assert _values("red\t#f00\t50") == [("red", {"value": "#f00", "value 2": 50})]
    assert _values("name\tred") == [("name", {"value": "red"})]


def test_blank_cells_and_short_rows_leave_keys_out() -> None:
    assert _values("name\ta\tb\nred\n\n\t \nblue\t\tx") == [("red", {}), ("blue", {"b": "x"})]


def test_hundred_and_twenty_rows_are_read() -> None:
    variants = _values("name\tnumber\n" + "".join(f"v{row}\t{row}\n" for row in range(120)))
    assert variants == [(f"v{row}", {"number": row}) for row in range(120)]


@pytest.mark.parametrize("text", ["", "red", "red\nblue", " \n \t \n", f'a\t"{"x" * 200_000}"\nb\tc'])
def test_text_that_is_no_table_has_no_variants(text: str) -> None:
    assert parse_table(text) is None


_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00"), max_size=12)
_row = st.tuples(_text.map(str.strip), _text, _text)


@settings(deadline=None, max_examples=200, derandomize=True)
@given(st.lists(_row, min_size=1, max_size=6))
def test_cells_are_read_back_exactly(rows: list[tuple[str, str, str]]) -> None:
    texts = [(name, f"t{first}", f"t{second}") for name, first, second in rows]  # no number, boolean or JSON
    file = io.StringIO(newline="")
    csv.writer(file, delimiter="\t").writerows([("name", "first", "second"), *texts])
    assert _values(file.getvalue()) == [(name, {"first": first, "second": second}) for name, first, second in texts]
