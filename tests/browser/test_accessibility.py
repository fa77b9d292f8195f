"""Each page in each state, wide and on a phone, light and dark; and the screenshots of the README."""

from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from ..conftest import Clock
from ..lint import lint
from ..upstream import Upstream
from .actions import check, create, fill_in
from .appearance import LOOK_RULES, LOOKS, RULES, WIDTHS, keep_picture, look
from .names import names_used_twice
from .states import STATES, States

DOCS = Path(__file__).parents[2] / "docs" / "images"


@pytest.fixture
def states(app: Flask, upstream: Upstream, clock: Clock) -> States:
    return States(app, upstream, clock)


@pytest.fixture(scope="module")
def tabs(browser: Browser) -> Iterator[dict[str, Page]]:
    """One for each look, for all pages: they only look, and a new one for each would take longer than looking."""
    opened = {
        f"{name}-{scheme}": browser.new_page(
            viewport={"width": WIDTHS[name], "height": 844},
            color_scheme=scheme,  # type: ignore[arg-type]
            bypass_csp=True,  # for axe, which is put into the page
        )
        for name, scheme in LOOKS
    }
    yield opened
    for page in opened.values():
        page.close()


@pytest.mark.parametrize("state", STATES)
def test_page_is_accessible_and_fits(state: str, states: States, site: str, tabs: dict[str, Page]) -> None:
    path = (getattr(states, state, None) or getattr(states, f"{state}_"))()
    for rules, (name, page) in zip(chain([RULES], repeat(LOOK_RULES)), tabs.items(), strict=False):
        page.context.clear_cookies()
        answer = page.goto(site + path)
        look(page, f"{state}-{name}", answer.text() if answer else "", rules)
        assert names_used_twice(page) == []


@pytest.mark.parametrize("name", [f"{width}-{scheme}" for width, scheme in LOOKS])
def test_every_page_says_that_it_is_the_sandbox(name: str, sandbox_site: str, tabs: dict[str, Page]) -> None:
    page = tabs[name]
    page.goto(sandbox_site)
    _look_at_practice(page, "list", name)
    fill_in(page, sandbox_site)
    _look_at_practice(page, "form", name)
    check(page)
    _look_at_practice(page, "ready", name)
    create(page)
    expect(page.get_by_text("This was a sandbox test")).to_be_visible()
    _look_at_practice(page, "created", name)
    page.goto(f"{sandbox_site}/nowhere")
    _look_at_practice(page, "not_found", name)


def _look_at_practice(page: Page, what: str, name: str) -> None:
    expect(page.get_by_role("complementary", name="Sandbox")).to_be_visible()
    look(page, f"sandbox_{what}-{name}")


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
CUT_OFF = """() => {
  const frame = document.querySelector(".comparison").closest(".scroll").getBoundingClientRect();
  const from = document.querySelector(".comparison tbody th").getBoundingClientRect().right;
  const under = (box) => box.left < from - 1 && box.right > from + 8;
  const outside = (box) => box.left < frame.right - 8 && box.right > frame.right + 1;
  const cells = [...document.querySelectorAll(".comparison .cell")];
  const cut = (box) => under(box) || outside(box);
  const covered = cells.filter((cell) => cut(cell.getBoundingClientRect()));
  const spilled = cells.filter((cell) => cell.scrollWidth > cell.clientWidth);
  const size = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const narrow = cells.filter((cell) => cell.clientWidth < 4 * size);
  return [...covered, ...spilled, ...narrow].map((cell) => cell.textContent);
}"""


@pytest.mark.parametrize("state", ["plan", "plan_of_many"])
def test_forecast_reflows_and_shows_the_whole_table(state: str, states: States, site: str, browser: Browser) -> None:
    path = getattr(states, state)()
    with browser.new_context() as context, context.new_page() as page:
        for width, height, zoom in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(site + path)
            expect(page.locator("#forecast")).to_be_focused()
            at = page.evaluate("document.getElementById('result-title').getBoundingClientRect().top")
            assert 0 < at < height / 2, f"the answer begins at {at} of {height} at {width} px"
            page.evaluate(f"document.documentElement.style.fontSize = '{zoom * 100}%'")
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert overflow <= 0, f"{overflow} px stick out at {width} px and {zoom} times the size"
            for place in ("chosen", "end"):
                if place == "end":
                    page.evaluate("document.querySelector('.comparison').closest('.scroll').scrollLeft = 9999")
                assert page.evaluate(CUT_OFF) == [], f"{place}, {width} px, {zoom} times the size"


def test_page_while_creating(app: Flask, plain_page: Page, site: str, upstream: Upstream) -> None:
    app.extensions["wait_timeout"] = 0.0
    page = plain_page
    fill_in(page, site)
    check(page)
    upstream.go.clear()
    create(page)
    expect(page.get_by_role("heading", name="Creating")).to_be_visible()
    lint(page.content())
    keep_picture(page, "sending")
    expect(page.get_by_role("link", name="Check again")).to_be_visible()
    upstream.go.set()


def test_no_request_to_other_hosts_and_no_console_message(page: Page, site: str) -> None:
    asked: list[str] = []
    messages: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    fill_in(page, site)
    check(page)
    create(page)
    expect(page.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    assert [url for url in asked if not url.startswith(site)] == []
    assert messages == []


def test_screenshots_of_the_readme(browser: Browser, sandbox_site: str) -> None:
    context = browser.new_context(viewport={"width": 1000, "height": 900}, color_scheme="light")
    page = context.new_page()
    DOCS.mkdir(parents=True, exist_ok=True)
    fill_in(page, sandbox_site)
    page.evaluate("scrollTo(0, 0)")
    page.screenshot(path=DOCS / "form.png")
    check(page)
    create(page)
    expect(page.get_by_role("heading", name="Created in the sandbox")).to_be_visible()
    page.screenshot(path=DOCS / "confirmation.png")
    context.close()
