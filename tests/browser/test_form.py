"""The form while somebody fills it in."""

import pytest
from playwright.sync_api import Page, expect

from .person import check, fill_in


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def any_page(request: pytest.FixtureRequest) -> Page:
    name = "page" if request.param == "with JavaScript" else "plain_page"
    page: Page = request.getfixturevalue(name)
    return page


def test_variants_are_added_and_removed_in_order_and_the_focus_follows(any_page: Page, site: str) -> None:
    fill_in(any_page, site)
    any_page.get_by_role("button", name="Add a variant").click()
    expect(any_page.locator("#variants-2-name")).to_be_focused()
    any_page.locator("#variants-2-name").fill("green")
    any_page.locator("#variants-2-json").fill('{"color": "green"}')
    any_page.get_by_role("button", name="Remove variant 2").click()
    expect(any_page.locator(".variant")).to_have_count(2)
    expect(any_page.locator("#variants-1-name")).to_be_focused()
    expect(any_page.locator("#variants-0-name")).to_have_value("red")
    expect(any_page.locator("#variants-1-name")).to_have_value("green")
    expect(any_page.locator("#description")).to_have_value("Which color button gets the most clicks.")


def test_the_first_variant_is_marked_as_the_default(any_page: Page, site: str) -> None:
    fill_in(any_page, site)
    any_page.get_by_role("button", name="Remove variant 1").click()
    expect(any_page.locator(".variant").first).to_contain_text("Default")
    expect(any_page.locator("#variants")).to_contain_text("an inference")


def test_format_lays_json_out_and_says_where_it_is_broken(any_page: Page, site: str) -> None:
    fill_in(any_page, site)
    any_page.get_by_role("button", name="Format the JSON of variant 1").click()
    expect(any_page.locator("#variants-0-json")).to_have_value('{\n  "color": "red"\n}')
    any_page.locator("#variants-1-json").fill('{"color": "blue",}')
    any_page.get_by_role("button", name="Format the JSON of variant 2").click()
    expect(any_page.locator("#variants-1-json-problem")).to_contain_text("Line 1, column 17: remove the comma")
    expect(any_page.locator("#variants-1-json")).to_have_value('{"color": "blue",}')


def test_a_hundred_variants_are_the_most(any_page: Page, site: str) -> None:
    rows = "&".join(f"variants-{row}-name=v{row}" for row in range(100))
    any_page.goto(f"{site}/autotunes/new?name=Many&{rows}")
    any_page.get_by_role("button", name="Add a variant").click()
    expect(any_page.locator("#variants-problem")).to_contain_text("100 variants are the most")
    expect(any_page.locator(".variant")).to_have_count(100)


def test_the_summary_has_the_focus_and_leads_to_each_field(any_page: Page, site: str) -> None:
    any_page.goto(f"{site}/autotunes/new")
    check(any_page)
    expect(any_page.locator("#summary")).to_be_focused()
    any_page.get_by_role("link", name="Enter the success event").click()
    expect(any_page.locator("#successEvent")).to_be_in_viewport()
    expect(any_page.locator("#successEvent-problem")).to_have_text("Error: Enter the success event")


def test_the_id_that_a_name_becomes_is_shown_while_typing(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    expect(page.locator("#id-preview")).to_be_hidden()
    page.locator("#name").press_sequentially("Button Color Test")
    expect(page.locator("#id-preview")).to_have_text("Its id will be button_color_test", use_inner_text=True)
    page.fill("#name", "Büro")
    expect(page.locator("#id-preview")).to_contain_text("Statsig decides")


def test_json_is_checked_while_typing(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    json = page.locator("#variants-0-json")
    json.fill('{"a": 1\n"b": 2}')
    expect(page.locator("#variants-0-json-problem")).to_have_text("Line 2, column 1: a comma or } is missing here.")
    expect(json).to_have_attribute("aria-invalid", "true")
    json.fill('{"a": 1,\n"b": 2}')
    expect(page.locator("#variants-0-json-problem")).to_have_count(0)
    expect(json).not_to_have_attribute("aria-invalid", "true")


def test_contextual_settings_show_when_they_matter(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    part = page.locator("#part-contextual")
    expect(part).to_be_hidden()
    page.get_by_label("Contextual:").check()
    expect(part).to_be_visible()
    page.fill("#metadataField", "price")
    page.get_by_label("Classic:").check()
    expect(part).to_be_visible()


def test_without_javascript_every_part_is_visible(plain_page: Page, site: str) -> None:
    plain_page.goto(f"{site}/autotunes/new")
    for field in ("metadataField", "metricSourceID", "idType", "higherIsBetter"):
        expect(plain_page.locator(f"#{field}")).to_be_visible()


def test_what_only_contextual_autotunes_use_can_be_cleared(any_page: Page, site: str) -> None:
    fill_in(any_page, site)
    any_page.get_by_label("Contextual:").check()
    any_page.fill("#metadataField", "price")
    any_page.select_option("#higherIsBetter", "false")
    any_page.get_by_label("Classic:").check()
    check(any_page)
    expect(any_page.locator("#metadataField-problem")).to_contain_text("Only contextual autotunes use this")
    any_page.get_by_role("button", name="Clear what only contextual autotunes use").click()
    expect(any_page.locator("#metadataField")).to_have_value("")
    check(any_page)
    expect(any_page.get_by_role("button", name="Create in Statsig")).to_be_visible()


def test_settings_that_are_folded_away_open_at_a_press(page: Page, site: str) -> None:
    page.goto(f"{site}/autotunes/new")
    expect(page.locator("#idType")).to_be_hidden()
    page.get_by_role("button", name="Other settings").click()
    page.fill("#idType", "stableID")
    page.reload()
    page.goto(f"{site}/autotunes/new?idType=stableID")
    expect(page.locator("#idType")).to_be_visible()
