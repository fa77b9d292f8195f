"""A filled-in form is shared by a link, and made from a pasted request."""

import json

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, expect

from ..forms import ready
from .actions import check, fill_in

ANSWER = {
    "message": "Autotune Experiments created successfully.",
    "data": {
        "id": "welcome_mail",
        "isStarted": False,
        "variants": [{"name": "short", "json": {"lines": 3}}, {"name": "long", "json": {"lines": 9}}],
        "successEvent": "open",
        "explorationWindow": "24",
        "attributionWindow": "4hrs",
        "winnerThreshold": "98%",
    },
}


def test_filled_in_form_is_shared_by_a_link(page: Page, plain_page: Page, site: str) -> None:
    fill_in(page, site, "Shared idea")
    page.get_by_role("button", name="Copy link").click()
    link = page.get_by_label("Link to this form as it is now")
    expect(link).to_be_focused()
    expect(page.locator("#name")).to_have_value("Shared idea")
    plain_page.goto(link.input_value())
    expect(plain_page.get_by_text("Filled in by a link that you made on")).to_be_visible()
    expect(plain_page.locator("#name")).to_have_value("Shared idea")
    expect(plain_page.locator("#variants-1-json")).to_have_value('{"color": "blue"}')
    check(plain_page)
    expect(plain_page.get_by_role("button", name="Create in Statsig")).to_be_visible()


def test_copied_link_is_in_the_clipboard(browser: Browser, site: str) -> None:
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site}/autotunes/new?name=Idea")
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value("#link")
    context.close()


def test_link_is_made_without_javascript(plain_page: Page, site: str) -> None:
    fill_in(plain_page, site, "Plain idea")
    plain_page.get_by_role("button", name="Copy link").click()
    link = plain_page.get_by_label("Link to this form as it is now")
    expect(link).to_be_focused()
    expect(plain_page.locator("#name")).to_have_value("Plain idea")
    plain_page.goto(link.input_value())
    expect(plain_page.locator("#successEvent")).to_have_value("click")


def test_answer_of_statsig_is_pasted_and_saved(any_page: Page, site: str) -> None:
    any_page.goto(f"{site}/autotunes/new")
    any_page.get_by_role("link", name="A pasted request").click()
    any_page.get_by_label("Request").fill(json.dumps(ANSWER)[:-1])
    any_page.get_by_role("button", name="Fill in the form").click()
    expect(any_page.locator("#pasted_request-error")).to_be_visible()
    any_page.get_by_label("Request").press("End")
    any_page.get_by_label("Request").fill(any_page.get_by_label("Request").input_value() + "}")
    any_page.get_by_role("button", name="Fill in the form").click()
    expect(any_page.get_by_text("Not used: isStarted.")).to_be_visible()
    expect(any_page.locator("#attributionWindow option:checked")).to_have_text("4")
    any_page.fill("#name", "Welcome mail 2")
    any_page.get_by_role("button", name="Save draft").click()
    expect(any_page.get_by_role("heading", name="Welcome mail 2")).to_be_visible()
    expect(any_page.get_by_text("1 day (24 hours)")).to_be_visible()


def test_request_is_downloaded(any_page: Page, site: str, client: FlaskClient) -> None:
    address = ready(client, name="Download me")
    any_page.goto(site + address)
    any_page.get_by_text("What will be sent, as JSON").click()
    with any_page.expect_download() as download:
        any_page.get_by_role("link", name="Download JSON").click()
    assert download.value.suggested_filename == "download_me.json"
    assert download.value.path().read_bytes() == client.get(f"{address}/request.json").data
