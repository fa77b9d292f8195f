"""The list in a browser: found, filtered, put away and brought back."""

import re
from typing import Literal

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Locator, Page, expect

from webapp.autotunes.services import Services

from ..conftest import Clock
from ..forms import click_create, fill_in, ready
from ..web.test_listing import add_rows


def _rows(page: Page) -> Locator:
    return page.locator("table.list tbody tr")


def _names(page: Page) -> Locator:
    return page.locator("table.list th[scope=row] a")


def choose(page: Page, name: str, item: str, role: Literal["button", "link"] = "button") -> None:
    """Clicks an item in the menu of a row."""
    row = _rows(page).filter(has_text=name)
    row.locator("summary").click()
    row.get_by_role(role, name=item).click()


def test_draft_is_discarded_and_the_discarding_undone(any_page: Page, site: str, client: FlaskClient) -> None:
    for name in ("Hero copy", "Price rounding"):
        fill_in(client, "save", name=name)
    any_page.goto(site)
    choose(any_page, "Hero copy", "Discard")
    expect(any_page.get_by_text("Hero copy was discarded.")).to_be_visible()
    expect(_names(any_page)).to_have_text(["Price rounding"])
    any_page.get_by_role("button", name="Undo").click()
    expect(any_page.get_by_text("Hero copy was restored.")).to_be_visible()
    any_page.get_by_role("link", name="Hero copy", exact=True).click()
    any_page.get_by_role("button", name="Discard").click()
    any_page.get_by_role("link", name="Discarded 1").click()
    _names(any_page).click()
    expect(any_page.get_by_text("This draft was discarded on")).to_be_visible()
    any_page.get_by_role("button", name="Restore").click()
    expect(any_page.get_by_role("link", name="Edit", exact=True)).to_be_visible()


def test_created_autotune_is_archived_from_the_list(any_page: Page, site: str, client: FlaskClient) -> None:
    click_create(client, ready(client, name="Finished test"))
    any_page.goto(site)
    choose(any_page, "Finished test", "Archive")
    expect(any_page.get_by_text("Finished test was archived.")).to_be_visible()
    expect(any_page.get_by_text("Nothing is left here.")).to_be_visible()
    any_page.get_by_role("link", name="Archived 1", exact=True).click()
    expect(_rows(any_page)).to_contain_text("Archived")
    choose(any_page, "Finished test", "Restore")
    expect(any_page.get_by_text("Finished test was restored.")).to_be_visible()
    expect(any_page.get_by_text("Nothing is archived.")).to_be_visible()


def test_slash_searches_and_results_follow_what_is_typed(page: Page, site: str, client: FlaskClient) -> None:
    for name in ("Größe der Schaltfläche", "Welcome mail subject", "Hero copy"):
        fill_in(client, "save", name=name)
    page.goto(site)
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("mail WEL")
    expect(_names(page)).to_have_text(["Welcome mail subject"])
    expect(page).to_have_url(re.compile(r"\?q=mail\+WEL$"))
    expect(page.locator(".tabs [aria-current]")).to_have_text(re.compile("All\\s*1"))
    expect(page.locator("#q")).to_be_focused()
    page.fill("#q", "grosse/")
    expect(page.locator(".empty")).to_contain_text("Nothing matches.")
    page.fill("#q", "schaltflache grosse")
    expect(_names(page)).to_have_text(["Größe der Schaltfläche"])
    page.reload()
    expect(_names(page)).to_have_text(["Größe der Schaltfläche"])


def test_search_and_filters_work_without_javascript(plain_page: Page, site: str, services: Services) -> None:
    _add_two_people(services)
    plain_page.goto(site)
    plain_page.select_option("#person", "ben@example.com")
    plain_page.get_by_role("button", name="Search").click()
    expect(_names(plain_page)).to_have_text(["Of Ben"])
    plain_page.get_by_role("link", name="Drafts 1").click()
    expect(plain_page.locator("#person")).to_have_value("ben@example.com")
    plain_page.fill("#q", "anna")
    plain_page.get_by_role("button", name="Search").click()
    expect(plain_page.get_by_text("Nothing matches.")).to_be_visible()


def test_person_and_project_apply_at_once(page: Page, site: str, services: Services) -> None:
    _add_two_people(services)
    page.goto(site)
    expect(page.get_by_role("button", name="Search")).to_be_hidden()
    page.get_by_label("Owner").select_option("ben@example.com")
    expect(_names(page)).to_have_text(["Of Ben"])
    page.get_by_label("Owner").select_option("")
    page.get_by_label("Statsig project").select_option("Web")
    expect(_names(page)).to_have_text(["Of Anna"])


def _add_two_people(services: Services) -> None:
    people = (("Anna", "Web"), ("Ben", "Mobile"))
    add_rows(
        services,
        (
            {"name": f"Of {name}", "created_by": f"{name.lower()}@example.com", "project": project}
            for name, project in people
        ),
    )


def test_exact_time_is_in_the_zone_of_the_person(
    browser: Browser, site: str, client: FlaskClient, clock: Clock
) -> None:
    fill_in(client, "save", name="Timed")
    clock.forward(3 * 3600)
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.goto(site)
    time = page.locator("time[data-exact]")
    expect(time).to_have_text("3 h ago")
    expect(time).to_have_attribute("data-exact", "15 Jan 2027, 17:00 GMT+9")
    shown = "time => getComputedStyle(time, '::after').content"
    assert time.evaluate(shown) == "none"
    time.hover()
    assert "17:00 GMT+9" in time.evaluate(shown)
    page.mouse.move(0, 0)
    assert time.evaluate(shown) == "none"
    _names(page).focus()
    assert "17:00 GMT+9" in time.evaluate(shown)
    context.close()


@pytest.mark.parametrize("width", [1280, 1000])
def test_rows_are_compact(page: Page, site: str, services: Services, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    add_rows(services, ({"name": f"A long name of an autotune {number} " * 4} for number in range(50)))
    page.goto(site)
    heights = _rows(page).evaluate_all("rows => rows.map((row) => row.getBoundingClientRect().height)")
    assert len(heights) == 50 and max(heights) <= 44
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_menu_closes_with_escape_and_by_a_click_elsewhere(page: Page, site: str, client: FlaskClient) -> None:
    fill_in(client, "save", name="With a menu")
    page.goto(site)
    menu = page.locator("details.menu")
    menu.locator("summary").press("Enter")
    expect(menu.get_by_role("link", name="Open")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
    expect(menu.get_by_role("link", name="Open")).to_be_hidden()
    menu.locator("summary").click()
    page.get_by_role("heading", name="Autotunes").click()
    expect(menu.get_by_role("link", name="Open")).to_be_hidden()
