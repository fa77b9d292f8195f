"""Each page in each state: axe finds nothing, nothing is cut off, and a picture is kept to be looked at."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from ..conftest import Clock
from ..lint import lint
from ..upstream import Upstream
from .person import check, create, fill_in
from .states import STATES, States

WIDTHS = {"wide": 1280, "phone": 390}
PICTURES = os.environ.get("PICTURES")  # a folder: where to keep a picture of everything
# Everything when pictures are wanted; otherwise each width and each scheme once.
LOOKS = [("wide", "light"), ("phone", "dark")] + ([("wide", "dark"), ("phone", "light")] if PICTURES else [])
DOCS = Path(__file__).parents[2] / "docs" / "images"


@pytest.fixture
def states(app: Flask, upstream: Upstream, clock: Clock) -> States:
    return States(app, upstream, clock)


@pytest.mark.parametrize("state", STATES)
def test_a_page_is_accessible_and_fits(state: str, states: States, site: str, browser: Browser, tmp_path: Path) -> None:
    path = (getattr(states, state, None) or getattr(states, f"{state}_"))()
    for name, scheme in LOOKS:
        context = browser.new_context(
            viewport={"width": WIDTHS[name], "height": 844},
            color_scheme=scheme,  # type: ignore[arg-type]
            bypass_csp=True,  # for axe, which is put into the page
        )
        _look(context.new_page(), site + path, Path(PICTURES or tmp_path) / f"{state}-{name}-{scheme}.png")
        context.close()


def _look(page: Page, address: str, picture: Path) -> None:
    answer = page.goto(address)
    page.wait_for_load_state("networkidle")
    lint(answer.text() if answer else "")
    page.screenshot(path=picture, full_page=True)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]})
    assert found.violations_count == 0, found.generate_report()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{overflow} px stick out to the right"


def test_while_it_is_being_sent(browser: Browser, site: str, upstream: Upstream, tmp_path: Path) -> None:
    upstream.delay = 3.5
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    fill_in(page, site)
    check(page)
    create(page)
    expect(page.get_by_role("heading", name="Creating")).to_be_visible()
    lint(page.content())
    page.screenshot(path=Path(PICTURES or tmp_path) / "sending.png", full_page=True)
    expect(page.get_by_role("link", name="Check again")).to_be_visible()
    context.close()


def test_nothing_is_asked_of_another_host_and_the_console_is_quiet(page: Page, site: str) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    fill_in(page, site)
    check(page)
    create(page)
    expect(page.get_by_role("heading", name="Created in Statsig")).to_be_visible()
    assert [url for url in asked if not url.startswith(site)] == []
    assert said == []


def test_the_pictures_of_the_readme(browser: Browser, sandbox_site: str) -> None:
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
