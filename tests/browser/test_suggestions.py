"""Suggestions in a browser, with the keyboard, with a pointer and without JavaScript."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from .. import catalog
from ..conftest import CANARY
from ..fake_statsig import FakeStatsig
from .actions import check, create, fill_in, open_section


@pytest.fixture
def app(make_app: Callable[..., Flask], fake_statsig: FakeStatsig) -> Flask:
    catalog.fill(fake_statsig)
    return make_app(STATSIG_API_KEY=CANARY, STATSIG_API_URL=fake_statsig.url, STATSIG_REQUEST_BUDGET="600")


def event_field(page: Page, site: str) -> Locator:
    page.goto(f"{site}/autotunes/new")
    return page.get_by_label("Success event", exact=True)


def suggestions(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def test_event_is_chosen_with_the_keyboard(page: Page, site: str) -> None:
    field = event_field(page, site)
    field.press_sequentially("p")
    options = suggestions(page)
    expect(options).to_have_text(["page_view", "purchase"])
    expect(page.get_by_role("combobox", name="Success event", expanded=True)).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("2 suggestions")
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(options.and_(page.get_by_role("option", selected=True))).to_have_text("purchase")
    expect(field).to_have_attribute("aria-activedescendant", "suggestion-1")
    field.press("ArrowDown")  # back to what was typed
    expect(field).not_to_have_attribute("aria-activedescendant", "suggestion-1")
    field.press("ArrowUp")
    field.press("Enter")
    expect(field).to_have_value("purchase")
    expect(options).to_have_count(0)
    expect(page.get_by_role("heading", name="New autotune")).to_be_visible()  # Enter has not submitted the form
    expect(page.locator("#error-summary")).to_have_count(0)


def test_escape_and_leaving_close_the_list_and_keep_what_was_typed(page: Page, site: str) -> None:
    field = event_field(page, site)
    listbox = page.get_by_role("listbox")
    field.press_sequentially("p")
    expect(listbox).to_be_visible()
    field.press("Escape")
    expect(listbox).to_have_count(0)
    field.press("ArrowDown")
    expect(listbox).to_be_visible()
    field.press("Tab")
    expect(listbox).to_have_count(0)
    expect(field).to_have_value("p")


def test_event_that_was_clicked_is_counted_and_another_one_is_warned_about(page: Page, site: str) -> None:
    field = event_field(page, site)
    hint = page.locator("#successEvent-hint")
    field.click()
    page.get_by_role("option", name="add_to_cart").click()
    expect(field).to_have_value("add_to_cart")
    expect(field).to_be_focused()
    expect(hint).to_have_text("21,377 on Thursday, 5,676 users", use_inner_text=True)
    field.press_sequentially("s")
    expect(hint).not_to_contain_text("21,377")
    expect(hint).not_to_contain_text("Not among")  # in the middle of a word
    page.get_by_label("Name", exact=True).focus()
    expect(hint).to_contain_text("Did you mean “add_to_cart”?")


def test_columns_are_those_of_the_metric_source(page: Page, site: str) -> None:
    event_field(page, site)
    open_section(page, "warehouse")
    source = page.get_by_label("Metric source ID (optional)")
    source.press_sequentially("ord")
    page.get_by_role("option", name="Orders").click()
    page.get_by_label("Value column (optional)").press_sequentially("rev")
    expect(suggestions(page)).to_have_text(["revenue"])


def test_fields_are_plain_while_statsig_does_not_answer(any_page: Page, site: str, fake_statsig: FakeStatsig) -> None:
    fake_statsig.responder = lambda request: (403, {}) if request.method == "GET" else None
    fill_in(any_page, site)
    any_page.get_by_label("Success event", exact=True).press("ArrowDown")
    expect(any_page.get_by_role("listbox")).to_have_count(0)
    check(any_page)
    create(any_page)
    expect(any_page.get_by_text("Created", exact=True).first).to_be_visible()
    assert fake_statsig.posts[0].json["successEvent"] == "click"
