"""Checks a page with axe and for overflow, and saves a screenshot if there is a folder for them."""

import os
from functools import cache
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from ..lint import lint

WIDTHS = {"wide": 1280, "phone": 390}
SCREENSHOTS = os.environ.get("PICTURES")  # a folder for a screenshot of each page
# All combinations for the screenshots; otherwise each width and each color scheme once.
APPEARANCES = [("wide", "light"), ("phone", "dark")] + ([("wide", "dark"), ("phone", "light")] if SCREENSHOTS else [])
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
# The rules that depend on width and color scheme; the others are checked once for each page.
APPEARANCE_RULES = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]


@cache
def _axe() -> Axe:
    return Axe()  # once, since it reads its script from a file


def check_appearance(page: Page, name: str, source: str = "", rules: list[str] = RULES) -> None:
    """Checks the open page; `source` is its HTML as the server sent it, if known."""
    page.wait_for_load_state()  # a click returns once the next page has begun to load
    lint(source or page.content())
    save_screenshot(page, name)
    results = _axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    assert results.violations_count == 0, results.generate_report()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{overflow} px stick out to the right"


def save_screenshot(page: Page, name: str) -> None:
    if SCREENSHOTS:
        size = page.viewport_size
        assert size
        height = page.evaluate("document.querySelector('.page').scrollHeight")
        page.set_viewport_size({"width": size["width"], "height": max(height + 60, size["height"])})  # and its bar
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=True)
        page.set_viewport_size(size)
