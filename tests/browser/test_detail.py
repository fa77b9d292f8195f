"""The page of an autotune in a browser: what happens on it without a click."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from webapp.web.wait_budget import VIEW_TIMEOUT

from ..fake_statsig import FakeStatsig
from .actions import NAME, check, create, fill_in


@pytest.mark.slow
def test_wait_for_a_busy_statsig_counts_down_and_clears(page: Page, site: str, fake_statsig: FakeStatsig) -> None:
    fake_statsig.responder = lambda request: (429, {}, {"Retry-After": "2"}) if request.method == "POST" else None
    fill_in(page, site)
    check(page)
    create(page)
    expect(page.locator(".notice")).to_contain_text("Try again in 1 second.")
    expect(page.locator(".notice")).to_have_count(0)
    expect(page.get_by_role("button", name="Create in Statsig")).to_be_enabled()


def test_link_and_what_a_version_changed_are_one_click_away(page: Page, site: str) -> None:
    fill_in(page, site)
    check(page)
    address = page.url
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address
    page.get_by_role("link", name="Edit", exact=True).click()
    page.select_option("#winnerThreshold", label="80%")
    check(page)
    expect(page.get_by_text("1 change since the last review")).to_be_visible()
    expect(page.get_by_role("row", name="Winner threshold 99% 80%")).to_be_visible()
    page.get_by_text("History").click()
    page.get_by_role("link", name="What changed in version 2").click()
    expect(page.get_by_role("row", name="Winner threshold 99% 80%")).to_have_count(2)


def test_taken_name_is_shown_without_waiting_for_statsig(
    page: Page, app: Flask, site: str, fake_statsig: FakeStatsig
) -> None:
    app.extensions["view_timeout"] = VIEW_TIMEOUT
    fake_statsig.autotunes["button_color_test"] = {"id": "button_color_test", "name": NAME}
    fake_statsig.proceed.clear()
    fill_in(page, site)
    check(page)
    expect(page.get_by_text("Ready to create", exact=True)).to_be_visible()
    fake_statsig.proceed.set()
    expect(page.get_by_text("This name is taken in Statsig").first).to_be_visible()
    expect(page.get_by_role("button", name="Create in")).to_have_count(0)
