"""Turning cells of a spreadsheet into variants, on the form."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from webapp.contract.limits import MAX_VARIANTS
from webapp.contract.variants import TOO_MANY_VARIANTS
from webapp.web.variant_rows import NO_TABLE, TOO_MANY_ROWS

from ..forms import fill_in, initial_values, text_of


def _paste(client: FlaskClient, pasted: str, **changed: Any) -> str:
    response = fill_in(client, "paste", pasted=pasted, **changed)
    assert response.status_code == 200
    return response.text


def _variants(page: str) -> list[tuple[str, str, str]]:
    values = initial_values(page)
    count = sum(name.endswith("-json") for name in values)
    return [tuple(values[f"variants-{row}-{name}"] for name in ("name", "size", "json")) for row in range(count)]  # type: ignore[misc]


def _focus(page: str) -> str:
    return page.split('data-focus="')[1].split('"', maxsplit=1)[0]


def test_variant_of_the_same_name_is_replaced_and_others_are_added(client: FlaskClient) -> None:
    page = _paste(client, "name\tcolor\tshare\nblue\t#00f\t60%\ngreen\t#0f0\t40%\nblue\tnavy\t")
    assert _variants(page) == [
        ("red", "", '{"color": "red"}'),
        ("blue", "60", '{"color": "#00f"}'),
        ("green", "40", '{"color": "#0f0"}'),
        ("blue", "", '{"color": "navy"}'),
    ]
    assert _focus(page) == "variants-2-name"
    assert initial_values(page)["pasted"] == ""


def test_columns_without_a_header_are_the_keys_of_the_variants(client: FlaskClient) -> None:
    page = _paste(
        client, "blue\tnavy\t1\nred\tpink\t2", variants__0__json='{"color": 1, "n": 2}', variants__0__size="5"
    )
    assert _variants(page) == [("red", "5", '{"color": "pink", "n": 2}'), ("blue", "", '{"color": "navy", "n": 1}')]
    assert _focus(page) == "variants-1-name"


def test_table_of_shares_keeps_the_json(client: FlaskClient) -> None:
    page = _paste(client, "name\tshare\nred\t70")
    assert _variants(page)[0] == ("red", "70", '{"color": "red"}')


def test_blank_variants_are_dropped_and_two_rows_remain(client: FlaskClient) -> None:
    blank = {"variants__0__name": "", "variants__0__json": " ", "variants__1__name": "", "variants__1__json": ""}
    page = _paste(client, "name\tcolor\n\tnavy", **blank)
    assert _variants(page) == [("", "", '{"color": "navy"}'), ("", "", "")]
    assert _focus(page) == "variants-0-name"


def test_text_that_is_no_table_is_kept_with_an_error(client: FlaskClient) -> None:
    page = _paste(client, "one <cell>\x01")
    assert initial_values(page)["pasted"] == "one <cell>\ufffd"
    assert '<a href="#pasted">' + NO_TABLE in page and '<details id="paste" open>' in page
    assert len(_variants(page)) == 2


def test_too_many_variants_are_all_kept(client: FlaskClient) -> None:
    page = _paste(client, "".join(f"v{row}\tx\n" for row in range(MAX_VARIANTS + 20)))
    assert len(_variants(page)) == MAX_VARIANTS + 22
    assert TOO_MANY_VARIANTS in text_of(page) and _focus(page) == "variants"


def test_more_rows_than_the_form_reads_stay_in_the_field(client: FlaskClient) -> None:
    pasted = "".join(f"v{row}\tx\n" for row in range(165))
    page = _paste(client, pasted)
    assert TOO_MANY_ROWS in text_of(page) and len(_variants(page)) == 2
    assert initial_values(page)["pasted"] == pasted


def test_columns_are_those_of_parameters_without_values(client: FlaskClient) -> None:
    empty = {f"variants__{row}__{field}": "" for row in range(2) for field in ("name", "json")}
    page = _paste(client, "x\t5\ny\t6", **empty, types='{"price": "number"}')
    assert _variants(page) == [("x", "", '{"price": 5}'), ("y", "", '{"price": 6}')]


def test_parameters_that_are_not_pasted_stay_and_the_paste_can_be_undone(client: FlaskClient) -> None:
    before = '{"color": "red", "size": 3}'
    page = _paste(client, "name\tcolor\nred\tpink\ngreen\tlime", **{"variants-0-json": before})
    values = initial_values(page)
    assert values["variants-0-json"] == '{"color": "pink", "size": 3}' and values["variants-2-name"] == "green"
    assert "Undo the paste" in page
    values = initial_values(fill_in(client, "undo", removed=values["removed"]).text)
    assert values["variants-0-json"] == before and "variants-2-name" not in values


@pytest.mark.parametrize("action", ["add", "check"])
def test_pasted_text_is_kept_by_other_buttons(action: str, client: FlaskClient) -> None:
    page = fill_in(client, action, pasted="a\tb", name="").text
    assert initial_values(page)["pasted"] == "a\tb"
