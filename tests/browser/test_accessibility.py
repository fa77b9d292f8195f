"""Each page in each state: accessible in each width and color scheme."""

from collections.abc import Iterator
from itertools import chain, repeat

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from webapp.forecast.queue import ForecastQueue

from ..conftest import Clock
from ..fake_statsig import FakeStatsig
from ..forms import fill_in as submit_form
from ..lint import lint
from .actions import check, create, fill_in
from .appearance import APPEARANCE_RULES, APPEARANCES, RULES, WIDTHS, check_appearance, save_screenshot
from .names import names_used_twice
from .states import STATES, States

pytestmark = pytest.mark.slow


@pytest.fixture
def app(app: Flask, shared_forecasts: ForecastQueue) -> Flask:
    app.extensions["forecasts"] = shared_forecasts
    return app


@pytest.fixture
def states(app: Flask, fake_statsig: FakeStatsig, clock: Clock) -> States:
    return States(app, fake_statsig, clock)


@pytest.fixture(scope="module")
def tabs(browser: Browser) -> Iterator[dict[str, Page]]:
    """A tab for each combination of width and color scheme, shared by all tests to save time."""
    pages = {
        f"{name}-{scheme}": browser.new_page(
            viewport={"width": WIDTHS[name], "height": 844},
            color_scheme=scheme,  # type: ignore[arg-type]
            bypass_csp=True,  # for axe, which is put into the page
        )
        for name, scheme in APPEARANCES
    }
    yield pages
    for page in pages.values():
        page.close()


@pytest.mark.parametrize("state", STATES)
def test_page_is_accessible_and_fits(state: str, states: States, site: str, tabs: dict[str, Page]) -> None:
    path = (getattr(states, state, None) or getattr(states, f"{state}_"))()
    for rules, (name, page) in zip(chain([RULES], repeat(APPEARANCE_RULES)), tabs.items(), strict=False):
        page.context.clear_cookies()
        response = page.goto(site + path)
        check_appearance(page, f"{state}-{name}", response.text() if response else "", rules)
        assert names_used_twice(page) == []


@pytest.mark.parametrize("name", [f"{width}-{scheme}" for width, scheme in APPEARANCES])
def test_every_page_says_that_it_is_the_sandbox(name: str, sandbox_site: str, tabs: dict[str, Page]) -> None:
    page = tabs[name]
    page.goto(sandbox_site)
    _check_sandbox_page(page, "list", name)
    fill_in(page, sandbox_site)
    _check_sandbox_page(page, "form", name)
    check(page)
    _check_sandbox_page(page, "ready", name)
    create(page)
    expect(page.get_by_text("This is a sandbox test")).to_be_visible()
    _check_sandbox_page(page, "created", name)
    page.goto(f"{sandbox_site}/nowhere")
    _check_sandbox_page(page, "not_found", name)


@pytest.mark.parametrize("name", [f"{width}-{scheme}" for width, scheme in APPEARANCES])
def test_edit_conflict_and_history_are_accessible(name: str, states: States, site: str, tabs: dict[str, Page]) -> None:
    page, path = tabs[name], states.ready() + "/edit"
    page.goto(site + path)
    submit_form(states.client, path=path, name="Ready to go", winnerThreshold="80%")
    page.fill("#successEvent", "buy")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("table", name="What differs")).to_be_visible()
    check_appearance(page, f"edit_conflict-{name}")
    check(page)
    page.get_by_text("History").click()
    page.get_by_role("link", name="What changed in version 2").click()
    expect(page.locator(".history table")).to_be_visible()
    check_appearance(page, f"history-{name}")


def _check_sandbox_page(page: Page, state: str, name: str) -> None:
    expect(page.get_by_role("complementary", name="Sandbox")).to_be_visible()
    check_appearance(page, f"sandbox_{state}-{name}")


SIZES = [
    (1440, 900, 1),
    (1280, 900, 1),
    (1024, 768, 1),
    (640, 400, 1),
    (640, 800, 2),
    (1280, 800, 2),
    (390, 844, 1),
    (390, 844, 2),
]
CELLS_CUT_OFF = """() => {
  const cells = [...document.querySelectorAll(".comparison .cell")];
  const covered = cells.map((cell) => [cell, cell.getBoundingClientRect()])
    .filter(([_, box]) => box.left < 0 || box.right > document.documentElement.clientWidth).map(([cell]) => cell);
  const spilled = cells.filter((cell) => cell.scrollWidth > cell.clientWidth);
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const narrow = cells.filter((cell) => cell.clientWidth < 4 * size);
  return [...covered, ...spilled, ...narrow].map((cell) => cell.textContent);
}"""


@pytest.mark.parametrize("state", ["forecast", "forecast_of_ten_variants"])
def test_forecast_reflows_and_shows_the_whole_table(state: str, states: States, site: str, browser: Browser) -> None:
    path = getattr(states, state)()
    with browser.new_context() as context, context.new_page() as page:
        for width, height, zoom in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(site + path)
            expect(page.locator("#forecast")).to_be_focused()
            top = page.evaluate("document.getElementById('result-title').getBoundingClientRect().top")
            assert 0 < top < height / 2, f"the result begins at {top} of {height} at {width} px"
            page.evaluate(f"document.documentElement.style.fontSize = '{zoom * 100}%'")
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{overflow} px stick out at {width} px and {zoom} times the size"
            assert page.locator(".comparison .cell").count() == 25
            assert page.evaluate(CELLS_CUT_OFF) == [], f"{width} px, {zoom} times the size"


def test_page_while_creating_links_to_check_again(
    app: Flask, plain_page: Page, site: str, fake_statsig: FakeStatsig
) -> None:
    app.extensions["wait_timeout"] = 0.0
    page = plain_page
    fill_in(page, site)
    check(page)
    fake_statsig.proceed.clear()
    create(page)
    expect(page.get_by_role("heading", name="Creating")).to_be_visible()
    lint(page.content())
    save_screenshot(page, "sending")
    expect(page.get_by_role("link", name="Check again")).to_be_visible()
    fake_statsig.proceed.set()


def test_no_request_to_other_hosts_and_no_console_message(page: Page, site: str) -> None:
    urls: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: urls.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    fill_in(page, site)
    check(page)
    create(page)
    expect(page.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    assert [url for url in urls if not url.startswith(site)] == []
    assert messages == []
