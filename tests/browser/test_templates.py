"""An autotune becomes a template, and a new one starts from it."""

from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from ..forms import fill_in, ready
from .actions import check
from .test_list import choose

NOTE = "When a button has several words."


def test_autotune_becomes_a_template_and_is_used(any_page: Page, site: str, client: FlaskClient) -> None:
    ready(client, name="Button words")
    any_page.goto(site)
    choose(any_page, "Button words", "Make template", role="link")
    expect(any_page.get_by_label("Title")).to_have_value("Button words")
    any_page.get_by_role("button", name="Make template").click()
    expect(any_page.locator("#note-error")).to_contain_text("Say in a sentence when to use it")
    any_page.get_by_label("When to use it").fill(NOTE)
    any_page.get_by_role("button", name="Make template").click()
    expect(any_page.get_by_text("Button words is a template now.")).to_be_visible()
    any_page.get_by_role("link", name="New autotune").click()
    any_page.get_by_role("navigation", name="Start from").get_by_role("link", name="Button words").click()
    expect(any_page.get_by_text(NOTE)).to_be_visible()
    any_page.fill("#name", "Button words 2")
    check(any_page)
    expect(any_page.get_by_role("button", name="Create in Statsig")).to_be_visible()


def test_template_is_removed_and_restored(any_page: Page, site: str, client: FlaskClient) -> None:
    address = ready(client, name="Old words")
    any_page.goto(f"{site}{address}/template")
    any_page.get_by_label("When to use it").fill(NOTE)
    any_page.get_by_role("button", name="Make template").click()
    any_page.get_by_role("button", name="Remove Old words").click()
    expect(any_page.get_by_role("heading", name="Old words")).to_have_count(0)
    any_page.get_by_role("button", name="Undo").click()
    expect(any_page.get_by_role("heading", name="Old words")).to_be_visible()


def test_templates_of_the_desk_lack_only_a_name_and_an_event(any_page: Page, site: str) -> None:
    for number, title in enumerate(("Button text", "Price", "Ranking of sections")):
        any_page.goto(f"{site}/templates")
        any_page.get_by_role("link", name=f"Use {title}").click()
        any_page.fill("#name", f"From a template {number}")
        any_page.fill("#successEvent", "buy")
        check(any_page)
        expect(any_page.get_by_role("button", name="Create in Statsig")).to_be_visible()


def test_similar_autotunes_are_named_while_the_event_is_typed(page: Page, site: str, client: FlaskClient) -> None:
    address = fill_in(client, "save", name="Checkout hint", successEvent="checkout").headers["Location"]
    page.goto(f"{site}/autotunes/new")
    page.fill("#successEvent", "check")
    page.locator("#successEvent").press_sequentially("out")
    sidebar = page.get_by_role("complementary", name="Summary")
    expect(sidebar.get_by_text("Same event · draft, local user")).to_be_visible()
    sidebar.get_by_role("link", name="Checkout hint").click()
    expect(page).to_have_url(site + address)
    page.go_back()
    expect(page.locator("#successEvent")).to_have_value("checkout")


def test_similar_autotunes_are_named_without_javascript(plain_page: Page, site: str, client: FlaskClient) -> None:
    ready(client, name="Checkout hint", successEvent="checkout")
    plain_page.goto(f"{site}/autotunes/new?successEvent=checkout")
    expect(plain_page.get_by_role("link", name="Checkout hint")).to_be_visible()
