"""Checks a page with axe and for overflow, and keeps a screenshot if asked to."""

import os
from functools import cache
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from ..lint import lint

WIDTHS = {"wide": 1280, "phone": 390}
PICTURES = os.environ.get("PICTURES")  # a folder: where to keep a picture of everything
# Everything when pictures are wanted; otherwise each width and each scheme once.
LOOKS = [("wide", "light"), ("phone", "dark")] + ([("wide", "dark"), ("phone", "light")] if PICTURES else [])
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
# What the width and the color scheme of a page that was checked as a whole can change.
LOOK_RULES = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]


@cache
def _axe() -> Axe:
    return Axe()  # it reads its script


def look(page: Page, name: str, source: str = "", rules: list[str] = RULES) -> None:
    """Looks at an open page; `source` is what the server sent, where that is known."""
    lint(source or page.content())
    keep_picture(page, name)
    found = _axe().run(page, options={"runOnly": rules, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, f"{overflow} px stick out to the right"


def keep_picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
