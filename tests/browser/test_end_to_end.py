"""From the empty form to the confirmation: with the mouse, with the keyboard, and without JavaScript."""

from playwright.sync_api import Page, expect

from ..fake_statsig import FakeStatsig
from .actions import NAME, TYPED, check, create, fill_in, tab_to_button, tab_to_field

BODY = {
    "name": NAME,
    "description": "Which color button gets the most clicks.",
    "variants": [{"name": "red", "json": {"color": "red"}}, {"name": "blue", "json": {"color": "blue"}}],
    "successEvent": "click",
    "explorationWindow": "1hr",
    "attributionWindow": "2hr",
    "winnerThreshold": "99%",
}


def _expect_confirmation(page: Page, fake_statsig: FakeStatsig) -> None:
    expect(page.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    expect(page.locator("h1")).to_have_text(NAME)
    for text in ("button_color_test", "Not yet as of", "1 hour", "2 hours", "99%", "local user"):
        expect(page.locator("main")).to_contain_text(text)
    assert [post.json for post in fake_statsig.posts] == [BODY]


def test_create_with_the_mouse_is_confirmed(page: Page, site: str, fake_statsig: FakeStatsig) -> None:
    fill_in(page, site)
    check(page)
    expect(page.get_by_role("button", name="Create in Statsig")).to_be_visible()
    address = page.url
    assert fake_statsig.posts == []
    create(page)
    _expect_confirmation(page, fake_statsig)
    assert page.url == address


def test_create_without_javascript_is_confirmed(plain_page: Page, site: str, fake_statsig: FakeStatsig) -> None:
    fill_in(plain_page, site)
    check(plain_page)
    create(plain_page)
    _expect_confirmation(plain_page, fake_statsig)


def test_create_with_the_keyboard_is_confirmed(page: Page, site: str, fake_statsig: FakeStatsig) -> None:
    page.goto(f"{site}/autotunes/new")
    choices = {"Exploration window": "1 hour", "Attribution window": "2", "Winner threshold": "99%"}
    for label, text in (TYPED | choices).items():
        tab_to_field(page, label)
        page.keyboard.type(text)
    tab_to_button(page, "Description and goal")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(str(BODY["description"]))
    tab_to_button(page, "Review")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Create in Statsig")).to_be_visible()
    tab_to_button(page, "Create in Statsig")
    page.keyboard.press("Enter")
    _expect_confirmation(page, fake_statsig)


def test_enter_in_a_text_field_submits_for_review(page: Page, site: str) -> None:
    fill_in(page, site)
    page.locator("#successEvent").press("Enter")
    expect(page.get_by_role("button", name="Create in Statsig")).to_be_visible()


def test_duplicate_opens_the_form_filled_in_under_a_new_name(page: Page, site: str) -> None:
    fill_in(page, site)
    check(page)
    create(page)
    page.get_by_role("link", name="Duplicate").click()
    expect(page.locator("#name")).to_have_value(f"{NAME} copy")
    expect(page.locator("#variants-1-json")).to_have_value('{"color": "blue"}')
    expect(page.locator("#winnerThreshold")).to_have_value("99%")


def test_hidden_characters_are_copied_as_they_are_sent(page: Page, site: str, fake_statsig: FakeStatsig) -> None:
    fill_in(page, site)
    page.fill("#description", "Give \u202e10% off \U000e0041")
    check(page)
    page.get_by_text("What will be sent, as JSON").click()
    expect(page.locator("#body mark.character").first).to_have_text("[U+202E]")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the request body").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    create(page)
    expect(page.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    assert copied == fake_statsig.posts[0].body.decode()
