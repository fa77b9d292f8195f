"""The table of variants in a browser: a column for each parameter, JSON that stays as it was typed, pasted tables."""

import re
from collections.abc import Callable
from random import Random

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Locator, Page, expect

from webapp.autotunes.drafts import stored_form_data
from webapp.autotunes.services import Services
from webapp.store import queries

from ..forms import fill_in
from .actions import check, click_in_menu

TABLE = "name\tcolor\tprice\tShare %\r\nred\t#f00\t0,5\t40%\r\ngreen\t#0f0\t12,25\t60%\r\n"
PASTE = """([selector, text]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true});
  const field = document.querySelector(selector);
  field.focus();
  return field.dispatchEvent(event);
}"""

OpenDraft = Callable[..., str]


@pytest.fixture
def open_draft(page: Page, site: str, client: FlaskClient) -> OpenDraft:
    """Opens a draft whose variants v0, v1 and so on have these texts as JSON, and returns its ID."""

    def open_(*texts: str, **fields: str) -> str:
        variants = {f"variants__{row}__json": text for row, text in enumerate(texts)}
        names = {f"variants__{row}__name": f"v{row}" for row in range(len(texts))}
        address = fill_in(client, "save", **{**names, **variants, **fields}).headers["Location"]
        page.goto(f"{site}{address}/edit")
        return str(address.rpartition("/")[2])

    return open_


def _json(page: Page, row: int = 0) -> str:
    return page.locator(f"#variants-{row}-json").input_value()


def _texts(page: Page) -> list[str]:
    texts: list[str] = page.locator("[data-json]").evaluate_all("areas => areas.map(area => area.value)")
    return texts


def _cell(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name, exact=True)


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def _edit_as_json(page: Page, *texts: str) -> None:
    _button(page, "Edit as JSON").click()
    for row, text in enumerate(texts):
        page.fill(f"#variants-{row}-json", text)
    _button(page, "Edit as a table").click()


def _stored_texts(services: Services, record_id: str) -> list[str]:
    with services.store.read() as session:
        record = queries.get(session, record_id)
        assert record
        return [variant["json"].replace("\r\n", "\n") for variant in stored_form_data(record)["variants"]]


def test_two_variants_are_built_without_writing_json(page: Page, site: str, services: Services) -> None:
    page.goto(f"{site}/autotunes/new")
    page.fill("#name", "Button Color Test")
    page.fill("#successEvent", "click")
    expect(page.locator("#variants-0-json")).to_be_hidden()
    page.fill("#variants-0-name", "red")
    page.fill("#variants-1-name", "blue")
    _cell(page, "parameter 1 of red").fill("dark")
    _cell(page, "value of blue").fill("dark blue")
    assert _json(page) == '{"value": "dark"}'
    _cell(page, "Name of parameter 1").click()
    page.keyboard.type("color")
    page.keyboard.press("Tab")
    _cell(page, "color of red").fill("dark red")
    assert _json(page, 1) == '{"color": "dark blue"}'
    _button(page, "Add parameter").click()
    expect(_cell(page, "Name of parameter 2")).to_be_focused()
    page.keyboard.type("size")
    page.keyboard.press("Tab")
    page.get_by_label("Type of size").select_option("number")
    _cell(page, "size of red").fill("0,5")
    _cell(page, "size of blue").press_sequentially("14")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(re.compile("/autotunes/[0-9a-f]+$"))
    assert _stored_texts(services, page.url.rpartition("/")[2]) == [
        '{"color": "dark red", "size": 0.5}',
        '{"color": "dark blue", "size": 14}',
    ]


def test_values_without_a_parameter_name_are_autosaved(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    _cell(page, "parameter 1 of variant 2").fill("blue")
    expect(page.locator("#saved_state")).to_contain_text("Autosaved")
    page.reload()
    expect(_cell(page, "value of variant 2")).to_have_value("blue")
    assert _json(page, 1) == '{"value": "blue"}'


def test_enter_goes_down_and_a_wrong_number_is_not_reviewed(page: Page, open_draft: OpenDraft) -> None:
    open_draft('{"size": 1}', '{"size": 2}')
    _cell(page, "size of v0").press("Enter")
    expect(_cell(page, "size of v1")).to_be_focused()
    page.keyboard.type("abc")
    page.keyboard.press("Control+Enter")
    expect(_cell(page, "size of v1")).to_be_focused()
    expect(_cell(page, "size of v1")).to_have_accessible_description(re.compile("^size of v1: Enter a number"))
    expect(page.locator("#variant-notes li")).to_have_count(1)
    assert page.url.endswith("/edit")
    expect(page.locator("#saved_state")).to_contain_text("Autosaved")
    page.reload()
    expect(page.get_by_label("Type of size")).to_have_value("number")
    expect(_cell(page, "size of v1")).to_have_accessible_description(re.compile("^size of v1: Enter a number"))


def test_parameter_name_is_autosaved_while_it_is_typed(page: Page, open_draft: OpenDraft) -> None:
    open_draft('{"color": "red"}', '{"color": "blue"}')
    _button(page, "Add parameter").click()
    page.keyboard.type("size")
    page.keyboard.press("Enter")
    expect(_cell(page, "size of v0")).to_be_focused()
    page.get_by_label("Type of size").select_option("number")
    _cell(page, "Name of parameter 1").fill("hue")
    expect(page.locator("#saved_state")).to_contain_text("Autosaved")
    expect(_cell(page, "Name of parameter 1")).to_be_focused()
    assert _texts(page)[0] == '{"color": "red"}'
    page.reload()
    assert _texts(page) == ['{"hue": "red"}', '{"hue": "blue"}']
    expect(_cell(page, "Name of parameter 2")).to_have_value("size")
    expect(page.get_by_label("Type of size")).to_have_value("number")
    with page.expect_response(lambda response: "%22size%22" not in (response.request.post_data or "")):
        _button(page, "Remove the parameter size").click()
    page.reload()
    expect(_cell(page, "Name of parameter 2")).to_have_count(0)


def test_type_follows_the_values_unless_they_are_text(page: Page, open_draft: OpenDraft) -> None:
    open_draft('{"size": "5"}', '{"size": "6"}')
    _cell(page, "Name of parameter 1").fill("price")
    _edit_as_json(page, '{"price": 7}', '{"price": 8}')
    expect(page.get_by_label("Type of price")).to_have_value("number")
    _cell(page, "Name of parameter 1").fill("color")
    _edit_as_json(page, '{"color": "red"}', '{"color": "blue"}')
    expect(page.get_by_label("Type of color")).to_have_value("text")
    expect(page.locator("#variant-notes .error-message")).to_have_count(0)


def test_json_is_typed_by_hand(page: Page, open_draft: OpenDraft) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_draft('{"color": "red"}', '{"color": "blue"}')
    click_in_menu(page, 1, "Edit as JSON")
    page.locator("#variants-1-json").select_text()
    page.keyboard.type('{"color": 5, "nested": {"b": [1.0]}}')
    click_in_menu(page, 1, "Edit as a table")
    expect(_cell(page, "nested of v1")).to_have_value('{"b": [1.0]}')
    page.get_by_role("button", name="Remove the parameter color").click()
    assert (_json(page), _json(page, 1)) == ("{}", '{"nested": {"b": [1.0]}}')
    assert errors == []


SPACES = ["", " ", "\n", "\n  ", "\t", " \n "]
VALUES = ["1.0", "1e3", "-0", "12345678901234567890", "true", "null", '""', '"a\\u0062c\\n"', '"é \\" \\\\"', "[ ]"]
VALUES += ['{ "b":[1 ,{"a": "}"}],\n"a":"," }', '[[1.10],"\\t", {} ]', '"\\ud83d\\ude00"', '"line\\r\\nend"']
OTHER_TEXTS = [
    "",
    " \n",
    "{}",
    " { } ",
    "[1, 2]",
    "1",
    '"text"',
    "null",
    "{",
    '{"a": 1, "a": 2}',
    "{'a': 1}",
    '{"a": NaN}',
]


def _members(random: Random) -> list[tuple[str, str]]:
    keys = random.sample(["a", "b", "\\u0063", "d e", "é", " f", "g\\nh", "", "__proto__"], random.randint(1, 5))
    return [(key, random.choice(VALUES)) for key in keys]


def _text(random: Random, members: list[tuple[str, str]]) -> Callable[[list[str]], str]:
    """Writes an object with other values, always with the same whitespace."""
    glue = [[random.choice(SPACES) for _ in range(4)] for _ in members]
    around = random.choice(SPACES), random.choice(SPACES)

    def write(values: list[str]) -> str:
        parts = [
            f'{before}"{key}"{colon}:{after}{value}{end}'
            for (key, _), value, (before, colon, after, end) in zip(members, values, glue, strict=True)
        ]
        return f"{around[0]}{{{','.join(parts)}}}{around[1]}"

    return write


def _columns(rows: list[list[tuple[str, str]]]) -> list[str]:
    """The keys in order of first appearance."""
    return list(dict.fromkeys(key for members in rows for key, _ in members))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_texts_stay_the_same_but_for_the_value_of_a_changed_cell(
    seed: int, page: Page, open_draft: OpenDraft, services: Services
) -> None:
    random = Random(seed)
    rows = [_members(random) for _ in range(100 - len(OTHER_TEXTS))]
    writers = [_text(random, members) for members in rows]
    texts = [write([value for _, value in members]) for members, write in zip(rows, writers, strict=True)]
    record_id = open_draft(*texts, *OTHER_TEXTS)
    assert _texts(page) == [*texts, *OTHER_TEXTS]
    expect(page.locator("[data-json]:visible")).to_have_count(8)
    for row in range(8):
        values = [value for _, value in rows[row]]
        changed = random.randrange(len(values))
        values[changed] = "[42]"
        page.locator(f"#variants-{row} td.parameter :is(input, textarea)").nth(
            _columns(rows).index(rows[row][changed][0])
        ).fill("[42]")
        texts[row] = writers[row](values)
    page.get_by_role("button", name="Save draft").click()
    page.wait_for_url(f"**/{record_id}")
    assert _stored_texts(services, record_id) == [*texts, *OTHER_TEXTS]


def test_editing_cells_changes_their_values_alone(page: Page, open_draft: OpenDraft) -> None:
    open_draft('{"color": "r\\u0065d", "size": 1.0, "big": {"a" : 1}}', '{\n  "size": 2\n}')
    color, size = _cell(page, "color of v0"), _cell(page, "size of v0")
    color.fill("")
    assert _json(page) == '{"size": 1.0, "big": {"a" : 1}}'
    color.fill('"blue"')
    assert _json(page) == '{"color": "\\"blue\\"", "size": 1.0, "big": {"a" : 1}}'
    color.fill("red")
    assert _json(page) == '{"color": "r\\u0065d", "size": 1.0, "big": {"a" : 1}}'
    _cell(page, "color of v1").fill("green")
    assert _json(page, 1) == '{\n  "size": 2,\n  "color": "green"\n}'
    page.locator("#variants-1-name").fill("second")
    expect(_cell(page, "color of second")).to_have_value("green")
    size.fill("many")
    assert '"size": "many"' in _json(page)
    expect(page.locator("#variant-notes .error-message")).to_have_count(0)
    size.press("Tab")
    expect(size).to_have_attribute("aria-invalid", "true")
    expect(size).to_have_accessible_description(re.compile("^size of v0: Enter a number"))
    size.fill("1,000")
    size.press("Tab")
    expect(page.locator("#variant-notes .error-message")).to_contain_text("size of v0: Enter a number")
    size.fill("-0,5")
    expect(page.locator("#variant-notes .error-message")).to_have_count(0)
    assert '"size": -0.5' in _json(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_menu_of_the_last_row_is_seen_as_a_whole(page: Page, open_draft: OpenDraft, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_draft('{"color": "red"}', '{"color": "blue"}')
    menu = page.locator("#variants-1 .menu")
    menu.locator("summary").click()
    hidden = menu.locator("button").evaluate_all(
        """buttons => buttons.filter((button) => {
            const box = button.getBoundingClientRect();
            return !button.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
        }).map((button) => button.textContent)"""
    )
    assert menu.locator("button").count() > 3 and hidden == []


def test_link_to_an_error_in_the_table_leaves_the_table_in_sight(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    _button(page, "Review").click()
    page.get_by_role("link", name="Variant 2: Enter a name for this variant").click()
    expect(page.locator("#variants-1-name")).to_be_focused()
    assert page.locator(".variants-scroll").evaluate("box => box.scrollHeight - box.clientHeight") == 0
    for name in ("Name of parameter 1", "Name of variant 1", "Name of variant 2"):
        assert _is_in_front(_cell(page, name))


def _is_in_front(control: Locator) -> bool:
    return bool(
        control.evaluate(
            """control => {
                control.focus();
                const box = control.getBoundingClientRect();
                return control === document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            }"""
        )
    )


def test_leaving_a_row_shows_its_errors_where_room_is_reserved(page: Page, open_draft: OpenDraft) -> None:
    open_draft('{"color": "red"}', '{"color": "blue"}', '{"color": "green"}')
    timing = page.locator("#section-timing")
    before = timing.bounding_box()
    with page.expect_response("**/preview*"):
        page.locator("#variants-1-name").fill("v0")
    while page.evaluate("document.activeElement.closest('#variants-1') !== null"):
        page.keyboard.press("Tab")
    expect(page.locator("#variant-notes")).to_have_text(re.compile("^Name of variant 2: Variant 1 has this name too"))
    assert timing.bounding_box() == before
    page.locator("#variants-1-name").fill("v1")
    expect(page.locator("#variant-notes")).to_be_empty()


def test_parameter_and_variant_are_restored_in_any_order(page: Page, open_draft: OpenDraft) -> None:
    texts = ['{"a": 1, "b": "x"}', '{"a": 2, "b": "y"}', '{"a": 3, "b": "z"}']
    open_draft(*texts)
    _button(page, "Remove the parameter b").click()
    _button(page, "Remove variant 2").click()
    expect(page.locator("#variants-2-name")).to_have_count(0)
    _button(page, "Undo: restore b").click()
    assert _texts(page) == [texts[0], texts[2]]
    expect(page.locator("#undo-parameter")).to_be_hidden()
    _button(page, "Undo: restore v1").click()
    expect(page.locator("#variants-2-name")).to_have_value("v2")
    _button(page, "Undo: restore b").click()
    assert _texts(page) == texts


def test_invalid_json_in_a_cell_is_kept_and_shown_as_json_after_the_check(page: Page, open_draft: OpenDraft) -> None:
    open_draft('{"big": {"a": 1}, "size": 1}', "{}")
    _cell(page, "big of v0").fill('{"a": 1')
    _cell(page, "size of v0").fill("2")
    assert _json(page) == '{"big": {"a": 1, "size": 2}'
    expect(page.locator("#variant-notes .error-message")).to_have_text("big of v0: This is not valid JSON")
    check(page)
    page.locator("#error-summary").get_by_role("link", name="Variant 1, JSON").click()
    expect(page.locator("#variants-0-json")).to_be_focused()
    expect(page.locator("#variants-0-json-error")).to_be_visible()
    expect(page.locator("#variants-1-json")).to_be_hidden()


def test_parameters_are_renamed_removed_and_restored(page: Page, open_draft: OpenDraft) -> None:
    texts = ['{"a":1, "b":"x" }', "[1]", '{"b":"y"}']
    open_draft(*texts)
    name = _cell(page, "Name of parameter 1")
    name.fill("b")
    name.press("Tab")
    error = page.locator("#variant-notes .error-message")
    expect(error).to_have_text("Name of parameter 1: There is a parameter b already")
    expect(name).to_have_value("b")
    assert _texts(page) == texts
    _button(page, "Review").click()
    expect(name).to_be_focused()
    name.fill('price "net"')
    expect(error).to_have_count(0)
    name.press("Tab")
    assert _json(page) == '{"price \\"net\\"":1, "b":"x" }'
    _button(page, "Remove the parameter b").click()
    assert _texts(page) == ['{"price \\"net\\"":1 }', "[1]", "{}"]
    _cell(page, 'price "net" of v2').fill("2")
    _button(page, "Undo: restore b").click()
    assert _texts(page) == ['{"price \\"net\\"":1, "b":"x" }', "[1]", '{"price \\"net\\"": 2, "b": "y"}']
    expect(_cell(page, "Name of parameter 2")).to_be_focused()


def test_removed_parameter_comes_back_after_rows_have_changed(page: Page, open_draft: OpenDraft) -> None:
    open_draft('{"tone": "warm"}', '{"tone": "cold"}', '{"tone": "cold"}')
    _button(page, "Remove the parameter tone").click()
    page.fill("#variants-0-name", "renamed")
    page.fill("#variants-1-name", "")
    page.fill("#variants-2-name", "")
    _button(page, "Add variant").click()
    expect(page.locator("#variants-3-name")).to_be_focused()
    click_in_menu(page, 1, "Move up")
    expect(page.locator("#variants-0-name")).to_have_value("")
    _button(page, "Undo: restore tone").click()
    assert _texts(page) == ['{"tone": "cold"}', '{"tone": "warm"}', '{"tone": "cold"}', ""]


def test_type_changes_what_can_be_converted(page: Page, open_draft: OpenDraft) -> None:
    open_draft('{"a": 14, "b": true}', '{"a": "1.50"}', '{"a": "many", "b": "false"}', '{"a": null}')
    page.get_by_label("Type of a").select_option("number")
    assert _texts(page) == [
        '{"a": 14, "b": true}',
        '{"a": 1.50}',
        '{"a": "many", "b": "false"}',
        '{"a": null}',
    ]
    expect(page.locator("#variant-notes .error-message")).to_have_text(
        [re.compile("a of v2: Enter a number"), re.compile("a of v3: Enter a number")]
    )
    page.get_by_label("Type of a").select_option("text")
    assert _json(page, 1) == '{"a": "1.50"}'
    page.get_by_label("Type of b").select_option("boolean")
    assert _json(page, 2) == '{"a": "many", "b": false}'
    page.get_by_label("b of v0", exact=True).select_option("")
    assert _json(page) == '{"a": "14"}'


def test_rows_are_edited_as_json_and_as_a_table(page: Page, open_draft: OpenDraft) -> None:
    open_draft('{"a": "x"}', '["not an object"]', '{"b": "z"}')
    expect(page.locator("[data-json]:visible")).to_have_count(1)
    page.locator("#variants-0 summary").click()
    _button(page, "Edit as JSON variant 1").click()
    expect(page.locator("#variants-0-json")).to_be_focused()
    page.fill("#variants-0-json", '{"a": "x","c": 1}')
    page.locator("#variants-0 summary").click()
    _button(page, "Format JSON variant 1").click()
    expect(page.locator("#variants-0-json")).to_have_value('{\n  "a": "x",\n  "c": 1\n}')
    _button(page, "Add variant").click()
    expect(page.locator("#variants-0-json")).to_be_visible()
    expect(_cell(page, "c of v2")).to_be_visible()
    _button(page, "Edit as JSON").click()
    expect(page.locator("[data-json]:visible")).to_have_count(4)
    _button(page, "Edit as a table").click()
    expect(_cell(page, "c of v0")).to_have_value("1")
    page.goto(f"{page.url}#variants-2-json")
    expect(page.locator("#variants-2-json")).to_be_focused()
    page.locator("#variants-2 summary").click()
    _button(page, "Edit as a table variant 3").click()
    expect(page.locator("[data-json]:visible")).to_have_count(1)


def test_likely_misspelling_missing_key_and_other_type_are_marked_in_their_cells(
    page: Page, open_draft: OpenDraft
) -> None:
    open_draft('{"color": "red", "size": 14}', '{"colour": "blue", "size": 14}', '{"color": "green", "size": "14"}')
    page.fill("#variants-2-name", "third")
    page.locator("#successEvent").focus()
    expect(_cell(page, "colour of v1")).to_have_accessible_description("colour of v1: Is this “color”?")
    expect(_cell(page, "size of third")).to_have_accessible_description(
        "size of third: The other variants have a number here"
    )
    _cell(page, "colour of v1").fill("")
    page.locator("#successEvent").focus()
    expect(_cell(page, "color of v1")).to_have_accessible_description("color of v1: The parameter “color” is missing")
    _cell(page, "color of v1").fill("blue")
    page.locator("#successEvent").focus()
    expect(page.locator("#variant-notes")).to_have_text("size of third: The other variants have a number here")


def test_blank_variant_keeps_its_cells_after_a_check(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    check(page)
    expect(_cell(page, "parameter 1 of variant 1")).to_have_accessible_description(re.compile("Enter a value"))
    page.get_by_role("link", name="Variant 1: Enter a value for this variant").click()
    expect(_cell(page, "parameter 1 of variant 1")).to_be_focused()
    _cell(page, "Name of parameter 1").fill("color")
    page.keyboard.press("Tab")
    _cell(page, "color of variant 1").fill("red")
    expect(page.locator("#variant-notes li")).to_have_text(
        [
            "Name of variant 1: Enter a name for this variant",
            "Name of variant 2: Enter a name for this variant",
            "color of variant 2: Enter a value",
        ]
    )


def test_rows_are_compact_and_shares_are_added_up(page: Page, open_draft: OpenDraft) -> None:
    members = ", ".join(f'"p{number}": {number}' for number in range(15))
    open_draft(*[f'{{"color": "red", "on": true, "o": {{"a": 1}}, {members}}}'] * 5)
    timing = page.locator("#section-timing")
    heights = page.locator("tr.variant").evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")
    assert max(heights) <= 44
    page.fill("#variants-1-size", "abc")
    page.locator("#successEvent").focus()
    note = "Share of variant 2 in percent: Enter a number in digits, such as 50 or 0.5"
    expect(page.locator("#variant-notes li")).to_have_text([note])
    heights = page.locator("tr.variant").evaluate_all("rows => rows.map(row => row.getBoundingClientRect().height)")
    assert max(heights) <= 44
    page.fill("#variants-1-size", "")
    before = timing.bounding_box()
    page.fill("#variants-0-size", "33.3")
    page.fill("#variants-1-size", "56,6")
    expect(page.locator("#variants-sum")).to_have_text("Shares add up to 89.9%.")
    assert timing.bounding_box() == before
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_phone_shows_the_parameters_of_each_row_with_their_names(page: Page, open_draft: OpenDraft) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_draft('{"color": "red", "size": 1}', '{"color": "blue"}')
    expect(page.locator("tr.variant").first.get_by_text("color", exact=True)).to_be_visible()
    name, color = page.locator("#variants-0-name").bounding_box(), _cell(page, "color of v0").bounding_box()
    actions = _button(page, "Remove variant 1").bounding_box()
    assert name and color and actions and abs(name["y"] - actions["y"]) < 12 < color["y"] - name["y"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("has_script", [True, False])
def test_pasted_table_becomes_variants(has_script: bool, page: Page, plain_page: Page, site: str) -> None:
    tab = page if has_script else plain_page
    tab.goto(f"{site}/autotunes/new?variants-0-name=red&variants-0-json=[1]&variants-1-name=blue")
    tab.get_by_text("Paste from a spreadsheet").click()
    tab.fill("#pasted", "just text")
    _button(tab, "Turn into variants").click()
    expect(tab.locator("#pasted-error")).to_contain_text("This is not a table")
    expect(tab.locator("#pasted")).to_have_value("just text")
    tab.fill("#pasted", TABLE)
    _button(tab, "Turn into variants").click()
    expect(tab.locator("#variants-2-name")).to_be_focused()
    assert [tab.locator(f"#variants-{row}-name").input_value() for row in range(3)] == ["red", "blue", "green"]
    assert [tab.locator(f"#variants-{row}-json").input_value() for row in range(3)] == [
        '{"color": "#f00", "price": 0.5}',
        "",
        '{"color": "#0f0", "price": 12.25}',
    ]
    expect(tab.locator("#variants-2-size")).to_have_value("60")
    expect(tab.locator("#pasted")).to_have_value("")


def test_table_pasted_into_a_cell_is_offered_as_variants(page: Page, open_draft: OpenDraft) -> None:
    open_draft('{"color": "red"}', '{"color": "blue"}')
    cell = f"#{_cell(page, 'color of v0').get_attribute('id')}"
    assert page.evaluate(PASTE, [cell, "one line\tof text"])
    assert not page.evaluate(PASTE, [cell, "v1\tgreen\nv2\tyellow\n"])
    _button(page, "Paste as text").click()
    expect(page.locator(cell)).to_have_value(re.compile("^red.*yellow|yellow.*red$"))
    page.evaluate(PASTE, ["#variants-1-json", "text"])
    page.evaluate(PASTE, [cell, "v1\tgreen\nv2\tyellow\n"])
    page.get_by_role("group", name="Pasted table").get_by_role("button", name="Turn into variants").click()
    expect(page.locator("#variants-2-name")).to_be_focused()
    expect(_cell(page, "color of v1")).to_have_value("green")
    expect(_cell(page, "color of v2")).to_have_value("yellow")
    assert not page.evaluate(PASTE, ["#variants-0-name", "v3\tpink"])
    page.get_by_role("group", name="Pasted table").get_by_role("button", name="Turn into variants").click()
    expect(_cell(page, "color of v3")).to_have_value("pink")


def test_removed_variant_comes_back_as_it_was(page: Page, open_draft: OpenDraft) -> None:
    open_draft('{"a": 1.0}', '{"a" : 1e3}')
    _button(page, "Remove variant 2").click()
    expect(page.locator("tr.variant")).to_have_count(1)
    _button(page, "Undo: restore v1").click()
    expect(_cell(page, "a of v1")).to_have_value("1e3")
    assert _json(page, 1) == '{"a" : 1e3}'
