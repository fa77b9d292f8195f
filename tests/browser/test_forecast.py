"""A plan as a person sees it come: with JavaScript, without, left, and when the planner breaks off."""

import re
import time
from collections.abc import Callable
from contextlib import closing

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, Route, expect

from webapp.forecast.queue import Plans

from ..conftest import Clock
from ..forecast.workers import eventually, kill
from .actions import check, fill_in

SOON = 60_000  # milliseconds
PLAN = "See what it would do"
WaitFor = Callable[[Locator], None]


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def any_page(request: pytest.FixtureRequest) -> Page:
    name = "page" if request.param == "with JavaScript" else "plain_page"
    page: Page = request.getfixturevalue(name)
    return page


@pytest.fixture
def plans(app: Flask) -> Plans:
    found: Plans = app.extensions["plans"]
    return found


def _guess(page: Page, visits: str = "2000", days: str = "28 days", lift: str = "20") -> None:
    page.fill("#visits", visits)
    page.fill("#rate", "5")
    page.fill("#lift", lift)
    page.select_option("#days", label=days)
    page.get_by_role("button", name=PLAN).click()


@pytest.fixture
def wait_for(any_page: Page, request: pytest.FixtureRequest) -> WaitFor:
    """Until it is shown: a script looks by itself, and takes the link away; without one a person presses it."""
    scripts = "with JavaScript" in request.node.callspec.params.values()

    def wait(shown: Locator) -> None:
        end = time.monotonic() + SOON / 1000
        while not scripts and shown.count() != 1:
            assert time.monotonic() < end
            any_page.get_by_role("link", name="Look again").click()
        expect(shown).to_have_count(1, timeout=SOON)

    return wait


def _checked(page: Page, site: str) -> None:
    fill_in(page, site)
    page.select_option("#explorationWindow", label="1 day (24 hours)")
    page.select_option("#winnerThreshold", label="95%")
    check(page)


def test_from_the_read_back_to_another_choice_and_back(any_page: Page, site: str, wait_for: WaitFor) -> None:
    page = any_page
    _checked(page, site)
    _guess(page)
    wait_for(page.get_by_role("heading", name="What other choices would do"))
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    expect(page.get_by_role("img", name="Traffic share of blue over 28 days")).to_be_visible()
    expect(page.get_by_text("Half of such launches end within")).to_be_visible()
    page.get_by_role("link", name=re.compile("Choose 2 days and 90%")).click()
    expect(page.locator("#explorationWindow")).to_have_value("48hr")
    expect(page.locator("#winnerThreshold")).to_have_value("90%")
    expect(page.locator("#description")).to_have_value("Which color button gets the most clicks.")
    page.get_by_role("button", name=PLAN).click()
    expect(page.locator("#visits")).to_have_value("2000")
    wait_for(page.locator(".chosen"))
    row = page.get_by_role("row", name=re.compile("^2 days"))
    expect(row.locator(".chosen")).to_contain_text("Now")


def test_from_a_form_with_gaps_nothing_is_lost(any_page: Page, site: str, wait_for: WaitFor) -> None:
    page = any_page
    page.goto(f"{site}/autotunes/new")
    page.fill("#description", "Only a thought so far")
    page.get_by_role("button", name=PLAN).click()
    _guess(page, visits="100", days="7 days")
    wait_for(page.get_by_role("heading", name="When it ends"))
    expect(page.get_by_role("heading", name="Variant 2")).to_be_visible()
    page.get_by_role("link", name="the draft without a name").click()
    expect(page.get_by_text("Only a thought so far")).to_be_visible()


def test_a_wrong_guess_leads_to_its_field(any_page: Page, site: str) -> None:
    _checked(any_page, site)
    _guess(any_page, visits="1000000000")
    expect(any_page.locator("#summary")).to_be_focused()
    any_page.get_by_role("link", name="Enter the visits a day").click()
    expect(any_page.locator("#visits")).to_have_value("1000000000")
    expect(any_page.locator("svg.picture")).to_have_count(0)


def test_the_error_of_a_guess_goes_when_it_is_edited(page: Page, site: str) -> None:
    _checked(page, site)
    _guess(page, visits="0", lift="9999")
    expect(page.locator("#summary")).to_be_focused()
    page.fill("#visits", "2000")
    expect(page.locator("#visits-problem")).to_have_count(0)
    page.fill("#rate", "0.1")
    expect(page.locator("#lift-problem, #summary")).to_have_count(0)


def _long(page: Page, site: str, variants: int = 10, days: str = "56 days") -> None:
    rows = "&".join(f"variants-{row}-name=v{row}" for row in range(variants))
    page.goto(f"{site}/autotunes/new?{rows}&explorationWindow=24hr&attributionWindow=1hr&winnerThreshold=99%25")
    page.get_by_role("button", name=PLAN).click()
    _guess(page, days=days, lift="1")


@pytest.fixture
def at_once(app: Flask) -> None:
    """Pages do not wait for a plan."""
    app.extensions["patience"] = 0.0


@pytest.mark.usefixtures("at_once")
def test_a_long_plan_shows_how_far_it_is_and_comes_by_itself(page: Page, site: str) -> None:
    _long(page, site, variants=4, days="28 days")
    bar = page.locator("#plan-bar")
    expect(bar).to_be_visible()
    expect(page.get_by_role("link", name="Look again")).to_be_hidden()
    page.wait_for_function("() => document.getElementById('plan-bar')?.value > 0", timeout=SOON)
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible(timeout=SOON)
    expect(page.get_by_role("heading", name="The plan is here, the other choices follow")).to_be_visible()
    page.get_by_text("The shares as a table").first.click()
    expect(page.locator("table.choices")).to_be_visible(timeout=2 * SOON)
    expect(page.locator("progress")).to_have_count(0)
    expect(page.get_by_role("region", name="Traffic shares")).to_be_visible()


@pytest.mark.usefixtures("at_once")
def test_leaving_calls_it_off(page: Page, site: str, plans: Plans) -> None:
    with page.expect_response("**/forecast.json*", timeout=SOON):
        _long(page, site)
    assert plans._line
    page.goto(f"{site}/")
    eventually(lambda: not plans._line)
    assert not plans._made


@pytest.mark.usefixtures("at_once")
def test_a_planner_that_breaks_off_is_said_and_tried_again(app: Flask, page: Page, site: str, clock: Clock) -> None:
    app.extensions["plans"].close()
    with closing(Plans(clock=clock)) as plans:
        app.extensions["plans"] = plans
        _long(page, site)
        expect(page.locator("#plan-bar")).to_be_visible()
        kill(plans)
        expect(page.locator("#plan-failed")).to_contain_text("The planner broke off while it worked on this.")
        page.get_by_role("link", name="Try again").click()
        expect(page.locator("#plan-bar")).to_be_visible()


def test_what_is_there_stays_when_the_planner_breaks_off(app: Flask, page: Page, site: str) -> None:
    _long(page, site, variants=5)
    expect(page.get_by_role("heading", name="The plan is here, the other choices follow")).to_be_visible(timeout=SOON)
    kill(app.extensions["plans"])
    expect(page.get_by_role("heading", name="The plan is here, the other choices are not")).to_be_visible()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    expect(page.locator("#said")).to_contain_text("The planner broke off while it worked on this.")
    page.reload()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()


@pytest.mark.usefixtures("at_once")
def test_a_part_that_cannot_be_fetched_is_fetched_at_the_next_look(page: Page, site: str) -> None:
    failed: list[str] = []

    def fail_once(route: Route) -> None:
        if route.request.resource_type == "fetch" and not failed:
            failed.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/forecast?*", fail_once)
    _checked(page, site)
    _guess(page, days="7 days")
    expect(page.locator("table.choices")).to_be_visible(timeout=SOON)
    assert failed


@pytest.mark.usefixtures("at_once")
def test_without_javascript_the_page_comes_again_by_itself(plain_page: Page, site: str) -> None:
    _long(plain_page, site)
    refresh = plain_page.locator('meta[http-equiv="refresh"]').get_attribute("content") or ""
    # an address with a fragment would not be loaded again
    assert refresh.startswith("10;url=/autotunes/") and "visits=2000" in refresh and "#" not in refresh


def test_a_choice_that_was_taken_stays_until_it_is_stored(page: Page, site: str) -> None:
    _checked(page, site)
    _guess(page, days="7 days")
    expect(page.locator("table.choices")).to_be_visible(timeout=SOON)
    page.get_by_role("link", name=re.compile("Choose 2 days and 90%")).click()
    expect(page.locator("#explorationWindow")).to_have_value("48hr")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#explorationWindow")).to_have_value("48hr")
    expect(page.get_by_text("Filled in, not stored yet")).to_be_visible()


def test_the_console_is_quiet_under_the_strict_policy(page: Page, site: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    _checked(page, site)
    _guess(page, days="7 days")
    expect(page.locator("table.choices")).to_be_visible(timeout=SOON)
    assert said == []
