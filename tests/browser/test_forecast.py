"""The forecast page in a browser: with and without JavaScript, when it is left, and when the worker exits."""

import os
import re
import signal
import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from itertools import cycle

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, Route, expect

from webapp.forecast.queue import ForecastQueue

from ..conftest import Clock
from ..forecast.workers import eventually, stopped_worker
from .actions import check, choose_type, create, fill_in, open_section

TIMEOUT_MS = 60_000
FORM_BUTTON = "button[name=action][value=plan]"
WaitFor = Callable[[Locator], None]


@pytest.fixture
def queue(app: Flask) -> ForecastQueue:
    forecasts: ForecastQueue = app.extensions["forecasts"]
    return forecasts


def _request_forecast(page: Page, visits: str = "2000", days: str = "28 days", lift: str = "20") -> None:
    page.fill("#visits", visits)
    page.fill("#rate", "5")
    page.fill("#lift", lift)
    page.select_option("#days", label=days)
    page.get_by_role("button", name=re.compile("See the forecast|Update the forecast")).click()


@pytest.fixture
def wait_for(any_page: Page, request: pytest.FixtureRequest) -> WaitFor:
    """Waits until the locator is shown: the page's script polls; without JavaScript, the Refresh link is clicked."""
    scripts = "with JavaScript" in request.node.callspec.params.values()

    def wait(locator: Locator) -> None:
        deadline = time.monotonic() + TIMEOUT_MS / 1000
        while not scripts and locator.count() != 1:
            assert time.monotonic() < deadline
            any_page.get_by_role("link", name="Refresh").click()
        expect(locator).to_have_count(1, timeout=TIMEOUT_MS)

    return wait


def _review_classic(page: Page, site: str) -> None:
    fill_in(page, site)
    page.select_option("#explorationWindow", label="1 day (24 hours)")
    page.select_option("#winnerThreshold", label="95%")
    check(page)
    page.goto(f"{page.url}/forecast")


@pytest.mark.slow
def test_headline_beside_the_form_follows_its_settings(page: Page, site: str) -> None:
    fill_in(page, site)
    page.select_option("#explorationWindow", label="1 week (168 hours)")
    page.select_option("#winnerThreshold", label="95%")
    headline = page.locator("#forecast_headline")
    expect(headline).to_contain_text("When would it end")
    page.fill("#visits", "lots")
    page.locator("#rate").focus()
    expect(page.locator("#visits-error")).to_contain_text("Enter the visits per day as a number")
    page.fill("#visits", "2,000")
    page.fill("#rate", "5%")
    expect(headline.locator(".headline")).to_contain_text("Half of the simulated runs find a winner")
    expect(headline.locator("dt")).to_have_text(["right of 100", "wrong", "still running"])
    before = headline.inner_text()
    page.select_option("#winnerThreshold", label="80%")
    expect(headline.locator(".headline")).not_to_have_text(before.split("\n")[0])
    page.select_option("#winnerThreshold", label="95%")
    choose_type(page, "Contextual")
    expect(headline).to_contain_text("samples that Statsig names for a contextual autotune")
    choose_type(page, "Classic")
    expect(headline).to_contain_text("Half of the simulated runs")
    check(page)
    expect(page.locator("#visits")).to_have_value("2,000")
    kept = page.locator(".kept-forecast")
    expect(kept.locator(".headline")).to_have_text(before.split("\n")[0])
    expect(kept.locator("dt")).to_have_text(["right of 100", "wrong", "still running"])
    create(page)
    expect(page.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    expect(kept.locator(".headline")).to_have_text(before.split("\n")[0])
    page.get_by_role("link", name="Show the whole forecast").click()
    expect(page.get_by_role("heading", name="Half of the simulated runs find a winner")).to_be_visible()


@pytest.mark.slow
def test_choose_other_settings_and_return_to_the_forecast(any_page: Page, site: str, wait_for: WaitFor) -> None:
    page = any_page
    _review_classic(page, site)
    _request_forecast(page, visits="5000", days="7 days")
    wait_for(page.get_by_role("heading", name="Other settings"))
    expect(page.get_by_role("heading", name="Half of the simulated runs find a winner within")).to_be_visible()
    expect(page.get_by_role("img", name="Traffic shares over 7 days")).to_be_visible()
    page.get_by_role("link", name=re.compile("Choose 2 days and 90%")).click()
    expect(page.locator("#explorationWindow")).to_have_value("48hr")
    expect(page.locator("#winnerThreshold")).to_have_value("90%")
    expect(page.locator("#description")).to_have_value("Which color button gets the most clicks.")
    page.click(FORM_BUTTON)
    expect(page.locator("#visits")).to_have_value("5000")
    wait_for(page.locator(".current"))
    row = page.get_by_role("row", name=re.compile("^2 days"))
    expect(row.locator(".current")).to_contain_text("Yours")


def test_forecast_from_an_incomplete_form_loses_nothing(any_page: Page, site: str, wait_for: WaitFor) -> None:
    page = any_page
    page.goto(f"{site}/autotunes/new")
    open_section(page, "purpose")
    page.fill("#description", "Only a thought so far")
    page.click(FORM_BUTTON)
    _request_forecast(page, visits="100", days="7 days")
    wait_for(page.get_by_role("heading", name="Traffic"))
    expect(page.get_by_role("rowheader", name="Variant 2")).to_be_visible()
    page.get_by_role("link", name="the draft without a name").click()
    expect(page.get_by_text("Only a thought so far")).to_be_visible()


def test_invalid_assumption_is_linked_to_its_field(any_page: Page, site: str) -> None:
    _review_classic(any_page, site)
    _request_forecast(any_page, visits="1000000000")
    expect(any_page.locator("#error-summary")).to_be_focused()
    any_page.get_by_role("link", name="Enter the visits per day").click()
    expect(any_page.locator("#visits")).to_have_value("1000000000")
    expect(any_page.locator(".chart")).to_have_count(0)


def test_error_disappears_when_the_assumption_is_edited(page: Page, site: str) -> None:
    _review_classic(page, site)
    _request_forecast(page, visits="0", lift="9999")
    expect(page.locator("#error-summary")).to_be_focused()
    page.wait_for_load_state()  # so that its script reacts to input
    page.fill("#visits", "2000")
    expect(page.locator("#visits-error")).to_have_count(0)
    page.fill("#rate", "0.1")
    expect(page.locator("#lift-error, #error-summary")).to_have_count(0)


def _request_long_forecast(page: Page, site: str, variants: int = 10, days: str = "56 days") -> None:
    rows = "&".join(f"variants-{row}-name=v{row}" for row in range(variants))
    page.goto(f"{site}/autotunes/new?{rows}&explorationWindow=24hr&attributionWindow=1hr&winnerThreshold=99%25")
    page.click(FORM_BUTTON)
    _request_forecast(page, days=days, lift="1")


@pytest.fixture
def no_page_wait(app: Flask) -> None:
    """Pages do not wait for a forecast."""
    app.extensions["wait_timeout"] = 0.0


@pytest.mark.slow
@pytest.mark.usefixtures("no_page_wait")
def test_long_forecast_shows_progress_and_then_appears(page: Page, site: str) -> None:
    _request_long_forecast(page, site, variants=3, days="14 days")
    bar = page.locator("#forecast-bar")
    expect(bar).to_be_visible()
    expect(page.get_by_role("link", name="Refresh")).to_be_hidden()
    page.wait_for_function("() => document.getElementById('forecast-bar')?.value > 0", timeout=TIMEOUT_MS)
    expect(page.locator(".verdict h2")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_role("heading", name="Simulating more")).to_be_visible()
    page.get_by_text("Show traffic and ends by day").first.click()
    expect(page.locator("table.comparison")).to_be_visible(timeout=2 * TIMEOUT_MS)
    expect(page.locator("progress")).to_have_count(0, timeout=2 * TIMEOUT_MS)
    expect(page.get_by_role("region", name="Traffic shares and ended runs")).to_be_visible()


@pytest.mark.slow
@pytest.mark.usefixtures("no_page_wait")
def test_leaving_the_page_cancels_the_forecast(page: Page, site: str, queue: ForecastQueue) -> None:
    with page.expect_response("**/forecast.json*", timeout=TIMEOUT_MS):
        _request_long_forecast(page, site)
    assert queue._jobs
    page.goto(f"{site}/")
    eventually(lambda: not queue._jobs)
    assert not queue._results


@pytest.mark.slow
@pytest.mark.usefixtures("no_page_wait")
def test_worker_crash_is_shown_and_can_be_retried(app: Flask, page: Page, site: str, clock: Clock) -> None:
    app.extensions["forecasts"].close()
    with closing(ForecastQueue(clock=clock)) as queue:
        app.extensions["forecasts"] = queue
        with stopped_worker(queue) as worker:
            _request_long_forecast(page, site)
            expect(page.locator("#forecast-bar")).to_be_visible()
            os.kill(worker, signal.SIGKILL)
        expect(page.locator("#forecast-error")).to_contain_text("The forecast stopped unexpectedly.")
        page.get_by_role("link", name="Try again").click()
        expect(page.locator("#forecast-bar")).to_be_visible()


@pytest.mark.slow
def test_summary_stays_when_the_worker_crashes(app: Flask, page: Page, site: str) -> None:
    _request_long_forecast(page, site, variants=5)
    expect(page.get_by_role("heading", name="Simulating more")).to_be_visible()
    with stopped_worker(app.extensions["forecasts"]) as worker:
        os.kill(worker, signal.SIGKILL)
    expect(page.get_by_role("heading", name="The forecast is not complete")).to_be_visible()
    expect(page.locator(".verdict h2")).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("The forecast stopped unexpectedly.")
    page.reload()
    expect(page.locator(".verdict h2")).to_be_visible()


@pytest.mark.slow
@pytest.mark.usefixtures("no_page_wait")
def test_part_that_fails_to_load_is_loaded_at_the_next_poll(page: Page, site: str) -> None:
    aborted: list[str] = []

    def fail_once(route: Route) -> None:
        if route.request.resource_type == "fetch" and not aborted:
            aborted.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/forecast?*", fail_once)
    _review_classic(page, site)
    _request_forecast(page, days="7 days")
    expect(page.locator("table.comparison")).to_be_visible(timeout=TIMEOUT_MS)
    assert aborted


@pytest.mark.slow
@pytest.mark.parametrize("second_copy", ["computes too", "is stuck"])
def test_two_copies_that_answer_in_turn_never_take_back_what_is_shown(
    make_app: Callable[..., Flask], serve: Callable[..., str], page: Page, second_copy: str
) -> None:
    apps = [make_app(), make_app()]
    for app in apps:
        app.extensions["wait_timeout"] = 0.0
    sites = [serve(app) for app in apps]
    turns = cycle(sites)
    page.route("**/forecast*", lambda route: route.continue_(url=route.request.url.replace(sites[0], next(turns))))
    page.add_init_script(RECORD)
    stuck: ForecastQueue = apps[1].extensions["forecasts"]
    with stopped_worker(stuck) if second_copy == "is stuck" else nullcontext():
        _request_long_forecast(page, sites[0], variants=3, days="14 days")
        expect(page.locator("table.comparison")).to_be_visible(timeout=2 * TIMEOUT_MS)
    shown = page.evaluate("window.shown")
    assert shown == sorted(shown)
    assert {stage for stage, *_ in shown} >= {1, 2}


# What the page shows at each moment: the stage as a number, whether there is a result, and the progress.
RECORD = """
window.shown = [];
setInterval(() => {
  const forecast = document.getElementById("forecast");
  if (!forecast) return;
  const stage = ["waiting", "running", "planned", "done", "failed"].indexOf(forecast.dataset.stage);
  const result = document.getElementById("forecast-result").childElementCount;
  window.shown.push([stage, result, document.getElementById("forecast-bar")?.value ?? 1]);
}, 10);
"""


@pytest.mark.usefixtures("no_page_wait")
def test_page_refreshes_itself_without_javascript(plain_page: Page, site: str) -> None:
    _request_long_forecast(plain_page, site)
    refresh = plain_page.locator('meta[http-equiv="refresh"]').get_attribute("content") or ""
    # a URL with a fragment would not be loaded again
    assert refresh.startswith("10;url=/autotunes/") and "visits=2000" in refresh and "#" not in refresh


@pytest.mark.slow
def test_chosen_settings_survive_a_reload_until_saved(page: Page, site: str) -> None:
    _review_classic(page, site)
    _request_forecast(page, days="7 days")
    expect(page.locator("table.comparison")).to_be_visible(timeout=TIMEOUT_MS)
    page.get_by_role("link", name=re.compile("Choose 2 days and 90%")).click()
    expect(page.locator("#explorationWindow")).to_have_value("48hr")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#explorationWindow")).to_have_value("48hr")
    expect(page.locator(".flash")).to_contain_text(re.compile("Filled in from a link|unsaved changes"))


@pytest.mark.slow
def test_console_is_empty_under_the_strict_policy(page: Page, site: str) -> None:
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    _review_classic(page, site)
    _request_forecast(page, days="7 days")
    expect(page.locator("table.comparison")).to_be_visible(timeout=TIMEOUT_MS)
    assert messages == []
